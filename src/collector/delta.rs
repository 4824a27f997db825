//! A reading, and the difference between two readings.

use std::borrow::Cow;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::counts::Count;
use super::gauge_value::GaugeValue;
use super::names::NamesView;
use super::summaries::SummaryBaseline;
use super::totals::Totals;
use crate::histogram::Distribution;

/// All values at one moment.
#[derive(Debug)]
pub struct Reading {
    /// The families and series.
    pub names: NamesView,
    /// The values of the series.
    pub totals: Totals,
    /// What to subtract from summaries, by family; only for expositions.
    pub(super) summaries: HashMap<u32, Arc<SummaryBaseline>>,
}

impl Reading {
    /// The values since the collector was created, or since a series was removed.
    #[must_use]
    pub fn cumulative_values(&self) -> Delta<'_> {
        Delta::new(self, None)
    }
}

/// The values of each series since an earlier reading.
#[derive(Clone, Copy, Debug)]
pub struct Delta<'a> {
    names: &'a NamesView,
    totals: &'a Totals,
    // earlier readings to subtract
    counts: Option<&'a Totals>,
    distributions: Option<&'a Totals>,
    // skips a look-up per counter: a scrape visits each counter twice
    counts_are_cumulative: bool,
    // counters that nothing observes at present
    hidden: Option<&'a HashSet<u32>>,
}

impl<'a> Delta<'a> {
    pub(super) fn new(reading: &'a Reading, base: Option<&'a Totals>) -> Self {
        Self::separate(reading, base, base)
    }

    /// For a reader that resets counters and distributions separately.
    pub(super) fn separate(
        reading: &'a Reading,
        counts: Option<&'a Totals>,
        distributions: Option<&'a Totals>,
    ) -> Self {
        let Reading { names, totals, .. } = reading;
        let counts_are_cumulative = counts.is_none_or(|base| base.counts.is_empty());
        Self { names, totals, counts, distributions, counts_are_cumulative, hidden: names.hidden() }
    }

    #[inline]
    fn is_hidden(&self, series: u32) -> bool {
        self.hidden.is_some_and(|hidden| hidden.contains(&series))
    }

    /// The earlier reading, unless the series was created or removed since.
    #[inline]
    fn base(&self, series: u32, base: Option<&'a Totals>) -> Option<&'a Totals> {
        base.filter(|base| self.names.is_since(series, base.epoch))
    }

    /// A counter's value. `None` if nothing was recorded since.
    #[must_use]
    #[inline]
    pub fn count(&self, series: u32) -> Option<Count> {
        let now = self.totals.count(series).filter(|_| !self.is_hidden(series))?;
        let Some(base) = self.base(series, self.counts).and_then(|base| base.count(series)) else {
            return Some(now);
        };
        (now != base).then(|| now.since(&base))
    }

    /// A counter's increments. `None` if nothing was recorded since.
    #[must_use]
    #[inline]
    pub fn increments(&self, series: u32) -> Option<f64> {
        let increments = if self.counts_are_cumulative {
            self.totals.counts.increments(series).filter(|_| !self.is_hidden(series))
        } else {
            self.count(series).map(|count| count.increments)
        };
        increments.map(|increments| increments.rounded)
    }

    /// A gauge's value, which does not depend on the earlier reading.
    #[must_use]
    #[inline]
    pub fn gauge(&self, series: u32) -> Option<GaugeValue> {
        self.totals.gauge(series)
    }

    /// Whether any counter has ever been decremented.
    #[must_use]
    pub fn has_any_decrements(&self) -> bool {
        self.totals.counts.has_any_decrements()
    }

    /// Whether a counter has been decremented since.
    #[must_use]
    #[inline]
    pub fn has_decrements(&self, series: u32) -> bool {
        self.totals.has_decrements(series) && self.count(series).is_some_and(|count| count.decrements.rounded > 0.0)
    }

    /// A distribution. `None` if nothing was recorded since. Without an earlier reading, it may be empty.
    #[must_use]
    #[inline]
    pub fn distribution(&self, series: u32) -> Option<Cow<'a, Distribution>> {
        let now = self.totals.distribution(series)?;
        match self.earlier(series) {
            None => Some(Cow::Borrowed(now)),
            Some(earlier) if now.count() > earlier.count() => Some(Cow::Owned(now.since(earlier))),
            Some(_) => None,
        }
    }

    /// Whether [`Delta::distribution`] returns one, without computing it.
    #[must_use]
    pub fn has_distribution(&self, series: u32) -> bool {
        let now = self.totals.distribution(series);
        now.is_some_and(|now| self.earlier(series).is_none_or(|earlier| now.count() > earlier.count()))
    }

    /// The flushed values of a distribution. Only for readings without live distributions.
    pub(super) fn flushed_distribution(&self, series: u32) -> Option<&'a Distribution> {
        self.totals.distribution(series)
    }

    /// A distribution in the earlier reading.
    pub(super) fn earlier(&self, series: u32) -> Option<&'a Distribution> {
        self.base(series, self.distributions)?.distribution(series)
    }
}
