//! The value of a series as users read it.

use crate::histogram::Distribution;

/// The statistics of a distribution with at least one value. A timing's are in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// The number of values.
    pub count: f64,
    /// The sum of the values.
    pub sum: f64,
    /// The name of the sum in JavaScript.
    pub sum_name: &'static str,
    /// The smallest value.
    pub min: f64,
    /// The largest value.
    pub max: f64,
    /// `sum / count`
    pub mean: f64,
    /// The quantiles 0.5, 0.9 and 0.99.
    pub quantiles: [f64; 3],
    /// Bounds and cumulative counts, if the family has bounds.
    pub buckets: Option<Vec<(f64, f64)>>,
}

/// The sections of a snapshot. They are part of the public API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Net counts.
    Counters,
    /// Latest values.
    Gauges,
    /// Statistics in milliseconds.
    Timings,
    /// Statistics in the unit of the family.
    Histograms,
}

/// The value of one series.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A counter or gauge.
    Number(f64),
    /// A timing or histogram.
    Stats(Stats),
}

impl Stats {
    /// Statistics in multiples of `unit`. `None` for an empty distribution.
    #[must_use]
    pub fn of(distribution: &Distribution, unit: f64, sum_name: &'static str) -> Option<Self> {
        let (min, max) = distribution.extremes()?;
        let count = distribution.count();
        let sum = saturated(distribution.sum()) / unit;
        let quantile = |q| distribution.quantile(q).unwrap_or(max) / unit;
        Some(Self {
            count,
            sum,
            sum_name,
            min: min / unit,
            max: max / unit,
            mean: sum / count,
            quantiles: [quantile(0.5), quantile(0.9), quantile(0.99)],
            buckets: distribution.cumulative_at_own_bounds(),
        })
    }
}

/// Makes a sum finite: an overflow becomes the largest number, and an overflow in both directions (NaN) becomes 0.
pub fn saturated(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(f64::MIN, f64::MAX) }
}
