//! Names as a reader has them: families, series and texts as they were at one moment.

use compact_str::CompactString;
use smallvec::SmallVec;

use super::super::family::Family;
use super::super::segments::Segments;
use crate::cells::sync::Arc;

/// A text's number. 0 is the empty text.
pub type Symbol = u32;

/// A label: its name and its value, which is not empty.
pub type Label = (Symbol, Symbol);

/// A family with labels.
#[derive(Clone, Debug)]
pub struct Series {
    /// The family's number, of no family once the series is freed.
    pub family: u32,
    /// How many readings there were before it was made, or last removed: what an earlier reading has at its number is not of
    /// this life of it.
    pub born: u32,
    /// When it began, in milliseconds since 1970: that of the last reading before it was made or last removed, so that it is never
    /// later than its first recording. A log may be read long after, in the reading of a scrape whose samples must be later.
    pub created: u64,
    /// Sorted by the names' texts.
    pub labels: SmallVec<[Label; 2]>,
}

pub(super) const NO_FAMILY: u32 = u32::MAX;

/// All names of a collector as they were at one moment: a reader's copy.
#[derive(Clone, Debug, Default)]
pub struct NamesView {
    pub(super) texts: Segments<CompactString>,
    // a freed one has no name; its number is never reused, because JavaScript may hold it
    pub(super) families: Segments<Arc<Family>>,
    pub(super) series: Segments<Series>,
    // how many readings there were
    pub(super) epoch: u32,
    // how often a series came or was freed
    pub(super) changes: u64,
}

impl NamesView {
    /// The families by their numbers. One that was freed is in use by no series and has no name.
    pub fn families(&self) -> impl Iterator<Item = &Arc<Family>> {
        self.families.iter()
    }

    pub(super) fn family(&self, number: u32) -> Option<&Arc<Family>> {
        self.families.get(number)
    }

    /// The series, by their numbers.
    pub fn series(&self) -> impl Iterator<Item = &Series> {
        self.series.iter()
    }

    /// A series and its family.
    #[must_use]
    pub fn get(&self, series: u32) -> Option<(&Series, &Arc<Family>)> {
        let series = self.series.get(series)?;
        Some((series, self.family(series.family)?))
    }

    /// How many readings there were before.
    pub(in crate::collector) fn epoch(&self) -> u32 {
        self.epoch
    }

    /// Another number whenever the series are others.
    pub(in crate::collector) fn changes(&self) -> u64 {
        self.changes
    }

    /// Whether what a reading of `epoch` has at this number is of this life of the series that has the number now.
    pub(in crate::collector) fn is_since(&self, series: u32, epoch: u32) -> bool {
        self.series.get(series).is_some_and(|series| series.born <= epoch)
    }

    /// A symbol's text.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(symbol).map_or("", CompactString::as_str)
    }
}
