//! Values by series. A reading, the flushed values, and the baseline of a window all have this type.

use hashbrown::HashMap;

use super::counts::{Count, Counts};
use super::gauge_value::GaugeValue;
use super::names::NamesView;
use crate::histogram::Distribution;

/// Values by series number. Each kind of metric uses one of the three stores.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    pub(super) counts: Counts,
    /// Only gauges that are set.
    pub(super) gauges: HashMap<u32, GaugeValue>,
    pub(super) distributions: HashMap<u32, Distribution>,
    /// The number of readings before this one.
    pub(super) epoch: u32,
}

impl Totals {
    /// A counter's value.
    #[must_use]
    #[inline]
    pub fn count(&self, series: u32) -> Option<Count> {
        self.counts.get(series)
    }

    /// Whether a counter has decrements.
    #[must_use]
    #[inline]
    pub fn has_decrements(&self, series: u32) -> bool {
        self.counts.has_decrements(series)
    }

    /// A gauge's value, if it is set.
    #[must_use]
    #[inline]
    pub fn gauge(&self, series: u32) -> Option<GaugeValue> {
        self.gauges.get(&series).copied()
    }

    /// A timing's or histogram's distribution.
    #[must_use]
    #[inline]
    pub fn distribution(&self, series: u32) -> Option<&Distribution> {
        self.distributions.get(&series)
    }

    /// Adds to a distribution.
    pub(super) fn add_distribution(&mut self, series: u32, more: &Distribution) {
        let empty = || Distribution::empty(more.layout().clone());
        self.distributions.entry(series).or_insert_with(empty).add(more);
    }

    /// A copy of the numbers alone.
    pub(super) fn without_distributions(&self) -> Self {
        Self { counts: self.counts.clone(), gauges: self.gauges.clone(), distributions: HashMap::new(), ..*self }
    }

    /// Removes gauges, for a window's baseline: no reset changes them.
    pub(super) fn drop_gauges(&mut self) {
        self.gauges = HashMap::new();
    }

    /// Removes empty distributions, which need no baseline.
    pub(super) fn drop_empty(&mut self) {
        self.distributions.retain(|_, distribution| distribution.count() > 0.0);
    }

    /// Keeps the earlier baseline of distributions whose count is unchanged. JavaScript writes a value's
    /// count last, so the sum may have a value that is not counted yet. It belongs to the next window in which the series is visible.
    pub(super) fn keep_baseline_of_unchanged(&mut self, earlier: &Self, names: &NamesView) {
        for (series, now) in &mut self.distributions {
            let earlier = earlier.distributions.get(series).filter(|_| names.is_since(*series, earlier.epoch));
            if let Some(earlier) =
                earlier.filter(|earlier| earlier.sum() != now.sum() && earlier.count() == now.count())
            {
                now.clone_from(earlier);
            }
        }
    }

    /// Removes a series whose number will be reused.
    pub(super) fn remove(&mut self, series: u32) {
        self.counts.remove(series);
        self.distributions.remove(&series);
    }

    /// Removes a series that is gone.
    pub(super) fn remove_any(&mut self, series: u32) {
        self.remove(series);
        self.gauges.remove(&series);
    }

    /// Whether there is a value for the series.
    pub(super) fn has(&self, series: u32) -> bool {
        self.counts.increments(series).is_some()
            || self.gauges.contains_key(&series)
            || self.distributions.contains_key(&series)
    }

    /// Adds one series of other totals.
    pub(super) fn add_series(&mut self, series: u32, from: &Self) {
        self.counts.add_series(series, &from.counts);
        if let Some(distribution) = from.distributions.get(&series) {
            self.add_distribution(series, distribution);
        }
    }
}
