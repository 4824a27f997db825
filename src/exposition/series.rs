//! A collector's series as JSON for a reader who pages through them: a page, one series with its distribution, some by their keys.
//!
//! A series' key here is its key in a snapshot with `#` and its kind behind, as the same name may be of several kinds.

use std::collections::{BTreeMap, BinaryHeap};
use std::time::Instant;

use hashbrown::HashMap;
use serde::{Serialize, Serializer};

use super::json::{Map, WithSum, bytes};
use super::numbers::JsonNumber;
use crate::collector::key::parse_key;
use crate::collector::{Collector, Family, Kind, Reading, Recent, Series, Stats, Value};
use crate::histogram::{Bucket, Distribution};

/// So many groups are told.
const MAX_GROUPS: usize = 500;

/// What ends a group's name.
const SEPARATORS: [char; 3] = ['.', '/', ':'];

/// Which series are asked for.
#[derive(Clone, Debug, Default)]
pub struct SeriesQuery {
    /// What their name starts with.
    pub prefix: String,
    /// What their key holds, in whatever case.
    pub text: String,
    /// How many of them.
    pub limit: usize,
    /// The key behind which to begin.
    pub after: Option<String>,
    /// The moment, as text.
    pub timestamp: String,
}

/// A page of series as JSON, in the order of their keys.
#[must_use]
pub fn series_page(collector: &Collector, recent: &mut Recent, query: &SeriesQuery) -> Vec<u8> {
    let reading = Readings::new(collector, recent);
    let text = query.text.to_lowercase();
    let mut matching = Matching::default();
    let mut per_family: HashMap<u32, usize> = HashMap::new();
    for (number, series, family) in reading.shown().filter(|(_, _, family)| family.name.starts_with(&query.prefix)) {
        let key = reading.key(number, family);
        if !text.is_empty() && !key.to_lowercase().contains(&text) {
            continue;
        }
        *per_family.entry(series.family).or_default() += 1;
        if query.after.as_ref().is_none_or(|after| key > *after) {
            matching.offer(key, number, query.limit);
        }
    }
    let families = reading.reading.names.families().zip(0_u32..);
    let counted = families.filter_map(|(family, number)| Some((family.name.as_str(), *per_family.get(&number)?)));
    let groups = groups(counted, &query.prefix);
    let total = per_family.values().sum();
    let (page, has_next) = matching.page(query.limit);
    let next = if has_next { page.last().map(|(key, _)| key.clone()) } else { None };
    let series = page.iter().filter_map(|(_, number)| reading.row(*number)).collect();
    bytes(&Page { timestamp: &query.timestamp, total, series, next, groups })
}

/// One series as JSON with its distribution, and what came of it lately. `None` for one that is not there.
#[must_use]
pub fn series_detail(collector: &Collector, recent: &mut Recent, key: &str) -> Option<Vec<u8>> {
    let mut reading = Readings::new(collector, recent);
    let number = reading.find(collector, key)?;
    let lately = reading.lately(number);
    let whole = reading.reading.whole_life();
    let whole = whole.distribution(number).filter(|whole| whole.count() > 0.0);
    let (_, family) = reading.reading.names.get(number)?;
    let unit = family.behaviour().unit_size();
    let distribution = whole.as_deref().map(|distribution| cells_of(distribution, unit));
    let recent = lately.map(|(seconds, distribution)| Lately::new(seconds, &distribution, unit));
    Some(bytes(&Detail { row: reading.row(number)?, distribution, recent }))
}

/// Series as JSON, in the order of their keys given, a line each; an empty line for one that is not there.
#[must_use]
pub fn series_lines(collector: &Collector, recent: &mut Recent, keys: &[String]) -> Vec<u8> {
    let reading = Readings::new(collector, recent);
    let line =
        |key: &String| reading.find(collector, key).and_then(|number| reading.row(number)).map(|row| bytes(&row));
    let lines: Vec<Vec<u8>> = keys.iter().map(|key| line(key).unwrap_or_default()).collect();
    lines.join(&b'\n')
}

/// A reading, and what to compare it with.
struct Readings<'a> {
    reading: Reading,
    recent: &'a mut Recent,
    now: Instant,
}

impl<'a> Readings<'a> {
    fn new(collector: &Collector, recent: &'a mut Recent) -> Self {
        let (reading, now) = (collector.read(), Instant::now());
        recent.note(&reading, now);
        Self { reading, recent, now }
    }

    /// The series that are shown.
    fn shown(&self) -> impl Iterator<Item = (u32, &Series, &Family)> {
        let whole = self.reading.whole_life();
        let names = &self.reading.names;
        (0..).zip(names.series()).filter_map(move |(number, series)| {
            let (_, family) = names.get(number)?;
            family.behaviour().is_visible(&whole, number).then_some((number, series, &**family))
        })
    }

    fn key(&self, number: u32, family: &Family) -> String {
        let mut key = self.reading.key(number);
        key.push('#');
        key.push_str(family.kind.word());
        key
    }

    /// The series of a key with or without its kind.
    fn find(&self, collector: &Collector, key: &str) -> Option<u32> {
        let shown = |key: &str, kind: Kind| {
            let (name, labels) = parse_key(key)?;
            let number = collector.find(kind, &name, &labels)?;
            kind.behaviour().is_visible(&self.reading.whole_life(), number).then_some(number)
        };
        let of_kind = key.rsplit_once('#').and_then(|(key, word)| {
            let kind = Kind::ALL.into_iter().find(|kind| kind.word() == word)?;
            shown(key, kind)
        });
        of_kind.or_else(|| Kind::ALL.into_iter().find_map(|kind| shown(key, kind)))
    }

    fn lately(&mut self, number: u32) -> Option<(f64, Distribution)> {
        let distribution = self.reading.whole_life().distribution(number)?;
        self.recent.look_at(&self.reading.names, number, &distribution, self.now)
    }

    /// `None` for a distribution without a value.
    fn row(&self, number: u32) -> Option<Row<'_>> {
        let (series, family) = self.reading.names.get(number)?;
        let mut value = self.reading.value(number)?;
        if let Value::Stats(stats) = &mut value {
            // its distribution tells the same
            stats.buckets = None;
        }
        let count = family.behaviour().recordings(&self.reading.whole_life(), number);
        let rate = count.and_then(|count| self.recent.rate(&self.reading.names, number, count, self.now));
        let text = |symbol| self.reading.names.text(symbol).to_owned();
        let labels = series.labels.iter().map(|(name, value)| (text(*name), text(*value))).collect();
        Some(Row {
            key: self.key(number, family),
            name: &family.name,
            kind: family.kind.word(),
            labels,
            help: family.options.help.as_deref(),
            unit: family.options.unit.as_deref(),
            value: Fields(value),
            rate: (family.kind != Kind::Gauge).then_some(rate),
        })
    }
}

/// The first of the keys offered, a few more than are wanted at most.
#[derive(Default)]
struct Matching {
    // the last one on top
    first: BinaryHeap<(String, u32)>,
}

impl Matching {
    fn offer(&mut self, key: String, number: u32, limit: usize) {
        if self.first.len() <= limit {
            self.first.push((key, number));
        } else if let Some(mut last) = self.first.peek_mut()
            && key < last.0
        {
            *last = (key, number);
        }
    }

    /// The keys in order, and whether there is one more.
    fn page(self, limit: usize) -> (Vec<(String, u32)>, bool) {
        let mut page = self.first.into_sorted_vec();
        let has_next = page.len() > limit;
        page.truncate(limit);
        (page, has_next)
    }
}

/// Names cut behind the first separator that follows the prefix, and how many series have them.
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
struct Page<'a> {
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

/// A series, as a page and an event have it.
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
    distribution: Option<Cells>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recent: Option<Lately>,
}

/// The recent values of a distribution.
#[derive(Serialize)]
struct Lately {
    seconds: JsonNumber,
    #[serde(flatten)]
    stats: Option<Fields>,
    distribution: Cells,
}

impl Lately {
    fn new(seconds: f64, distribution: &Distribution, unit: f64) -> Self {
        let stats =
            Stats::of(distribution, unit, "sum").map(|stats| Fields(Value::Stats(Stats { buckets: None, ..stats })));
        Self { seconds: JsonNumber(seconds), stats, distribution: cells_of(distribution, unit) }
    }
}

/// `[[lowest, highest, count], …]`
type Cells = Vec<[JsonNumber; 3]>;

fn cells_of(distribution: &Distribution, unit: f64) -> Cells {
    let numbers = |bucket: Bucket| [bucket.lowest / unit, bucket.highest / unit, bucket.count].map(JsonNumber);
    distribution.buckets().map(numbers).collect()
}

/// What a series has as fields of its own: its value, or the statistics of its values.
struct Fields(Value);

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Value::Number(value) => to.collect_map([("value", JsonNumber(*value))]),
            Value::Stats(stats) => WithSum(stats, "sum").serialize(to),
        }
    }
}

fn as_object<S: Serializer>(pairs: &[(String, String)], to: S) -> Result<S::Ok, S::Error> {
    Map(pairs).serialize(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_what_a_prefix_may_be_continued_with() {
        let families =
            [("http.requests", 3), ("http.errors.fatal", 1), ("http", 1), ("jobs/run", 2), ("http.requests", 1)];
        let told = |prefix: &str| -> Vec<(String, usize, bool)> {
            let matching = families.iter().copied().filter(|(name, _)| name.starts_with(prefix));
            groups(matching, prefix).iter().map(|group| (group.prefix.to_owned(), group.series, group.leaf)).collect()
        };
        let of = |prefix: &str, series, leaf| (prefix.to_owned(), series, leaf);
        assert_eq!(told(""), [of("http", 1, true), of("http.", 5, false), of("jobs/", 2, false)]);
        assert_eq!(told("http."), [of("http.errors.", 1, false), of("http.requests", 4, true)]);
    }

    #[test]
    fn the_first_keys_are_kept_in_order_whatever_order_they_come_in() {
        let mut matching = Matching::default();
        for (number, key) in (0..).zip(["d", "a", "c", "b", "e"]) {
            matching.offer(key.to_owned(), number, 2);
        }
        assert_eq!(matching.page(2), (vec![("a".to_owned(), 1), ("b".to_owned(), 3)], true));
    }
}
