//! The lines of one family of distributions: as a histogram's buckets, or as a summary's quantiles.

use super::line::Line;
use super::numbers::write_number;
use crate::collector::{Family, Kind};
use crate::histogram::Distribution;

const SUMMARY_QUANTILES: [f64; 3] = [0.5, 0.9, 0.99];
const NANOS_PER_MILLI: f64 = 1e6;
const NANOS_PER_SECOND: f64 = 1e9;
const MILLIS_PER_SECOND: f64 = 1e3;

/// Sum and count.
struct Ends {
    sum: Line,
    count: Line,
}

impl Ends {
    fn new(name: &str) -> Self {
        Self { sum: Line::new(name, "_sum", None), count: Line::new(name, "_count", None) }
    }

    fn write(&self, text: &mut String, labels: &str, sum: f64, count: f64) {
        self.sum.write(text, labels, sum);
        self.count.write(text, labels, count);
    }
}

/// The lines of a histogram.
pub struct HistogramLines {
    /// Upper bounds in nanoseconds, for timings; other histograms have counts at their own.
    nanos: Option<Vec<f64>>,
    /// The place of a bound, and its line; ascending.
    buckets: Vec<(usize, Line)>,
    all: Line,
    ends: Ends,
}

impl HistogramLines {
    /// `buckets` are a timing's in milliseconds where its family has none.
    pub fn new(name: &str, family: &Family, buckets: &[f64]) -> Self {
        let own = family.options.buckets.as_deref();
        let line = |bound| Line::new(name, "_bucket", Some(("le", &number(bound))));
        let (nanos, bounds): (_, Vec<f64>) = if family.kind == Kind::Timing {
            let millis = own.unwrap_or(buckets);
            // rounded as values are: one that equals a bound is not beyond it
            let nanos = millis.iter().map(|bound| (bound * NANOS_PER_MILLI).round()).collect();
            (Some(nanos), millis.iter().map(|bound| bound / MILLIS_PER_SECOND).collect())
        } else {
            (None, own.unwrap_or_default().to_vec())
        };
        // bounds that were neighbours in milliseconds may be one number in seconds: the later one counts both
        let is_last = |at: &usize| bounds.get(at + 1) != bounds.get(*at);
        let buckets = (0..bounds.len()).filter(is_last).map(|at| (at, line(bounds[at]))).collect();
        Self { nanos, buckets, all: line(f64::INFINITY), ends: Ends::new(name) }
    }

    /// Appends the lines of one series.
    pub fn write(&self, text: &mut String, labels: &str, distribution: &Distribution) {
        let (counts, count, unit) = if let Some(nanos) = &self.nanos {
            let (counts, count) = distribution.cumulative(nanos);
            (counts, count, NANOS_PER_SECOND)
        } else {
            let buckets = distribution.cumulative_at_own_bounds().unwrap_or_default();
            (buckets.into_iter().map(|(_, count)| count).collect(), distribution.count(), 1.0)
        };
        for (at, line) in &self.buckets {
            line.write(text, labels, counts.get(*at).copied().unwrap_or(0.0));
        }
        self.all.write(text, labels, count);
        self.ends.write(text, labels, distribution.sum() / unit, count);
    }
}

/// The lines of a summary.
pub struct SummaryLines {
    quantiles: [(f64, Line); 3],
    ends: Ends,
}

impl SummaryLines {
    pub fn new(name: &str) -> Self {
        let line = |q| (q, Line::new(name, "", Some(("quantile", &number(q)))));
        Self { quantiles: SUMMARY_QUANTILES.map(line), ends: Ends::new(name) }
    }

    /// Appends the lines of one series.
    pub fn write(&self, text: &mut String, labels: &str, distribution: &Distribution) {
        for (q, line) in &self.quantiles {
            line.write(text, labels, distribution.quantile(*q).unwrap_or(f64::NAN));
        }
        self.ends.write(text, labels, distribution.sum(), distribution.count());
    }
}

fn number(value: f64) -> String {
    let mut text = String::new();
    write_number(&mut text, value);
    text
}
