//! A collector's series as JSON for the web page: lists of limited length, one series with its distribution, or several by key.
//!
//! A series' key here is its key in a snapshot, followed by `#` and its kind, because several kinds may have the same name.

use std::collections::{BTreeMap, BinaryHeap};
use std::time::Instant;

use hashbrown::HashMap;
use serde::{Serialize, Serializer};

use super::json::{Map, WithSum, bytes};
use super::numbers::JsonNumber;
use crate::collector::key::parse_key;
use crate::collector::{Collector, Family, Kind, Rates, Reading, Series, Stats, Value};
use crate::histogram::{Bucket, Distribution};

/// A list has at most this many groups.
const MAX_GROUPS: usize = 500;

/// The characters that end a group's prefix.
const SEPARATORS: [char; 3] = ['.', '/', ':'];

/// Which series to list.
#[derive(Clone, Debug, Default)]
pub struct SeriesQuery {
    /// Their names start with this.
    pub prefix: String,
    /// Their keys contain this, ignoring case.
    pub text: String,
    /// The most series to list.
    pub limit: usize,
    /// The cursor: only series with greater keys are listed.
    pub after: Option<String>,
    /// The time of the request, returned unchanged.
    pub timestamp: String,
}

/// Lists series as JSON, sorted by key.
#[must_use]
pub fn list_series(collector: &Collector, rates: &mut Rates, query: &SeriesQuery) -> Vec<u8> {
    let reading = RatedReading::new(collector, rates);
    let text = query.text.to_lowercase();
    let mut matching = FirstKeys::default();
    let mut per_family: HashMap<u32, usize> = HashMap::new();
    for (number, series, family) in reading.visible().filter(|(_, _, family)| family.name.starts_with(&query.prefix)) {
        let key = reading.key(number, family);
        if !text.is_empty() && !key.to_lowercase().contains(&text) {
            continue;
        }
        *per_family.entry(series.family).or_default() += 1;
        if query.after.as_ref().is_none_or(|after| key > *after) {
            matching.insert(key, number, query.limit);
        }
    }
    let families = reading.reading.names.families().zip(0_u32..);
    let counted = families.filter_map(|(family, number)| Some((family.name.as_str(), *per_family.get(&number)?)));
    let groups = groups(counted, &query.prefix);
    let total = per_family.values().sum();
    let (listed, has_more) = matching.into_sorted(query.limit);
    let next = if has_more { listed.last().map(|(key, _)| key.clone()) } else { None };
    let series = listed.iter().filter_map(|(_, number)| reading.row(*number)).collect();
    bytes(&SeriesList { timestamp: &query.timestamp, total, series, next, groups })
}

/// One series as JSON, with its distribution and its recent values. `None` if no visible series has the key.
#[must_use]
pub fn series_detail(collector: &Collector, rates: &mut Rates, key: &str) -> Option<Vec<u8>> {
    let mut reading = RatedReading::new(collector, rates);
    let number = reading.find(collector, key)?;
    let recent = reading.recent(number);
    let whole = reading.reading.cumulative_values();
    let whole = whole.distribution(number).filter(|whole| whole.count() > 0.0);
    let (_, family) = reading.reading.names.get(number)?;
    let unit = family.behaviour().unit_size();
    let distribution = whole.as_deref().map(|distribution| buckets_of(distribution, unit));
    let recent = recent.map(|(seconds, distribution)| RecentStats::new(seconds, &distribution, unit));
    Some(bytes(&Detail { row: reading.row(number)?, distribution, recent }))
}

/// Series as JSON, one a line, in the order of `keys`. The line of a key that no visible series has is empty.
#[must_use]
pub fn series_lines(collector: &Collector, rates: &mut Rates, keys: &[String]) -> Vec<u8> {
    let reading = RatedReading::new(collector, rates);
    let line =
        |key: &String| reading.find(collector, key).and_then(|number| reading.row(number)).map(|row| bytes(&row));
    let lines: Vec<Vec<u8>> = keys.iter().map(|key| line(key).unwrap_or_default()).collect();
    lines.join(&b'\n')
}

/// A reading, and the earlier ones that rates compare it with.
struct RatedReading<'a> {
    reading: Reading,
    rates: &'a mut Rates,
    now: Instant,
}

impl<'a> RatedReading<'a> {
    fn new(collector: &Collector, rates: &'a mut Rates) -> Self {
        let (reading, now) = (collector.read(), Instant::now());
        rates.update(&reading, now);
        Self { reading, rates, now }
    }

    fn visible(&self) -> impl Iterator<Item = (u32, &Series, &Family)> {
        let whole = self.reading.cumulative_values();
        let names = &self.reading.names;
        (0..).zip(names.series()).filter_map(move |(number, series)| {
            let (_, family) = names.get(number)?;
            family.behaviour().is_visible(&whole, number).then_some((number, series, &**family))
        })
    }

    fn key(&self, number: u32, family: &Family) -> String {
        let mut key = self.reading.key(number);
        key.push('#');
        key.push_str(family.kind.name());
        key
    }

    /// The visible series with this key. The key may lack the kind.
    fn find(&self, collector: &Collector, key: &str) -> Option<u32> {
        let visible = |key: &str, kind: Kind| {
            let (name, labels) = parse_key(key)?;
            let number = collector.find(kind, &name, &labels)?;
            if !self.has_at(number, kind, &name, &labels) {
                return None;
            }
            kind.behaviour().is_visible(&self.reading.cumulative_values(), number).then_some(number)
        };
        let of_kind = key.rsplit_once('#').and_then(|(key, word)| {
            let kind = Kind::ALL.into_iter().find(|kind| kind.name() == word)?;
            visible(key, kind)
        });
        of_kind.or_else(|| Kind::ALL.into_iter().find_map(|kind| visible(key, kind)))
    }

    /// Whether a series has this number in the reading, too. It is older than the look-up, and another series may have had the number.
    fn has_at(&self, number: u32, kind: Kind, name: &str, labels: &[(String, String)]) -> bool {
        let names = &self.reading.names;
        names.get(number).is_some_and(|(series, family)| {
            let has = |(name, value): &(String, String)| {
                series.labels.iter().any(|(own, text)| names.text(*own) == name && names.text(*text) == value)
            };
            let is_family = family.kind == kind && family.name == name;
            is_family && series.labels.len() == labels.len() && labels.iter().all(has)
        })
    }

    /// The recent values of a distribution, and how many seconds they cover.
    fn recent(&mut self, number: u32) -> Option<(f64, Distribution)> {
        let distribution = self.reading.cumulative_values().distribution(number)?;
        self.rates.recent_values(&self.reading.names, number, &distribution, self.now)
    }

    /// `None` for an empty distribution.
    fn row(&self, number: u32) -> Option<Row<'_>> {
        let (series, family) = self.reading.names.get(number)?;
        let mut value = self.reading.value(number)?;
        if let Value::Stats(stats) = &mut value {
            // redundant: the details contain the whole distribution
            stats.buckets = None;
        }
        let count = family.behaviour().recordings(&self.reading.cumulative_values(), number);
        let rate = count.and_then(|count| self.rates.rate(&self.reading.names, number, count, self.now));
        let text = |symbol| self.reading.names.text(symbol).to_owned();
        let labels = series.labels.iter().map(|(name, value)| (text(*name), text(*value))).collect();
        Some(Row {
            key: self.key(number, family),
            name: &family.name,
            kind: family.kind.name(),
            labels,
            help: family.options.help.as_deref(),
            unit: family.options.unit.as_deref(),
            value: Fields(value),
            rate: (!family.behaviour().is_state()).then_some(rate),
        })
    }
}

/// The smallest keys inserted, with their series: one more than the limit, which shows whether more follow.
#[derive(Default)]
struct FirstKeys {
    // the greatest key on top
    first: BinaryHeap<(String, u32)>,
}

impl FirstKeys {
    fn insert(&mut self, key: String, number: u32, limit: usize) {
        if self.first.len() <= limit {
            self.first.push((key, number));
        } else if let Some(mut last) = self.first.peek_mut()
            && key < last.0
        {
            *last = (key, number);
        }
    }

    /// At most `limit` keys in order, and whether more follow.
    fn into_sorted(self, limit: usize) -> (Vec<(String, u32)>, bool) {
        let mut keys = self.first.into_sorted_vec();
        let has_more = keys.len() > limit;
        keys.truncate(limit);
        (keys, has_more)
    }
}

/// Groups families by their names up to the first separator after the prefix, and counts their series.
fn groups<'a>(families: impl Iterator<Item = (&'a str, usize)>, prefix: &str) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for (name, series) in families {
        let rest = name.get(prefix.len()..).unwrap_or("");
        let group = match rest.find(SEPARATORS) {
            Some(at) => (name.get(..=prefix.len() + at).unwrap_or(name), false),
            None => (name, true),
        };
        *groups.entry(group).or_default() += series;
    }
    let groups = groups.into_iter().map(|((prefix, leaf), series)| Group { prefix, series, leaf });
    groups.take(MAX_GROUPS).collect()
}

#[derive(Serialize)]
struct SeriesList<'a> {
    timestamp: &'a str,
    total: usize,
    series: Vec<Row<'a>>,
    next: Option<String>,
    groups: Vec<Group<'a>>,
}

#[derive(Serialize)]
struct Group<'a> {
    prefix: &'a str,
    series: usize,
    leaf: bool,
}

/// A series, in a list or in an event.
#[derive(Serialize)]
struct Row<'a> {
    key: String,
    name: &'a str,
    kind: &'static str,
    #[serde(serialize_with = "as_object")]
    labels: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    #[serde(flatten)]
    value: Fields,
    /// Absent for gauges, and `null` until there are two readings.
    #[allow(clippy::option_option, reason = "absent and null differ in JSON")]
    #[serde(skip_serializing_if = "Option::is_none")]
    rate: Option<Option<f64>>,
}

#[derive(Serialize)]
struct Detail<'a> {
    #[serde(flatten)]
    row: Row<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    distribution: Option<Buckets>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recent: Option<RecentStats>,
}

/// Statistics of a distribution's recent values.
#[derive(Serialize)]
struct RecentStats {
    seconds: JsonNumber,
    #[serde(flatten)]
    stats: Option<Fields>,
    distribution: Buckets,
}

impl RecentStats {
    fn new(seconds: f64, distribution: &Distribution, unit: f64) -> Self {
        let stats =
            Stats::of(distribution, unit, "sum").map(|stats| Fields(Value::Stats(Stats { buckets: None, ..stats })));
        Self { seconds: JsonNumber(seconds), stats, distribution: buckets_of(distribution, unit) }
    }
}

/// `[[lowest, highest, count], …]`
type Buckets = Vec<[JsonNumber; 3]>;

fn buckets_of(distribution: &Distribution, unit: f64) -> Buckets {
    let numbers = |bucket: Bucket| [bucket.lowest / unit, bucket.highest / unit, bucket.count].map(JsonNumber);
    distribution.buckets().map(numbers).collect()
}

/// The fields of a series' value: `value`, or the statistics of its distribution.
struct Fields(Value);

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Value::Number(value) => serializer.collect_map([("value", JsonNumber(*value))]),
            Value::Stats(stats) => WithSum(stats, "sum").serialize(serializer),
        }
    }
}

fn as_object<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    Map(pairs).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_the_possible_continuations_of_a_prefix() {
        let families =
            [("http.requests", 3), ("http.errors.fatal", 1), ("http", 1), ("jobs/run", 2), ("http.requests", 1)];
        let listed = |prefix: &str| -> Vec<(String, usize, bool)> {
            let matching = families.iter().copied().filter(|(name, _)| name.starts_with(prefix));
            groups(matching, prefix).iter().map(|group| (group.prefix.to_owned(), group.series, group.leaf)).collect()
        };
        let of = |prefix: &str, series, leaf| (prefix.to_owned(), series, leaf);
        assert_eq!(listed(""), [of("http", 1, true), of("http.", 5, false), of("jobs/", 2, false)]);
        assert_eq!(listed("http."), [of("http.errors.", 1, false), of("http.requests", 4, true)]);
    }

    #[test]
    fn the_first_keys_are_kept_in_order() {
        let mut matching = FirstKeys::default();
        for (number, key) in (0..).zip(["d", "a", "c", "b", "e"]) {
            matching.insert(key.to_owned(), number, 2);
        }
        assert_eq!(matching.into_sorted(2), (vec![("a".to_owned(), 1), ("b".to_owned(), 3)], true));
    }
}
