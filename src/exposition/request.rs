//! The request for an exposition: the format, how names are written, and which families and series.

use hashbrown::HashSet;

use super::exposed_names::sample_names;
use super::formats::{Format, PROMETHEUS_TEXT};
use super::legal_names::Escaping;
use crate::collector::{MetricType, SelfMetricsMode};

/// What an exposition should contain, and how.
#[derive(Clone, Debug)]
pub struct ExpositionRequest {
    /// The format.
    pub format: &'static Format,
    /// How names are written. A format that takes legal names only has underscores in place of any characters.
    pub escaping: Escaping,
    /// Upper bounds in milliseconds, strictly increasing, for timings without their own. `None` for the default ones.
    pub buckets: Option<Vec<f64>>,
    /// Only these families. `None` for all.
    pub names: Option<WantedNames>,
    /// Only series with these labels: names and values. An empty value stands for an absent label.
    pub labels: Vec<(String, String)>,
    /// Whether text formats write when series were created.
    pub has_created: bool,
    /// When it includes what the collector reports about itself.
    pub self_metrics: SelfMetricsMode,
}

impl Default for ExpositionRequest {
    fn default() -> Self {
        Self {
            format: &PROMETHEUS_TEXT,
            escaping: Escaping::default(),
            buckets: None,
            names: None,
            labels: Vec::new(),
            has_created: false,
            self_metrics: SelfMetricsMode::default(),
        }
    }
}

impl ExpositionRequest {
    /// All in a format.
    #[must_use]
    pub fn of(format: &'static Format) -> Self {
        Self { format, ..Self::default() }
    }

    /// How names are written in its format.
    pub(super) fn escaping(&self) -> Escaping {
        if self.escaping == Escaping::AllowUtf8 && !self.format.has_any_names {
            return Escaping::default();
        }
        self.escaping
    }
}

/// Names of the requested families: those of instruments, of families, or of samples (`x_bucket`).
#[derive(Clone, Debug)]
pub struct WantedNames(HashSet<String>);

impl WantedNames {
    /// These names.
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().collect())
    }

    /// Whether a family is among them.
    pub(crate) fn has(&self, given: &str, exposed: &str, metric_type: MetricType) -> bool {
        let base = exposed.strip_suffix("_total").filter(|_| metric_type == MetricType::Counter);
        self.0.contains(given)
            || base.is_some_and(|base| self.0.contains(base))
            || sample_names(exposed, metric_type).any(|name| self.0.contains(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_found_by_any_of_its_names() {
        for (wanted, given, exposed, metric_type, expected) in [
            ("a.b", "a.b", "a_b_total", MetricType::Counter, true),
            ("a_b", "a.b", "a_b_total", MetricType::Counter, true),
            ("a_b_total", "a.b", "a_b_total", MetricType::Counter, true),
            ("a_b_bucket", "a.b", "a_b_total", MetricType::Counter, false),
            ("run_seconds_bucket", "run", "run_seconds", MetricType::Histogram, true),
            ("run_seconds", "run", "run_seconds", MetricType::Histogram, true),
            ("run_sec", "run", "run_seconds", MetricType::Histogram, false),
            ("a_b", "a.b_total", "a_b_total", MetricType::Gauge, false),
            ("size_bucket", "size", "size", MetricType::Summary, false),
        ] {
            let names = WantedNames::new([wanted.to_owned()]);
            assert_eq!(names.has(given, exposed, metric_type), expected, "{wanted}");
        }
        assert!(!WantedNames::new([]).has("a", "a", MetricType::Gauge));
    }
}
