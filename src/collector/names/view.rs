//! A reader's view of names: families, series and symbols at one moment.

use compact_str::CompactString;
use hashbrown::HashSet;
use smallvec::SmallVec;

use super::super::family::Family;
use super::super::segments::Segments;
use super::exemplars::Exemplars;
use crate::cells::sync::Arc;

/// The number of an interned text. 0 is the empty text.
pub type Symbol = u32;

/// A label: its name, and its non-empty value.
pub type Label = (Symbol, Symbol);

/// A family and labels.
#[derive(Clone, Debug)]
pub struct Series {
    /// The family's number. No family has it once the series is freed.
    pub family: u32,
    /// The epoch in which the series was created or last removed. Earlier readings do not contain its current values.
    pub born: u32,
    /// In milliseconds since 1970: the time of the last reading before the series was created or last removed. So it is never later
    /// than the first recording, although the log may be read long after that, in the scrape that exposes it.
    pub created: u64,
    /// Sorted by the names' texts.
    pub labels: SmallVec<[Label; 2]>,
}

pub(super) const NO_FAMILY: u32 = u32::MAX;

/// All names of a collector at one moment.
#[derive(Clone, Debug, Default)]
pub struct NamesView {
    pub(super) texts: Segments<CompactString>,
    // a freed family has no name
    pub(super) families: Segments<Arc<Family>>,
    pub(super) series: Segments<Series>,
    // the number of families declared so far, including freed ones
    pub(super) declared: u64,
    // the number of readings so far
    pub(super) epoch: u32,
    // the number of series created and series or families freed so far
    pub(super) changes: u64,
    pub(super) constant: Arc<[Label]>,
    // copied when one is added while a reading holds them
    pub(super) exemplars: Arc<Exemplars>,
    // series that readings leave out
    pub(super) hidden: Arc<HashSet<u32>>,
}

impl NamesView {
    /// All families by number, which says nothing of their order. A freed one has no name and no series.
    pub fn families(&self) -> impl Iterator<Item = &Arc<Family>> {
        self.families.iter()
    }

    #[inline]
    pub(super) fn family(&self, number: u32) -> Option<&Arc<Family>> {
        self.families.get(number)
    }

    /// Whether the family of this number is the one that was declared then, and was not unregistered.
    pub(in crate::collector) fn has_family(&self, number: u32, declared: u64) -> bool {
        self.family(number).is_some_and(|family| !family.is_freed() && family.declared() == declared)
    }

    /// The number of families declared so far, including freed ones.
    pub(in crate::collector) fn declared(&self) -> u64 {
        self.declared
    }

    /// All series by number.
    pub fn series(&self) -> impl Iterator<Item = &Series> {
        self.series.iter()
    }

    /// A series.
    #[inline]
    #[must_use]
    pub fn get_series(&self, number: u32) -> Option<&Series> {
        self.series.get(number)
    }

    /// A series and its family.
    #[must_use]
    #[inline]
    pub fn get(&self, series: u32) -> Option<(&Series, &Arc<Family>)> {
        let series = self.series.get(series)?;
        Some((series, self.family(series.family)?))
    }

    /// The number of earlier readings.
    pub(in crate::collector) fn epoch(&self) -> u32 {
        self.epoch
    }

    /// A number that changes whenever the series do.
    pub(in crate::collector) fn changes(&self) -> u64 {
        self.changes
    }

    /// Whether a reading of `epoch` contains the series that has this number now, and was not removed since.
    #[inline]
    pub(in crate::collector) fn is_since(&self, series: u32, epoch: u32) -> bool {
        self.series.get(series).is_some_and(|series| series.born <= epoch)
    }

    /// The series that readings leave out; `None` if there are none.
    pub(in crate::collector) fn hidden(&self) -> Option<&HashSet<u32>> {
        (!self.hidden.is_empty()).then_some(&self.hidden)
    }

    /// The labels of every exposed series.
    #[must_use]
    pub fn constant_labels(&self) -> &[Label] {
        &self.constant
    }

    /// The exemplars of all series.
    #[must_use]
    pub fn exemplars(&self) -> &Exemplars {
        &self.exemplars
    }

    /// A symbol's text.
    #[must_use]
    #[inline]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(symbol).map_or("", CompactString::as_str)
    }
}
