//! Directories lead from a distribution's head to the counts of its powers of two.

use super::chunk::{Chunk, half, number};
use super::layout::{self, ENTRIES_PER_CELL};

/// How many cells a log-linear distribution takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// Of its head.
    pub(crate) head: u32,
    /// Of each page.
    pub(crate) page: u32,
    /// How many pages its directory is for.
    pub(crate) entries: u32,
}

/// Where a distribution's page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectoryEntry {
    /// No value of this power of two was recorded.
    Absent,
    /// At this offset of the head's own chunk.
    Near(u32),
    /// At this cell index of the shard.
    Far(u32),
}

impl DirectoryEntry {
    fn of(word: u32) -> Self {
        match word.cast_signed() {
            0 => Self::Absent,
            far if far < 0 => Self::Far(far.unsigned_abs()),
            near => Self::Near(near.unsigned_abs() / 2),
        }
    }

    fn word(self) -> u32 {
        match self {
            Self::Absent => 0,
            Self::Near(offset) => 2 * offset,
            Self::Far(page) => page.wrapping_neg(),
        }
    }
}

impl Chunk {
    /// A directory's entry for the given power of two of the distribution at `head`.
    pub fn directory_entry(&self, head: u32, entry: u32) -> DirectoryEntry {
        DirectoryEntry::of(half(self.read(head + layout::DIRECTORY + entry / ENTRIES_PER_CELL).to_bits(), entry))
    }

    /// Calls `visit` with a directory's entries that lead to a page.
    pub fn each_entry(&self, head: u32, entries: u32, mut visit: impl FnMut(u32, DirectoryEntry)) {
        let cells = self.row(head + layout::DIRECTORY, entries.div_ceil(ENTRIES_PER_CELL));
        for (at, cell) in (0..).zip(cells) {
            // most powers of two never occur, and in most cells none
            let cell = number(cell).to_bits();
            if cell == 0 {
                continue;
            }
            for of in 0..ENTRIES_PER_CELL {
                match DirectoryEntry::of(half(cell, of)) {
                    DirectoryEntry::Absent => {}
                    place => visit(at * ENTRIES_PER_CELL + of, place),
                }
            }
        }
    }

    /// Enters a page in a directory. Only the owning thread does this, between two recordings of its own, so nothing else
    /// writes the cell.
    pub(super) fn enter(&self, head: u32, entry: u32, place: DirectoryEntry) {
        self.set_count(head + layout::DIRECTORY, entry, place.word());
    }
}
