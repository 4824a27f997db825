//! What families and labels are called in an exposition: legal names, with unit and suffix, each of them once.

use hashbrown::{HashMap, HashSet};

use super::escaping::{underscores, values};
use super::units;
use crate::collector::{Family, Kind, Symbol};

/// How a family appears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Ups.
    Counter,
    /// A state.
    Gauge,
    /// A counter's ups less downs, as a gauge.
    Net,
    /// Buckets, sum and count.
    Histogram,
    /// Quantiles, sum and count.
    Summary,
}

impl Form {
    /// How a family of this kind appears.
    pub fn of(family: &Family) -> Self {
        match family.kind {
            Kind::Counter => Self::Counter,
            Kind::Gauge => Self::Gauge,
            // without bounds no fixed set of buckets suits values of any unit
            Kind::Histogram if family.options.buckets.is_none() => Self::Summary,
            Kind::Timing | Kind::Histogram => Self::Histogram,
        }
    }

    /// What `# TYPE` says.
    pub fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge | Self::Net => "gauge",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
        }
    }

    /// The endings that samples of this form have, or have in other formats.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Counter | Self::Gauge | Self::Net => &[""],
            Self::Histogram => &["", "_bucket", "_sum", "_count", "_created"],
            Self::Summary => &["", "_sum", "_count", "_created"],
        }
    }

    /// Whether a family of this form and name, and one of another form and name, have a sample's name in common.
    pub fn overlaps(self, name: &str, other: Self, other_name: &str) -> bool {
        let theirs: Vec<String> = other.sample_names(other_name).collect();
        self.sample_names(name).any(|name| theirs.contains(&name))
    }

    fn sample_names(self, name: &str) -> impl Iterator<Item = String> {
        self.endings().iter().map(move |ending| format!("{name}{ending}"))
    }

    /// Labels that mean something in samples of this form.
    fn reserved_label(self) -> Option<&'static str> {
        match self {
            Self::Histogram => Some("le"),
            Self::Summary => Some("quantile"),
            Self::Counter | Self::Gauge | Self::Net => None,
        }
    }
}

/// The names given so far. No sample's name is given twice.
#[derive(Debug, Default)]
pub struct ExposedNames {
    taken: HashSet<String>,
}

impl ExposedNames {
    /// A name for a family.
    pub fn give_family(&mut self, family: &Family, form: Form) -> String {
        self.give(&family.name, family.options.unit.as_deref(), form, family.kind == Kind::Timing)
    }

    /// The name that a family gets unless another has it; `None` where its own has nothing but a suffix.
    pub fn wanted(family: &Family, form: Form) -> Option<String> {
        let suffixes = Suffixes::new(family.options.unit.as_deref(), form, family.kind == Kind::Timing);
        suffixes.replaced(&underscores(&family.name, true))
    }

    /// A name for a family: its own with other characters as `_`; if nothing is left of that, or something has it already,
    /// in the escaping that keeps it distinct; if somebody chose just that for a name, escaped once more.
    pub fn give(&mut self, name: &str, unit: Option<&str>, form: Form, timing: bool) -> String {
        let suffixes = Suffixes::new(unit, form, timing);
        if let Some(plain) = suffixes.replaced(&underscores(name, true)).filter(|plain| self.take(plain, form)) {
            return plain;
        }
        let mut distinct = values(&suffixes.added(name), true);
        while !self.take(&distinct, form) {
            distinct = values(&distinct, true);
        }
        distinct
    }

    /// A name for a family of one number that has all its endings already.
    pub fn give_plain(&mut self, name: &str) -> String {
        self.give(name, None, Form::Gauge, false)
    }

    fn take(&mut self, name: &str, form: Form) -> bool {
        let names: Vec<String> = form.sample_names(name).collect();
        if names.iter().any(|name| self.taken.contains(name)) {
            return false;
        }
        self.taken.extend(names);
        true
    }
}

/// What a family's name ends with.
struct Suffixes {
    /// In Prometheus' words; may be empty.
    unit: String,
    /// Ways to write the unit behind a name that give way to those words.
    abbreviations: Vec<String>,
    counts: bool,
    total: &'static str,
}

impl Suffixes {
    fn new(unit: Option<&str>, form: Form, timing: bool) -> Self {
        let (unit, abbreviations) = match unit {
            _ if timing => ("seconds".to_owned(), ["_ms", "_millis", "_milliseconds"].map(str::to_owned).to_vec()),
            Some(unit) if units::is_one(unit) && form == Form::Gauge => ("ratio".to_owned(), Vec::new()),
            Some(unit) => (units::words(unit), units::abbreviation(unit).iter().map(|it| format!("_{it}")).collect()),
            None => (String::new(), Vec::new()),
        };
        let counts = matches!(form, Form::Counter | Form::Net);
        Self { unit, abbreviations, counts, total: if form == Form::Counter { "_total" } else { "" } }
    }

    /// A name with these endings instead of those that say the same; `None` where it has nothing else.
    fn replaced(&self, name: &str) -> Option<String> {
        let base = self.without_total(name);
        let base = self.abbreviations.iter().find_map(|ending| base.strip_suffix(ending)).unwrap_or(base);
        (!base.is_empty()).then(|| self.added(base))
    }

    /// A name with these endings, of which none is added twice.
    fn added(&self, name: &str) -> String {
        let (base, unit) = (self.without_total(name), &self.unit);
        let has_unit = unit.is_empty() || base == unit || base.strip_suffix(unit).is_some_and(|it| it.ends_with('_'));
        if has_unit { format!("{base}{}", self.total) } else { format!("{base}_{unit}{}", self.total) }
    }

    fn without_total<'a>(&self, name: &'a str) -> &'a str {
        if self.counts { name.strip_suffix("_total").unwrap_or(name) } else { name }
    }
}

/// Names for the labels of one family, given in the order in which they come: distinct ones stay distinct.
pub fn label_names<'a>(names: impl Iterator<Item = (Symbol, &'a str)>, form: Form) -> HashMap<Symbol, String> {
    let mut given = HashMap::new();
    let mut taken: HashSet<String> = HashSet::new();
    for (symbol, name) in names {
        if given.contains_key(&symbol) {
            continue;
        }
        let plain = underscores(name, false);
        let reserved = plain.starts_with("__") || form.reserved_label() == Some(plain.as_str());
        let mut legal = if plain.is_empty() || reserved { values(name, false) } else { plain };
        let mut distinct = name.to_owned();
        while !taken.insert(legal.clone()) {
            distinct = values(&distinct, false);
            legal.clone_from(&distinct);
        }
        given.insert(symbol, legal);
    }
    given
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_suffixed_twice() {
        for (name, unit, form, timing, expected) in [
            ("jobs", None, Form::Counter, false, "jobs_total"),
            ("jobs_total", None, Form::Counter, false, "jobs_total"),
            ("sent", Some("bytes"), Form::Counter, false, "sent_bytes_total"),
            ("sent_bytes_total", Some("bytes"), Form::Counter, false, "sent_bytes_total"),
            ("bytes", Some("bytes"), Form::Gauge, false, "bytes"),
            ("jobs_total", None, Form::Net, false, "jobs"),
            ("jobs_total", None, Form::Gauge, false, "jobs_total"),
            ("_total", None, Form::Net, false, "U__"),
            ("request_ms", None, Form::Histogram, true, "request_seconds"),
            ("request.millis", None, Form::Histogram, true, "request_seconds"),
            ("request_seconds", None, Form::Histogram, true, "request_seconds"),
            ("scene.renderAll", None, Form::Histogram, true, "scene_renderAll_seconds"),
            ("size", Some("k/b"), Form::Histogram, false, "size_k_per_b"),
            ("wait", Some("ms"), Form::Gauge, false, "wait_milliseconds"),
            ("wait_ms", Some("ms"), Form::Gauge, false, "wait_milliseconds"),
            ("wait_milliseconds", Some("ms"), Form::Gauge, false, "wait_milliseconds"),
            ("sent_By_total", Some("By"), Form::Counter, false, "sent_bytes_total"),
            ("http_requests", Some("{request}"), Form::Counter, false, "http_requests_total"),
            ("http_requests", Some("1"), Form::Counter, false, "http_requests_total"),
            ("open", Some("1"), Form::Net, false, "open"),
            ("cpu", Some("1"), Form::Gauge, false, "cpu_ratio"),
            ("cpu_ratio", Some("1"), Form::Gauge, false, "cpu_ratio"),
            ("speed", Some("m/s"), Form::Gauge, false, "speed_meters_per_second"),
        ] {
            assert_eq!(ExposedNames::default().give(name, unit, form, timing), expected);
        }
    }

    #[test]
    fn a_name_of_nothing_but_a_suffix_is_escaped() {
        for (name, unit, form, timing, expected) in [
            ("_total", None, Form::Counter, false, "U____total"),
            (".total", None, Form::Counter, false, "U___2e_total__total"),
            ("_ms", None, Form::Histogram, true, "U____ms__seconds"),
            ("_By", Some("By"), Form::Gauge, false, "U____By__bytes"),
            ("_total", Some("By"), Form::Counter, false, "U____bytes__total"),
        ] {
            assert_eq!(ExposedNames::default().give(name, unit, form, timing), expected);
        }
    }

    #[test]
    fn timings_that_differ_in_a_words_abbreviation_are_kept_distinct() {
        let mut names = ExposedNames::default();
        let mut give = |name| names.give(name, None, Form::Histogram, true);
        assert_eq!(give("db"), "db_seconds");
        assert_eq!(give("db_ms"), "U__db__ms__seconds");
        assert_eq!(give("db_millis"), "U__db__millis__seconds");
    }

    #[test]
    fn a_later_family_of_the_same_name_is_kept_distinct() {
        let mut names = ExposedNames::default();
        let mut give = |name, form| names.give(name, None, form, false);
        assert_eq!(give("a.b", Form::Gauge), "a_b");
        assert_eq!(give("a_b", Form::Gauge), "U__a__b");
        assert_eq!(give("a/b", Form::Gauge), "U__a_2f_b");
        assert_eq!(give("x", Form::Histogram), "x");
        assert_eq!(give("x_count", Form::Gauge), "U__x__count");
        assert_eq!(give("U__x__count", Form::Gauge), "U__U____x____count");
    }

    #[test]
    fn labels_stay_distinct_and_reserved_ones_are_escaped() {
        let labels = ["a.b", "a_b", "le", "__name__", "", "1st", "U__le"];
        let given = label_names((0..).zip(labels), Form::Histogram);
        let expected = ["a_b", "U__a__b", "U__le", "U______name____", "U__", "_st", "U__U____le"];
        for (symbol, expected) in (0..).zip(expected) {
            assert_eq!(given[&symbol], expected);
        }
    }
}
