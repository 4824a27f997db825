//! The names of families and labels in an exposition: legal and unique, with unit and suffix.

use hashbrown::HashSet;

use super::legal_names::{underscores, values};
use super::units;
use crate::collector::{Family, MetricType, Symbol};

/// The suffixes of this type's samples, in any format.
fn sample_suffixes(metric_type: MetricType) -> &'static [&'static str] {
    match metric_type {
        MetricType::Counter | MetricType::Gauge | MetricType::NetGauge => &[""],
        MetricType::Histogram => &["", "_bucket", "_sum", "_count", "_created"],
        MetricType::Summary => &["", "_sum", "_count", "_created"],
    }
}

fn sample_names(name: &str, metric_type: MetricType) -> impl Iterator<Item = String> {
    sample_suffixes(metric_type).iter().map(move |suffix| format!("{name}{suffix}"))
}

/// Whether two families with these names and types share a sample name.
pub fn overlap((name, metric_type): (&str, MetricType), (other, other_type): (&str, MetricType)) -> bool {
    let other_names: Vec<String> = sample_names(other, other_type).collect();
    sample_names(name, metric_type).any(|name| other_names.contains(&name))
}

/// The label that has a meaning in samples of this type.
fn reserved_label(metric_type: MetricType) -> Option<&'static str> {
    match metric_type {
        MetricType::Histogram => Some("le"),
        MetricType::Summary => Some("quantile"),
        MetricType::Counter | MetricType::Gauge | MetricType::NetGauge => None,
    }
}

/// Where the unit in a family's name comes from.
#[derive(Clone, Copy, Debug)]
pub enum NamedUnit<'a> {
    /// The user declares it.
    Declared(Option<&'a str>),
    /// The kind determines it: its word, and suffixes that the word replaces.
    Fixed(&'static str, &'static [&'static str]),
}

impl<'a> NamedUnit<'a> {
    fn of(family: &'a Family) -> Self {
        let fixed = family.behaviour().fixed_unit();
        fixed.map_or(Self::Declared(family.options.unit.as_deref()), |unit| {
            Self::Fixed(unit.word, unit.replaced_suffixes)
        })
    }
}

/// The names assigned so far. No two families share a sample name.
#[derive(Debug, Default)]
pub struct ExposedNames {
    taken: HashSet<String>,
}

impl ExposedNames {
    /// Assigns a name to a family.
    pub fn assign_family(&mut self, family: &Family, metric_type: MetricType) -> String {
        self.assign(&family.name, NamedUnit::of(family), metric_type)
    }

    /// The name that a family gets if no other has it. `None` if its name is only a suffix.
    pub fn preferred(family: &Family, metric_type: MetricType) -> Option<String> {
        let suffixes = Suffixes::new(NamedUnit::of(family), metric_type);
        suffixes.replaced(&underscores(&family.name, true))
    }

    /// Assigns a name: the family's own with illegal characters replaced by `_`. If nothing is left of it, or another family has it,
    /// the name in [`values`] escaping, escaped again until it is unique.
    pub fn assign(&mut self, name: &str, unit: NamedUnit, metric_type: MetricType) -> String {
        let suffixes = Suffixes::new(unit, metric_type);
        if let Some(plain) = suffixes.replaced(&underscores(name, true)).filter(|plain| self.take(plain, metric_type)) {
            return plain;
        }
        let mut distinct = values(&suffixes.added(name), true);
        while !self.take(&distinct, metric_type) {
            distinct = values(&distinct, true);
        }
        distinct
    }

    /// Assigns a name that already has its unit and suffix to a family of numbers.
    pub fn assign_plain(&mut self, name: &str) -> String {
        self.assign(name, NamedUnit::Declared(None), MetricType::Gauge)
    }

    fn take(&mut self, name: &str, metric_type: MetricType) -> bool {
        let names: Vec<String> = sample_names(name, metric_type).collect();
        if names.iter().any(|name| self.taken.contains(name)) {
            return false;
        }
        self.taken.extend(names);
        true
    }
}

/// The unit in a family's name, as a word; may be empty.
pub fn unit_word(family: &Family, metric_type: MetricType) -> String {
    Suffixes::new(NamedUnit::of(family), metric_type).unit
}

/// The end of a family's name.
struct Suffixes {
    /// In Prometheus' words; may be empty.
    unit: String,
    /// Suffixes that the unit's words replace.
    abbreviations: Vec<String>,
    /// Whether the family counts, so that its own name may end with `_total`.
    counts: bool,
    total: &'static str,
}

impl Suffixes {
    fn new(unit: NamedUnit, metric_type: MetricType) -> Self {
        let (unit, abbreviations) = match unit {
            NamedUnit::Fixed(word, replaced) => (word.to_owned(), replaced.iter().map(|it| (*it).to_owned()).collect()),
            NamedUnit::Declared(Some(unit)) if units::is_one(unit) && metric_type == MetricType::Gauge => {
                ("ratio".to_owned(), Vec::new())
            }
            NamedUnit::Declared(Some(unit)) => {
                (units::words(unit), units::abbreviation(unit).iter().map(|it| format!("_{it}")).collect())
            }
            NamedUnit::Declared(None) => (String::new(), Vec::new()),
        };
        let counts = matches!(metric_type, MetricType::Counter | MetricType::NetGauge);
        Self { unit, abbreviations, counts, total: if metric_type == MetricType::Counter { "_total" } else { "" } }
    }

    /// The name with these suffixes in place of their abbreviations. `None` if nothing else is left of it.
    fn replaced(&self, name: &str) -> Option<String> {
        let base = self.without_total(name);
        let base = self.abbreviations.iter().find_map(|abbreviation| base.strip_suffix(abbreviation)).unwrap_or(base);
        (!base.is_empty()).then(|| self.added(base))
    }

    /// The name with these suffixes, none of them twice.
    fn added(&self, name: &str) -> String {
        let (base, unit) = (self.without_total(name), &self.unit);
        let has_unit = unit.is_empty() || base == unit || base.strip_suffix(unit).is_some_and(|it| it.ends_with('_'));
        if has_unit { format!("{base}{}", self.total) } else { format!("{base}_{unit}{}", self.total) }
    }

    fn without_total<'a>(&self, name: &'a str) -> &'a str {
        if self.counts { name.strip_suffix("_total").unwrap_or(name) } else { name }
    }
}

/// Legal names for the labels of one family, in the same order. Distinct names stay distinct.
pub fn label_names<'a>(
    names: impl Iterator<Item = (Symbol, &'a str)>,
    metric_type: MetricType,
) -> Vec<(Symbol, String)> {
    let mut legal_names: Vec<(Symbol, String)> = Vec::new();
    let mut known: HashSet<Symbol> = HashSet::new();
    let mut taken: HashSet<String> = HashSet::new();
    for (symbol, name) in names {
        if !known.insert(symbol) {
            continue;
        }
        let plain = underscores(name, false);
        let reserved = plain.starts_with("__") || reserved_label(metric_type) == Some(plain.as_str());
        let mut legal = if plain.is_empty() || reserved { values(name, false) } else { plain };
        let mut distinct = name.to_owned();
        while !taken.insert(legal.clone()) {
            distinct = values(&distinct, false);
            legal.clone_from(&distinct);
        }
        legal_names.push((symbol, legal));
    }
    legal_names
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECONDS: NamedUnit = NamedUnit::Fixed("seconds", &["_ms", "_millis", "_milliseconds"]);

    #[test]
    fn nothing_is_suffixed_twice() {
        for (name, unit, metric_type, timing, expected) in [
            ("jobs", None, MetricType::Counter, false, "jobs_total"),
            ("jobs_total", None, MetricType::Counter, false, "jobs_total"),
            ("sent", Some("bytes"), MetricType::Counter, false, "sent_bytes_total"),
            ("sent_bytes_total", Some("bytes"), MetricType::Counter, false, "sent_bytes_total"),
            ("bytes", Some("bytes"), MetricType::Gauge, false, "bytes"),
            ("jobs_total", None, MetricType::NetGauge, false, "jobs"),
            ("jobs_total", None, MetricType::Gauge, false, "jobs_total"),
            ("_total", None, MetricType::NetGauge, false, "U__"),
            ("request_ms", None, MetricType::Histogram, true, "request_seconds"),
            ("request.millis", None, MetricType::Histogram, true, "request_seconds"),
            ("request_seconds", None, MetricType::Histogram, true, "request_seconds"),
            ("scene.renderAll", None, MetricType::Histogram, true, "scene_renderAll_seconds"),
            ("size", Some("k/b"), MetricType::Histogram, false, "size_k_per_b"),
            ("wait", Some("ms"), MetricType::Gauge, false, "wait_milliseconds"),
            ("wait_ms", Some("ms"), MetricType::Gauge, false, "wait_milliseconds"),
            ("wait_milliseconds", Some("ms"), MetricType::Gauge, false, "wait_milliseconds"),
            ("sent_By_total", Some("By"), MetricType::Counter, false, "sent_bytes_total"),
            ("http_requests", Some("{request}"), MetricType::Counter, false, "http_requests_total"),
            ("http_requests", Some("1"), MetricType::Counter, false, "http_requests_total"),
            ("open", Some("1"), MetricType::NetGauge, false, "open"),
            ("cpu", Some("1"), MetricType::Gauge, false, "cpu_ratio"),
            ("cpu_ratio", Some("1"), MetricType::Gauge, false, "cpu_ratio"),
            ("speed", Some("m/s"), MetricType::Gauge, false, "speed_meters_per_second"),
        ] {
            assert_eq!(
                ExposedNames::default().assign(
                    name,
                    if timing { SECONDS } else { NamedUnit::Declared(unit) },
                    metric_type
                ),
                expected
            );
        }
    }

    #[test]
    fn a_name_that_is_only_a_suffix_is_escaped() {
        for (name, unit, metric_type, timing, expected) in [
            ("_total", None, MetricType::Counter, false, "U____total"),
            (".total", None, MetricType::Counter, false, "U___2e_total__total"),
            ("_ms", None, MetricType::Histogram, true, "U____ms__seconds"),
            ("_By", Some("By"), MetricType::Gauge, false, "U____By__bytes"),
            ("_total", Some("By"), MetricType::Counter, false, "U____bytes__total"),
        ] {
            assert_eq!(
                ExposedNames::default().assign(
                    name,
                    if timing { SECONDS } else { NamedUnit::Declared(unit) },
                    metric_type
                ),
                expected
            );
        }
    }

    #[test]
    fn timings_that_differ_only_in_a_unit_suffix_stay_distinct() {
        let mut names = ExposedNames::default();
        let mut assign = |name| names.assign(name, SECONDS, MetricType::Histogram);
        assert_eq!(assign("db"), "db_seconds");
        assert_eq!(assign("db_ms"), "U__db__ms__seconds");
        assert_eq!(assign("db_millis"), "U__db__millis__seconds");
    }

    #[test]
    fn families_with_the_same_legal_name_stay_distinct() {
        let mut names = ExposedNames::default();
        let mut assign = |name, metric_type| names.assign(name, NamedUnit::Declared(None), metric_type);
        assert_eq!(assign("a.b", MetricType::Gauge), "a_b");
        assert_eq!(assign("a_b", MetricType::Gauge), "U__a__b");
        assert_eq!(assign("a/b", MetricType::Gauge), "U__a_2f_b");
        assert_eq!(assign("x", MetricType::Histogram), "x");
        assert_eq!(assign("x_count", MetricType::Gauge), "U__x__count");
        assert_eq!(assign("U__x__count", MetricType::Gauge), "U__U____x____count");
    }

    #[test]
    fn labels_stay_distinct_and_reserved_ones_are_escaped() {
        let labels = ["a.b", "a_b", "le", "__name__", "", "1st", "U__le"];
        let given = label_names((0..).zip(labels), MetricType::Histogram);
        let expected = ["a_b", "U__a__b", "U__le", "U______name____", "U__", "_st", "U__U____le"];
        for (symbol, expected) in (0..).zip(expected) {
            assert_eq!(given[symbol as usize], (symbol, expected.to_owned()));
        }
    }
}
