//! A reading with names: what `snapshot()` returns, before it is text.

use super::Reading;
use super::family::Family;
use super::key::series_key;
use super::kinds::Kind;
use super::names::{NamesView, Series};
use super::totals::{Delta, Totals};
use super::trace::TraceEvent;
use crate::histogram::Distribution;

/// What a reader sees, sorted by key. A series' key is its family's name, with `{a="x",b="y"}` behind it if it is labelled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Increments less decrements.
    pub counters: Vec<(String, f64)>,
    /// The set ones.
    pub gauges: Vec<(String, f64)>,
    /// Those with a sample, in milliseconds.
    pub timings: Vec<(String, Stats)>,
    /// Those with a sample.
    pub histograms: Vec<(String, Stats)>,
    /// Ascending by number.
    pub trace: Vec<TraceEvent>,
}

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

/// The value of one series.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Of a counter or gauge.
    Number(f64),
    /// Of a timing or histogram.
    Stats(Stats),
}

impl Snapshot {
    pub(super) fn new(reading: &Reading, base: &Totals, trace: Vec<TraceEvent>) -> Self {
        let delta = Delta::new(reading, Some(base));
        let mut snapshot = Self { trace, ..Self::default() };
        for (number, series) in (0..).zip(reading.names.series()) {
            let Some((_, family)) = reading.names.get(number) else {
                continue;
            };
            let Some(value) = family.behaviour().value(&delta, number) else {
                continue;
            };
            let key = key(&reading.names, family, series);
            match (value, family.kind) {
                (Value::Number(value), Kind::Counter) => snapshot.counters.push((key, value)),
                (Value::Number(value), _) => snapshot.gauges.push((key, value)),
                (Value::Stats(stats), Kind::Timing) => snapshot.timings.push((key, stats)),
                (Value::Stats(stats), _) => snapshot.histograms.push((key, stats)),
            }
        }
        snapshot.counters.sort_by(|one, other| one.0.cmp(&other.0));
        snapshot.gauges.sort_by(|one, other| one.0.cmp(&other.0));
        snapshot.timings.sort_by(|one, other| one.0.cmp(&other.0));
        snapshot.histograms.sort_by(|one, other| one.0.cmp(&other.0));
        snapshot
    }
}

impl Reading {
    /// What is shown of one series to a reader who never resets.
    #[must_use]
    pub fn value(&self, number: u32) -> Option<Value> {
        let (_, family) = self.names.get(number)?;
        family.behaviour().value(&self.whole_life(), number)
    }

    /// A series' key; empty for a number that is none.
    #[must_use]
    pub fn key(&self, number: u32) -> String {
        self.names.get(number).map_or_else(String::new, |(series, family)| key(&self.names, family, series))
    }
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
pub(super) fn saturated(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(f64::MIN, f64::MAX) }
}

fn key(names: &NamesView, family: &Family, series: &Series) -> String {
    series_key(&family.name, series.labels.iter().map(|(name, value)| (names.text(*name), names.text(*value))))
}
