//! Families as prom-client writes them, for `lib/prom-client/`: its text, and the values of its JSON. A request names the families, in
//! its order; the text differs from [`super::prometheus`] in that order, in empty lines, numbers and the order of labels.

use std::time::Instant;

use hashbrown::HashMap;
use serde::Serialize;
use smallvec::{SmallVec, smallvec};

use super::collector_families::{Exposure, is_shown};
use super::exposed_family::{ExposedExemplar, ExposedFamily, ExposedLabel, Sample};
use super::formats::{Format, OPENMETRICS_TEXT, PROMETHEUS_TEXT};
use super::names_for;
use super::numbers::write_javascript_number;
use super::prometheus::escape_help;
use super::request::ExpositionRequest;
use super::text::{empty_text, type_name, write_exemplar};
use crate::collector::{Collector, FamilyReading, Kind, Merge, MetricType, Reading};
use crate::escaping::{write_label, write_to_quote};
use crate::sorting;

/// A family that a registry has.
#[derive(Clone, Debug)]
pub struct ListedFamily {
    /// Its kind.
    pub kind: Kind,
    /// Its name in the collector.
    pub name: String,
    /// Its name in the text.
    pub title: String,
    /// For `# HELP`.
    pub help: String,
    /// Label names in the order in which series have them. Names that are missing come last.
    pub label_names: Vec<String>,
    /// Whether it has an unlabelled series of 0 while it has no other.
    pub is_zero: bool,
    /// Whether it is omitted. It is then not among the others either.
    pub is_hidden: bool,
}

/// What a registry shows.
#[derive(Clone, Debug)]
pub struct Listing {
    /// In the order of the text.
    pub families: Vec<ListedFamily>,
    /// Whether the other families of the collector follow, under the names that they have in any exposition.
    pub has_others: bool,
    /// The registry's labels, for series that do not have them.
    pub labels: Vec<(String, String)>,
    /// Whether counters have the suffix `_total`, and they and buckets exemplars.
    pub is_open_metrics: bool,
    /// Between the families of a text.
    pub separator: String,
    /// The time by the application's clock, which may be ahead of ours: by it, values in the windows of summaries age.
    pub now: Instant,
}

/// The text of a listing, without a line feed at the end.
#[must_use]
pub fn listing_text(collector: &Collector, listing: &Listing, memory: Vec<u8>) -> Vec<u8> {
    let mut text = empty_text(memory);
    let format = if listing.is_open_metrics { &OPENMETRICS_TEXT } else { &PROMETHEUS_TEXT };
    each_family(collector, listing, format, &mut |titled| {
        if !text.is_empty() {
            text.push_str(&listing.separator);
        }
        titled.write(&mut text, listing);
    });
    text.into_bytes()
}

/// The values of a listing as a JSON array of families.
#[must_use]
pub fn listing_json(collector: &Collector, listing: &Listing) -> Vec<u8> {
    let mut bytes = vec![b'['];
    each_family(collector, listing, &OPENMETRICS_TEXT, &mut |titled| {
        if bytes.len() > 1 {
            bytes.push(b',');
        }
        titled.write_json(&mut bytes);
    });
    bytes.push(b']');
    bytes
}

/// A family with its title.
struct Titled<'l, 'a> {
    title: &'l str,
    help: &'l str,
    metric_type: MetricType,
    /// Whether it is a counter with a name that `OpenMetrics` allows no counter to have.
    is_unknown: bool,
    /// What has series, or is shown as 0.
    family: Option<&'l ExposedFamily<'a>>,
    /// The rank of each of its label names in the order of the text.
    ranks: Vec<usize>,
    /// How prom-client aggregates the values of several processes, for families that no registry of the thread has.
    aggregator: Option<&'static str>,
}

fn each_family(collector: &Collector, listing: &Listing, format: &'static Format, visit: &mut dyn FnMut(&Titled)) {
    let reading = collector.read_with_summaries_at(listing.now);
    let constant = reading.names.constant_labels();
    let delta = reading.cumulative_values();
    let request = ExpositionRequest::of(format);
    let exposure = Exposure { reading: &reading, constant, request: &request };
    let mut names = names_for(&request);
    let escaping = names.escaping();
    let (listed, others) = split(&reading, listing);
    for (asked, found) in listing.families.iter().zip(listed).filter(|(asked, _)| !asked.is_hidden) {
        let is_empty = found.as_ref().is_none_or(|family| family.series.is_empty());
        let exposed = found.map(|family| {
            let metric_type = family.family.behaviour().metric_type(family.family);
            exposure.expose(asked.title.clone(), (metric_type, escaping), family, delta)
        });
        visit(&Titled {
            title: &asked.title,
            help: &asked.help,
            metric_type: exposed.as_ref().map_or(metric_type(asked.kind), |family| family.metric_type),
            is_unknown: false,
            ranks: exposed.as_ref().map_or_else(Vec::new, |family| ranks(&family.label_names, &asked.label_names)),
            family: exposed.as_ref().filter(|_| asked.is_zero || !is_empty),
            aggregator: None,
        });
    }
    if !listing.has_others {
        return;
    }
    for asked in &listing.families {
        names.reserve(&asked.title, metric_type(asked.kind));
        if listing.is_open_metrics && asked.kind == Kind::Counter {
            names.reserve_counter(&asked.title);
        }
    }
    let titled: Vec<(String, MetricType, FamilyReading)> = others
        .into_iter()
        .map(|family| {
            let metric_type = family.family.behaviour().metric_type(family.family);
            (names.assign_family(family.family, metric_type), metric_type, family)
        })
        .collect();
    // after all names are assigned, so that a counter's first decrement takes no name from another family
    let nets: Vec<Option<ExposedFamily>> =
        titled.iter().map(|(_, _, family)| exposure.net(&mut names, family, delta)).collect();
    for ((name, metric_type, family), net) in titled.into_iter().zip(nets) {
        let merge = family.family.merge();
        let shown = is_shown(&family).then(|| exposure.expose(name, (metric_type, escaping), family, delta));
        for exposed in shown.iter().chain(&net) {
            let counts = listing.is_open_metrics && exposed.metric_type == MetricType::Counter;
            let base = names.counter_name(&exposed.name).filter(|_| counts);
            visit(&Titled {
                title: base.unwrap_or(&exposed.name),
                help: exposed.help.unwrap_or(""),
                metric_type: exposed.metric_type,
                is_unknown: counts && base.is_none() && exposed.name.ends_with("_total"),
                family: Some(exposed),
                ranks: (0..exposed.label_names.len()).collect(),
                aggregator: Some(if exposed.metric_type == MetricType::Gauge { aggregator(merge) } else { "sum" }),
            });
        }
    }
}

/// The aggregator of prom-client that corresponds to how a gauge's values in several threads are merged. It has none for the latest one.
fn aggregator(merge: Merge) -> &'static str {
    match merge {
        Merge::Sum => "sum",
        Merge::Min => "min",
        Merge::Max => "max",
        Merge::Last => "first",
    }
}

/// The type of a listed family that the collector does not have.
fn metric_type(kind: Kind) -> MetricType {
    match kind {
        Kind::Counter => MetricType::Counter,
        Kind::Gauge => MetricType::Gauge,
        _ => MetricType::Histogram,
    }
}

/// The listed families of a reading, and the others.
fn split<'a>(reading: &'a Reading, listing: &Listing) -> (Vec<Option<FamilyReading<'a>>>, Vec<FamilyReading<'a>>) {
    let wanted: HashMap<(Kind, &str), usize> =
        listing.families.iter().zip(0..).map(|(asked, at)| ((asked.kind, asked.name.as_str()), at)).collect();
    let mut listed: Vec<Option<FamilyReading>> = listing.families.iter().map(|_| None).collect();
    let mut others = Vec::new();
    for family in reading.families(&reading.cumulative_values()) {
        match wanted.get(&(family.family.kind, family.family.name.as_str())).and_then(|at| listed.get_mut(*at)) {
            Some(place) => *place = Some(by_creation(reading, &family)),
            None => others.push(family),
        }
    }
    (listed, others)
}

/// A family with its series in the order of their creation, as far as numbers that were reused tell it.
fn by_creation<'a>(reading: &Reading, family: &FamilyReading<'a>) -> FamilyReading<'a> {
    let mut series = family.series.clone();
    sorting::sort_by_key(&mut series, |number| reading.names.get(*number).map_or(0, |(series, _)| series.born));
    family.with(series)
}

/// The rank of each name.
fn ranks(names: &[String], order: &[String]) -> Vec<usize> {
    let rank = |name: &String| order.iter().position(|other| other == name);
    names.iter().zip(order.len()..).map(|(name, last)| rank(name).unwrap_or(last)).collect()
}

impl Titled<'_, '_> {
    /// Calls `visit` with each series: its labels in the order of the text, its sample and its exemplars.
    fn each(&self, mut visit: impl FnMut(&[ExposedLabel], Sample, &[ExposedExemplar])) {
        let Some(family) = self.family else { return };
        let is_sorted = self.ranks.is_sorted();
        family.series.each(&mut |series, sample| {
            let mut labels: SmallVec<[ExposedLabel; 4]> =
                series.own.iter().chain(&family.common).chain(series.added).copied().collect();
            if !is_sorted {
                labels.sort_by_key(|(name, _)| self.ranks.get(*name).copied().unwrap_or(usize::MAX));
            }
            visit(&labels, sample, series.exemplars);
        });
    }

    fn write(&self, text: &mut String, listing: &Listing) {
        for part in ["# HELP ", self.title, " ", &escape_help(self.help), "\n# TYPE ", self.title, " "] {
            text.push_str(part);
        }
        text.push_str(if self.is_unknown { "unknown" } else { type_name(self.metric_type) });
        let Some(family) = self.family else { return };
        let lines = Lines::new(self.title, family, listing.is_open_metrics && !self.is_unknown);
        let openings: Vec<String> = family.label_names.iter().map(|name| format!("{name}=\"")).collect();
        let are_defaults_free = listing.labels.iter().all(|(name, _)| !family.label_names.contains(name));
        let mut defaults = String::new();
        write_defaults(&mut defaults, listing, |_| false);
        let mut own = String::new();
        self.each(|labels, sample, exemplars| {
            own.clear();
            for (name, value) in labels {
                let Some(opening) = openings.get(*name) else { continue };
                if !own.is_empty() {
                    own.push(',');
                }
                own.push_str(opening);
                write_to_quote(&mut own, value);
            }
            if !are_defaults_free {
                defaults.clear();
                let has = |name: &str| {
                    labels.iter().any(|(at, _)| family.label_names.get(*at).is_some_and(|own| own == name))
                };
                write_defaults(&mut defaults, listing, has);
            }
            lines.write(text, (&own, &defaults), sample, exemplars);
        });
    }

    /// The family as JSON. A series has the names of its labels only if the one before has others.
    fn write_json(&self, bytes: &mut Vec<u8>) {
        let names = self.family.map_or(&[][..], |family| &family.label_names);
        write_json(
            bytes,
            &FamilyJson {
                bounds: self.family.map_or(&[], |family| &family.bounds),
                about: self.aggregator.map(|by| [self.title, self.help, type_name(self.metric_type), by]),
            },
        );
        bytes.pop();
        bytes.extend_from_slice(br#","series":["#);
        let mut latest: Option<SmallVec<[usize; 4]>> = None;
        self.each(|labels, sample, exemplars| {
            if latest.is_some() {
                bytes.push(b',');
            }
            let places: SmallVec<[usize; 4]> = labels.iter().map(|(place, _)| *place).collect();
            let is_new = latest.as_ref() != Some(&places);
            let name = |place: &usize| names.get(*place).map_or("", String::as_str);
            let own_names: SmallVec<[&str; 4]> = places.iter().map(name).collect();
            let values: SmallVec<[&str; 4]> = labels.iter().map(|(_, value)| *value).collect();
            let numbers: SmallVec<[JsonText; 16]> = match sample {
                Sample::Number(value) => smallvec![JsonText(value)],
                Sample::Distribution { at_bounds, sum, count, .. } => {
                    at_bounds.iter().copied().chain([sum, count]).map(JsonText).collect()
                }
            };
            write_json(
                bytes,
                &SeriesJson {
                    names: is_new.then_some(&own_names),
                    values: &values,
                    numbers: &numbers,
                    exemplars: exemplars.iter().map(ExemplarJson::of).collect(),
                },
            );
            latest = Some(places);
        });
        bytes.extend_from_slice(b"]}");
    }
}

fn write_json(bytes: &mut Vec<u8>, value: &impl Serialize) {
    // infallible: memory accepts all writes, and all keys are strings
    let _ = serde_json::to_writer(bytes, value);
}

fn write_defaults(text: &mut String, listing: &Listing, is_own: impl Fn(&str) -> bool) {
    for (name, value) in listing.labels.iter().filter(|(name, _)| !is_own(name)) {
        if !text.is_empty() {
            text.push(',');
        }
        write_label(text, name, value);
    }
}

/// The lines of a family's series, each without its labels and its value.
enum Lines {
    Number(Line),
    Distribution { at_bounds: Vec<Line>, infinity: Option<Line>, sum: Line, count: Line },
}

/// The beginning of a line.
struct Line {
    /// `name` or `name_bucket{le="1"`
    opening: String,
    /// Whether that has a label.
    has_label: bool,
}

impl Line {
    fn new(name: &str, suffix: &str) -> Self {
        Self { opening: ["\n", name, suffix].concat(), has_label: false }
    }

    fn at_bound(name: &str, suffix: &str, label: &str, bound: f64) -> Self {
        let mut opening = ["\n", name, suffix, "{", label, "=\""].concat();
        write_javascript_number(&mut opening, bound);
        opening.push('"');
        Self { opening, has_label: true }
    }

    fn write(&self, text: &mut String, (first, second): (&str, &str), value: f64) {
        text.push_str(&self.opening);
        if first.is_empty() && second.is_empty() {
            text.push_str(if self.has_label { "} " } else { " " });
        } else {
            let open = if self.has_label { "," } else { "{" };
            let comma = if first.is_empty() || second.is_empty() { "" } else { "," };
            for part in [open, first, comma, second, "} "] {
                text.push_str(part);
            }
        }
        write_javascript_number(text, value);
    }
}

impl Lines {
    fn new(title: &str, family: &ExposedFamily, is_open_metrics: bool) -> Self {
        let (suffix, label) = match family.metric_type {
            MetricType::Counter if is_open_metrics => return Self::Number(Line::new(title, "_total")),
            MetricType::Counter | MetricType::Gauge | MetricType::NetGauge => {
                return Self::Number(Line::new(title, ""));
            }
            MetricType::Histogram => ("_bucket", "le"),
            MetricType::Summary => ("", "quantile"),
        };
        let at_bound = |bound: f64| Line::at_bound(title, suffix, label, bound);
        Self::Distribution {
            at_bounds: family.bounds.iter().copied().map(at_bound).collect(),
            infinity: (family.metric_type == MetricType::Histogram).then(|| at_bound(f64::INFINITY)),
            sum: Line::new(title, "_sum"),
            count: Line::new(title, "_count"),
        }
    }

    fn write(&self, text: &mut String, (own, defaults): (&str, &str), sample: Sample, exemplars: &[ExposedExemplar]) {
        let exemplar = |text: &mut String, bucket: usize| {
            if let Ok(at) = exemplars.binary_search_by_key(&bucket, |exemplar| exemplar.bucket) {
                write_exemplar(text, &exemplars[at], write_javascript_number);
            }
        };
        match (self, sample) {
            (Self::Number(line), Sample::Number(value)) => {
                line.write(text, (own, defaults), value);
                exemplar(text, 0);
            }
            (
                Self::Distribution { at_bounds, infinity, sum, count },
                Sample::Distribution { at_bounds: values, sum: sum_value, count: count_value, .. },
            ) => {
                // a histogram has the labels of its series last
                let labels = if infinity.is_some() { (defaults, own) } else { (own, defaults) };
                for ((line, value), bucket) in at_bounds.iter().zip(values).zip(0..) {
                    line.write(text, labels, nothing_as_0(*value));
                    exemplar(text, bucket);
                }
                if let Some(line) = infinity {
                    line.write(text, labels, count_value);
                    exemplar(text, at_bounds.len());
                }
                sum.write(text, labels, sum_value);
                count.write(text, labels, count_value);
            }
            // unreachable: a source has only samples of its family's type
            _ => {}
        }
    }
}

/// prom-client's quantile of no values is 0.
fn nothing_as_0(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value }
}

#[derive(Serialize)]
struct FamilyJson<'a> {
    bounds: &'a [f64],
    /// Name, help, type and aggregator of one that JavaScript does not list: it does not know them.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<[&'a str; 4]>,
}

#[derive(Serialize)]
struct SeriesJson<'a> {
    /// Of the labels, if they are not those of the series before.
    #[serde(skip_serializing_if = "Option::is_none")]
    names: Option<&'a [&'a str]>,
    /// Of the labels.
    values: &'a [&'a str],
    /// The value; or what there is at each bound, the sum and the count.
    numbers: &'a [JsonText],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exemplars: Vec<ExemplarJson>,
}

#[derive(Serialize)]
struct ExemplarJson {
    /// The position of its bucket, if it is of a distribution.
    bucket: usize,
    /// Names and values in turn.
    labels: Vec<String>,
    value: JsonText,
    /// In milliseconds since 1970.
    time: u64,
}

impl ExemplarJson {
    fn of(exemplar: &ExposedExemplar) -> Self {
        let labels = exemplar.labels.iter().flat_map(|(name, value)| [name.to_string(), (*value).to_owned()]);
        Self { bucket: exemplar.bucket, labels: labels.collect(), value: JsonText(exemplar.value), time: exemplar.time }
    }
}

/// Below it, all whole numbers are exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number in JSON, which has no infinity: those and NaN are texts that JavaScript converts back.
struct JsonText(f64);

impl Serialize for JsonText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            // most are, and both sides convert integers faster
            value if value.fract() == 0.0 && value.abs() < EXACT && !(value == 0.0 && value.is_sign_negative()) => {
                serializer.serialize_i64(value as i64)
            }
            value if value.is_finite() => serializer.serialize_f64(value),
            value if value.is_nan() => serializer.serialize_str("NaN"),
            value => serializer.serialize_str(if value > 0.0 { "Infinity" } else { "-Infinity" }),
        }
    }
}
