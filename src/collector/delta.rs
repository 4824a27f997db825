//! A reading, and what one reader sees of it: what came after an earlier reading.

use std::borrow::Cow;

use super::counts::Count;
use super::gauge_value::GaugeValue;
use super::names::NamesView;
use super::totals::Totals;
use crate::histogram::Distribution;

/// All values at one moment.
#[derive(Debug)]
pub struct Reading {
    /// What the series are.
    pub names: NamesView,
    /// What they hold.
    pub totals: Totals,
}

impl Reading {
    /// What is shown of it to a reader who never resets.
    #[must_use]
    pub fn whole_life(&self) -> Delta<'_> {
        Delta::new(self, None)
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
