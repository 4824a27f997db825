//! Values by series: what was read at one moment, what was folded, and what a window has seen, are all of this type.

use hashbrown::HashMap;

use super::counts::{Count, Counts};
use super::gauge_value::GaugeValue;
use super::names::NamesView;
use crate::histogram::Distribution;

/// Values by the numbers of their series. Each kind of metric uses one of the three stores.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    pub(super) counts: Counts,
    /// Those that are set.
    pub(super) gauges: HashMap<u32, GaugeValue>,
    pub(super) distributions: HashMap<u32, Distribution>,
    /// How many readings there were before this one.
    pub(super) epoch: u32,
}

impl Totals {
    /// A counter's values.
    #[must_use]
    pub fn count(&self, series: u32) -> Option<Count> {
        self.counts.get(series)
    }

    /// Whether a counter was ever decremented.
    #[must_use]
    pub fn has_decrements(&self, series: u32) -> bool {
        self.counts.has_decrements(series)
    }

    /// A gauge's value, if it is set.
    #[must_use]
    pub fn gauge(&self, series: u32) -> Option<GaugeValue> {
        self.gauges.get(&series).copied()
    }

    /// A distribution.
    #[must_use]
    pub fn distribution(&self, series: u32) -> Option<&Distribution> {
        self.distributions.get(&series)
    }

    /// Adds to a distribution.
    pub(super) fn add_distribution(&mut self, series: u32, more: &Distribution) {
        let empty = || Distribution::empty(more.layout().clone());
        self.distributions.entry(series).or_insert_with(empty).add(more);
    }

    /// Gauges end with their thread: they are never folded.
    pub(super) fn forget_gauges(&mut self) {
        self.gauges = HashMap::new();
    }

    /// Distributions without a value need no baseline.
    pub(super) fn forget_empty(&mut self) {
        self.distributions.retain(|_, distribution| distribution.count() > 0.0);
    }

    /// Goes back to an earlier reading where no value came since. A reading in the middle of a recording has counted a value
    /// and not yet added it to the sum; what is added then belongs to the window that shows the series next.
    pub(super) fn keep_unseen(&mut self, earlier: &Self, names: &NamesView) {
        for (series, now) in &mut self.distributions {
            let earlier = earlier.distributions.get(series).filter(|_| names.is_since(*series, earlier.epoch));
            if let Some(earlier) =
                earlier.filter(|earlier| earlier.sum() != now.sum() && earlier.count() == now.count())
            {
                now.clone_from(earlier);
            }
        }
    }

    /// Forgets a series whose number will be reused.
    pub(super) fn forget(&mut self, series: u32) {
        self.counts.forget(series);
        self.distributions.remove(&series);
    }

    /// Whether anything is here of a series.
    pub(super) fn has(&self, series: u32) -> bool {
        self.counts.increments(series).is_some()
            || self.gauges.contains_key(&series)
            || self.distributions.contains_key(&series)
    }

    /// Adds one series of another's.
    pub(super) fn add_series(&mut self, series: u32, from: &Self) {
        self.counts.add_series(series, &from.counts);
        if let Some(distribution) = from.distributions.get(&series) {
            self.add_distribution(series, distribution);
        }
    }
}
