//! Values by series: what was read at one moment, what was folded, and what a window has seen, are all of this type.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::Reading;
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
        let form = || Distribution::empty(more.form().clone());
        self.distributions.entry(series).or_insert_with(form).add(more);
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

/// What one reader sees of each series: the totals less those of an earlier reading.
#[derive(Clone, Copy, Debug)]
pub struct Delta<'a> {
    names: &'a NamesView,
    totals: &'a Totals,
    // earlier readings: what is seen came after them
    counts: Option<&'a Totals>,
    distributions: Option<&'a Totals>,
    // whether all counts are seen: most collectors are never cleared, and a scrape visits each counter twice
    counts_all: bool,
}

impl<'a> Delta<'a> {
    pub(super) fn new(reading: &'a Reading, base: Option<&'a Totals>) -> Self {
        Self::apart(reading, base, base)
    }

    /// Of a reader who resets counters and distributions separately.
    pub(super) fn apart(reading: &'a Reading, counts: Option<&'a Totals>, distributions: Option<&'a Totals>) -> Self {
        let Reading { names, totals } = reading;
        let counts_all = counts.is_none_or(|base| base.counts.is_empty());
        Self { names, totals, counts, distributions, counts_all }
    }

    /// The earlier reading, if it has this life of the series.
    fn base(&self, series: u32, base: Option<&'a Totals>) -> Option<&'a Totals> {
        base.filter(|base| self.names.is_since(series, base.epoch))
    }

    /// A counter's values, `None` when nothing was recorded since.
    #[must_use]
    pub fn count(&self, series: u32) -> Option<Count> {
        let now = self.totals.count(series)?;
        let Some(base) = self.base(series, self.counts).and_then(|base| base.count(series)) else {
            return Some(now);
        };
        (now != base).then(|| now.since(&base))
    }

    /// A counter's increments, `None` when nothing was recorded since.
    #[must_use]
    pub fn increments(&self, series: u32) -> Option<f64> {
        let increments = if self.counts_all {
            self.totals.counts.increments(series)
        } else {
            self.count(series).map(|count| count.increments)
        };
        increments.map(|increments| increments.rounded)
    }

    /// A gauge's value: the same for every reader.
    #[must_use]
    pub fn gauge(&self, series: u32) -> Option<GaugeValue> {
        self.totals.gauge(series)
    }

    /// Whether a counter has been decremented since.
    #[must_use]
    pub fn has_decrements(&self, series: u32) -> bool {
        self.totals.has_decrements(series) && self.count(series).is_some_and(|count| count.decrements.rounded > 0.0)
    }

    /// A distribution. `None` when nothing was recorded since an earlier reading; one that was never used is there.
    #[must_use]
    pub fn distribution(&self, series: u32) -> Option<Cow<'a, Distribution>> {
        let now = self.totals.distribution(series)?;
        match self.earlier(series) {
            None => Some(Cow::Borrowed(now)),
            Some(earlier) if now.count() > earlier.count() => Some(Cow::Owned(now.since(earlier))),
            Some(_) => None,
        }
    }

    /// Whether [`Delta::distribution`] is there, which this does not compute.
    #[must_use]
    pub fn has_distribution(&self, series: u32) -> bool {
        let now = self.totals.distribution(series);
        now.is_some_and(|now| self.earlier(series).is_none_or(|earlier| now.count() > earlier.count()))
    }

    /// What was folded of a distribution, where the totals have no live ones.
    pub(super) fn folded_distribution(&self, series: u32) -> Option<&'a Distribution> {
        self.totals.distribution(series)
    }

    /// The earlier reading of a distribution.
    pub(super) fn earlier(&self, series: u32) -> Option<&'a Distribution> {
        self.base(series, self.distributions)?.distribution(series)
    }
}
