//! The names of families and labels in an exposition: legal and unique, with unit and suffix.

use std::borrow::Cow;

use hashbrown::HashSet;

use super::legal_names::{Escaping, strip_ending, underscores, values};
use super::units;
use crate::collector::{Family, MetricType, NameTranslation, Symbol};

/// The suffixes of this type's samples, in any format.
fn sample_suffixes(metric_type: MetricType) -> &'static [&'static str] {
    match metric_type {
        MetricType::Counter | MetricType::Gauge | MetricType::NetGauge => &[""],
        MetricType::Histogram => &["", "_bucket", "_sum", "_count", "_created"],
        MetricType::Summary => &["", "_sum", "_count", "_created"],
    }
}

/// The names that the samples of a family have in any format.
pub fn sample_names(name: &str, metric_type: MetricType) -> impl Iterator<Item = String> {
    sample_suffixes(metric_type).iter().map(move |suffix| [name, suffix].concat())
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
    escaping: Escaping,
    taken: HashSet<String>,
}

impl ExposedNames {
    /// Names in an escaping.
    pub fn new(escaping: Escaping) -> Self {
        Self { escaping, taken: HashSet::new() }
    }

    /// How names are escaped.
    pub fn escaping(&self) -> Escaping {
        self.escaping
    }

    /// A counter's name without `_total`, as `OpenMetrics` has it, unless another family has that name or a sample of it. Called
    /// when all names are assigned.
    pub fn counter_name<'a>(&self, name: &'a str) -> Option<&'a str> {
        let counter = name.strip_suffix("_total").filter(|counter| !counter.is_empty())?;
        let is_taken = self.has(counter, "") || self.has(counter, "_created") || self.is_created_of_counter(counter);
        (!is_taken).then_some(counter)
    }

    /// Whether this is the name of the start times of another counter. Both families of such a pair cannot lose `_total`.
    fn is_created_of_counter(&self, name: &str) -> bool {
        let Some(counter) = name.strip_suffix("_created") else { return false };
        self.has(counter, "_total") && self.counter_name(&[counter, "_total"].concat()).is_some()
    }

    fn has(&self, name: &str, suffix: &str) -> bool {
        self.taken.contains(&[name, suffix].concat())
    }

    /// Assigns a name to a family.
    pub fn assign_family(&mut self, family: &Family, metric_type: MetricType) -> String {
        let suffixes = Suffixes::of(family, metric_type);
        let translated = translated(family);
        self.assign_with(&translated, &suffixes, family_escaping(family, self.escaping), metric_type)
    }

    /// The name that a family gets if no other has it. `None` if its name is only a suffix.
    pub fn preferred(family: &Family, metric_type: MetricType) -> Option<String> {
        Suffixes::of(family, metric_type).replaced(&underscores(&translated(family), true))
    }

    /// Assigns a name: the family's own in the escaping of the exposition. If nothing is left of it, or another family has it,
    /// the name in [`values`] escaping, escaped again until it is unique.
    pub fn assign(&mut self, name: &str, unit: NamedUnit, metric_type: MetricType) -> String {
        self.assign_with(name, &Suffixes::new(unit, metric_type), self.escaping, metric_type)
    }

    fn assign_with(&mut self, name: &str, suffixes: &Suffixes, escaping: Escaping, metric_type: MetricType) -> String {
        let plain = match escaping {
            Escaping::Underscores => suffixes.replaced(&underscores(name, true)),
            // before escaping, because a suffix may not be recognizable afterwards
            escaping => suffixes.replaced(name).map(|name| escaping.escape(&name, true)),
        };
        if let Some(plain) = plain.filter(|plain| self.take(plain, metric_type)) {
            return plain;
        }
        let mut distinct = values(&suffixes.added(name, strip_exactly), true);
        while !self.take(&distinct, metric_type) {
            distinct = values(&distinct, true);
        }
        distinct
    }

    /// Takes a name of a family that is not named here.
    pub fn reserve(&mut self, name: &str, metric_type: MetricType) {
        self.taken.extend(sample_names(name, metric_type));
    }

    /// Takes the names that `OpenMetrics` has for a counter beside its family's.
    pub fn reserve_counter(&mut self, name: &str) {
        self.taken.extend(["_total", "_created"].map(|suffix| [name, suffix].concat()));
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
    Suffixes::of(family, metric_type).unit
}

/// How the names of a family are escaped where an exposition has this escaping.
pub fn family_escaping(family: &Family, escaping: Escaping) -> Escaping {
    let is_escaped = family.options.translation.is_some_and(NameTranslation::is_escaped);
    if is_escaped { Escaping::Underscores } else { escaping }
}

/// The name of a family, as its translation has it: several `_` in a row become one, as OpenTelemetry's specification demands.
fn translated(family: &Family) -> Cow<'_, str> {
    if !family.options.translation.is_some_and(NameTranslation::is_escaped) {
        return Cow::Borrowed(&family.name);
    }
    let starts_with_digit = family.name.starts_with(|c: char| c.is_ascii_digit());
    let mut name = underscores(&format!("{}{}", if starts_with_digit { "_" } else { "" }, family.name), true);
    while name.contains("__") {
        name = name.replace("__", "_");
    }
    Cow::Owned(name)
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
    fn of(family: &Family, metric_type: MetricType) -> Self {
        let unit = NamedUnit::of(family);
        let Some(translation) = family.options.translation else { return Self::new(unit, metric_type) };
        // sums get no `_ratio`
        let is_count = family.options.is_sum == Some(true) && family.options.unit.as_deref().is_some_and(units::is_one);
        let has_unit = translation.has_units() && !is_count;
        let mut suffixes = Self::new(if has_unit { unit } else { NamedUnit::Declared(None) }, metric_type);
        // OpenTelemetry appends units and replaces none
        suffixes.abbreviations.clear();
        if !translation.has_total() {
            (suffixes.counts, suffixes.total) = (false, "");
        }
        suffixes
    }

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
        let base = self.without_total(name, strip_ending);
        let base = self.abbreviations.iter().find_map(|abbreviation| strip_ending(base, abbreviation)).unwrap_or(base);
        (!base.is_empty()).then(|| self.added(base, strip_ending))
    }

    /// The name with these suffixes, none of them twice.
    fn added(&self, name: &str, strip: Strip) -> String {
        let (base, unit) = (self.without_total(name, strip), &self.unit);
        let has_unit = unit.is_empty() || base == unit || strip(base, &["_", unit].concat()).is_some();
        if has_unit { [base, self.total].concat() } else { [base, "_", unit, self.total].concat() }
    }

    fn without_total<'a>(&self, name: &'a str, strip: Strip) -> &'a str {
        if self.counts { strip(name, "_total").unwrap_or(name) } else { name }
    }
}

/// The part of a name before a suffix, if the name has it.
type Strip = for<'a> fn(&'a str, &str) -> Option<&'a str>;

fn strip_exactly<'a>(name: &'a str, ending: &str) -> Option<&'a str> {
    name.strip_suffix(ending)
}

/// Legal names for the labels of one family, in the same order. Distinct names stay distinct.
pub fn label_names<'a>(
    names: impl Iterator<Item = (Symbol, &'a str)>,
    metric_type: MetricType,
    escaping: Escaping,
) -> Vec<(Symbol, String)> {
    let mut legal_names: Vec<(Symbol, String)> = Vec::new();
    let mut known: HashSet<Symbol> = HashSet::new();
    let mut taken: HashSet<String> = HashSet::new();
    for (symbol, name) in names {
        if !known.insert(symbol) {
            continue;
        }
        let plain = escaping.escape(name, false);
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
    fn names_of_any_characters_get_endings_once_and_stay_distinct() {
        let mut names = ExposedNames::new(Escaping::AllowUtf8);
        for (name, unit, metric_type, expected) in [
            ("a.b", NamedUnit::Declared(None), MetricType::Counter, "a.b_total"),
            ("a_b", NamedUnit::Declared(None), MetricType::Counter, "a_b_total"),
            ("jobs.total", NamedUnit::Declared(None), MetricType::Counter, "jobs_total"),
            ("größe", NamedUnit::Declared(Some("By")), MetricType::Gauge, "größe_bytes"),
            ("sent.bytes", NamedUnit::Declared(Some("By")), MetricType::Gauge, "sent.bytes"),
            ("request.millis", SECONDS, MetricType::Histogram, "request_seconds"),
            ("request_seconds_count", NamedUnit::Declared(None), MetricType::Gauge, "U__request__seconds__count"),
        ] {
            assert_eq!(names.assign(name, unit, metric_type), expected);
        }
        let mut names = ExposedNames::new(Escaping::Dots);
        assert_eq!(names.assign("scene.renderAll", SECONDS, MetricType::Histogram), "scene_dot_renderAll__seconds");
    }

    #[test]
    fn a_counter_has_a_name_without_its_suffix_unless_that_is_anothers() {
        let mut names = ExposedNames::default();
        let given: Vec<String> = [
            ("jobs", MetricType::Counter),
            ("open", MetricType::Counter),
            ("open", MetricType::NetGauge),
            ("run", MetricType::Counter),
            ("run_created", MetricType::Gauge),
            ("uptime", MetricType::Gauge),
        ]
        .map(|(name, metric_type)| names.assign(name, NamedUnit::Declared(None), metric_type))
        .into();
        let names: Vec<Option<&str>> = given.iter().map(|name| names.counter_name(name)).collect();
        assert_eq!(names, [Some("jobs"), None, None, None, None, None]);
    }

    #[test]
    fn a_counter_keeps_its_suffix_if_the_rest_is_the_start_time_of_another_one() {
        for order in [[0, 1, 2], [2, 1, 0]] {
            let mut names = ExposedNames::default();
            for at in order {
                let name = ["orders", "orders.created", "orders.created.created"][at];
                names.assign(name, NamedUnit::Declared(None), MetricType::Counter);
            }
            assert_eq!(names.counter_name("orders_total"), Some("orders"));
            assert_eq!(names.counter_name("orders_created_total"), None);
            assert_eq!(names.counter_name("orders_created_created_total"), Some("orders_created_created"));
        }
    }

    #[test]
    fn labels_stay_distinct_and_reserved_ones_are_escaped() {
        let labels = ["a.b", "a_b", "le", "__name__", "", "1st", "U__le"];
        let given = label_names((0..).zip(labels), MetricType::Histogram, Escaping::Underscores);
        let expected = ["a_b", "U__a__b", "U__le", "U______name____", "U__", "_st", "U__U____le"];
        for (symbol, expected) in (0..).zip(expected) {
            assert_eq!(given[symbol as usize], (symbol, expected.to_owned()));
        }
    }
}
