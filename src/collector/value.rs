//! The value of a series as users read it.

use crate::histogram::Distribution;

/// What is reported of a distribution with at least one value: of a timing in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// How many values.
    pub count: f64,
    /// Their sum.
    pub sum: f64,
    /// What JavaScript calls the sum.
    pub sum_word: &'static str,
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// `sum / count`
    pub mean: f64,
    /// The quantiles 0.5, 0.9 and 0.99.
    pub quantiles: [f64; 3],
    /// Bounds and cumulative counts, where the family has bounds.
    pub buckets: Option<Vec<(f64, f64)>>,
}

/// The parts of a snapshot, which are part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Numbers that are counted.
    Counters,
    /// Numbers that are set.
    Gauges,
    /// Statistics in milliseconds.
    Timings,
    /// Statistics in the unit of the family.
    Histograms,
}

/// The value of one series.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of a counter or gauge.
    Number(f64),
    /// Of a timing or histogram.
    Stats(Stats),
}

impl Stats {
    /// Statistics in units of `unit` values; `None` without a value.
    #[must_use]
    pub fn of(distribution: &Distribution, unit: f64, sum_word: &'static str) -> Option<Self> {
        let (min, max) = distribution.extremes()?;
        let count = distribution.count();
        let sum = saturated(distribution.sum()) / unit;
        let quantile = |q| distribution.quantile(q).unwrap_or(max) / unit;
        Some(Self {
            count,
            sum,
            sum_word,
            min: min / unit,
            max: max / unit,
            mean: sum / count,
            quantiles: [quantile(0.5), quantile(0.9), quantile(0.99)],
            buckets: distribution.cumulative_at_own_bounds(),
        })
    }
}

/// Counts and sums are numbers whatever was added: a sum that overflowed stays at the largest number, one that overflowed both ways at 0.
pub fn saturated(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(f64::MIN, f64::MAX) }
}
