//! A snapshot: a reading relative to a window, with text keys.

use super::Reading;
use super::delta::Delta;
use super::family::Family;
use super::key::series_key;
use super::names::{NamesView, Series};
use super::totals::Totals;
use super::trace::TraceEvent;
use super::value::{Section, Stats, Value};
use crate::sorting;

/// The visible values, sorted by key. A series' key is its family's name, followed by `{a="x",b="y"}` if it has labels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Increments minus decrements.
    pub counters: Vec<(String, f64)>,
    /// Gauges that are set.
    pub gauges: Vec<(String, f64)>,
    /// Timings with at least one value, in milliseconds.
    pub timings: Vec<(String, Stats)>,
    /// Histograms with at least one value.
    pub histograms: Vec<(String, Stats)>,
    /// Ascending by sequence number.
    pub trace: Vec<TraceEvent>,
}

impl Snapshot {
    pub(super) fn new(reading: &Reading, base: &Totals, trace: Vec<TraceEvent>) -> Self {
        let mut snapshot = Self { trace, ..Self::default() };
        for family in reading.families(&Delta::new(reading, Some(base))) {
            for series in family.values() {
                let key = series_key(&family.family.name, series.labels());
                match (series.value, family.family.behaviour().section()) {
                    (Value::Number(value), Section::Counters) => snapshot.counters.push((key, value)),
                    (Value::Number(value), _) => snapshot.gauges.push((key, value)),
                    (Value::Stats(stats), Section::Timings) => snapshot.timings.push((key, stats)),
                    (Value::Stats(stats), _) => snapshot.histograms.push((key, stats)),
                }
            }
        }
        sorting::sort_by(&mut snapshot.counters, |one, other| one.0.cmp(&other.0));
        sorting::sort_by(&mut snapshot.gauges, |one, other| one.0.cmp(&other.0));
        sorting::sort_by(&mut snapshot.timings, |one, other| one.0.cmp(&other.0));
        sorting::sort_by(&mut snapshot.histograms, |one, other| one.0.cmp(&other.0));
        snapshot
    }
}

impl Reading {
    /// The cumulative value of one series.
    #[must_use]
    pub fn value(&self, number: u32) -> Option<Value> {
        let (_, family) = self.names.get(number)?;
        family.behaviour().value(&self.cumulative_values(), number)
    }

    /// The key of a series. Empty if no series has the number.
    #[must_use]
    pub fn key(&self, number: u32) -> String {
        self.names.get(number).map_or_else(String::new, |(series, family)| key(&self.names, family, series))
    }
}

fn key(names: &NamesView, family: &Family, series: &Series) -> String {
    series_key(&family.name, series.labels.iter().map(|(name, value)| (names.text(*name), names.text(*value))))
}
