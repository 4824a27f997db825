//! Directories, which map the powers of two of a distribution to pages.

use std::ops::Range;

use super::chunk::{Arena, Chunk, number};
use super::layout::{self, ENTRIES_PER_CELL, FAR};
use super::memory::CellIndex;

/// The shape of a log-linear distribution in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// The number of powers of two.
    pub(crate) entries: u32,
    /// The number of cells of a page.
    pub(crate) page: u32,
    /// Whether the head is followed by all pages, rather than by a directory of those in use.
    pub(crate) is_flat: bool,
}

impl Shape {
    /// The number of contiguous cells to claim.
    pub(crate) fn cells(self) -> u32 {
        if self.is_flat {
            layout::PAGES + self.entries * self.page
        } else {
            layout::DIRECTORY + self.entries.div_ceil(ENTRIES_PER_CELL)
        }
    }
}

/// The location of a distribution's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DirectoryEntry {
    /// There is no page, because no value of this power of two was recorded.
    Absent,
    /// An offset in the chunk of the head.
    Near(u32),
    /// A cell index in another chunk of the shard.
    Far(CellIndex),
}

/// The pages in other chunks that belong to heads in this chunk, by number.
#[derive(Debug, Default)]
pub(super) struct FarPages {
    pages: Vec<CellIndex>,
    // numbers for reuse, whose heads were released
    free: Vec<u32>,
}

impl FarPages {
    fn add(&mut self, page: CellIndex) -> u32 {
        let number = self.free.pop().unwrap_or(self.pages.len() as u32);
        match self.pages.get_mut(number as usize) {
            Some(slot) => *slot = page,
            None => self.pages.push(page),
        }
        number
    }
}

impl Chunk {
    /// The directory entry of a power of two of the distribution at `head`.
    pub fn directory_entry(&self, head: u32, entry: u32) -> DirectoryEntry {
        self.decode(part(self.read(head + layout::DIRECTORY + entry / ENTRIES_PER_CELL), entry))
    }

    /// Decodes a directory entry.
    fn decode(&self, entry: u16) -> DirectoryEntry {
        match u32::from(entry) {
            0 => DirectoryEntry::Absent,
            far if far & FAR != 0 => {
                let far_pages = self.far_pages().lock();
                far_pages
                    .pages
                    .get((far & !FAR) as usize)
                    .map_or(DirectoryEntry::Absent, |page| DirectoryEntry::Far(*page))
            }
            near => DirectoryEntry::Near(near),
        }
    }

    /// Whether its distributions are followed by all their pages, without directories.
    pub fn is_flat(&self) -> bool {
        self.arena() == Arena::Flat
    }

    /// Calls `visit` with the pages of the distribution at `head` for these directory entries. Most pages of a flat one are empty.
    /// `page` is the number of cells of a page.
    pub fn each_page(&self, head: u32, entries: Range<u32>, page: u32, mut visit: impl FnMut(u32, DirectoryEntry)) {
        if !self.is_flat() {
            return self.each_entry(head, entries.end, |entry, place| {
                if entries.contains(&entry) {
                    visit(entry, place);
                }
            });
        }
        for entry in entries {
            visit(entry, DirectoryEntry::Near(head + layout::PAGES + entry * page));
        }
    }

    /// Calls `visit` with the directory entries that have a page.
    pub(super) fn each_entry(&self, head: u32, entries: u32, mut visit: impl FnMut(u32, DirectoryEntry)) {
        let cells = self.row(head + layout::DIRECTORY, entries.div_ceil(ENTRIES_PER_CELL));
        for (at, cell) in (0..).zip(cells) {
            // most powers of two never occur, so most cells are empty
            let cell = number(cell);
            if cell.to_bits() == 0 {
                continue;
            }
            for of in 0..ENTRIES_PER_CELL {
                match self.decode(part(cell, of)) {
                    DirectoryEntry::Absent => {}
                    place => visit(at * ENTRIES_PER_CELL + of, place),
                }
            }
        }
    }

    /// Enters a page in a directory. Only the owning thread calls this, between recordings, so nothing else writes the cell. A chunk
    /// has fewer directory entries than there are numbers for far pages.
    pub(super) fn enter(&self, head: u32, entry: u32, place: DirectoryEntry) {
        let bits = match place {
            DirectoryEntry::Absent => 0,
            DirectoryEntry::Near(offset) => offset,
            DirectoryEntry::Far(page) => FAR | self.far_pages().lock().add(page),
        };
        let shift = u16::BITS * (entry % ENTRIES_PER_CELL);
        let at = head + layout::DIRECTORY + entry / ENTRIES_PER_CELL;
        let others = self.read(at).to_bits() & !(u64::from(u16::MAX) << shift);
        self.write(at, f64::from_bits(others | u64::from(bits) << shift));
    }

    /// Frees the numbers of a head's far pages.
    pub(super) fn free_far_pages(&self, head: u32, entries: u32) {
        let cells = self.row(head + layout::DIRECTORY, entries.div_ceil(ENTRIES_PER_CELL));
        let parts = cells.iter().flat_map(|cell| (0..ENTRIES_PER_CELL).map(|of| u32::from(part(number(cell), of))));
        self.far_pages().lock().free.extend(parts.filter(|part| part & FAR != 0).map(|part| part & !FAR));
    }
}

/// One of the directory entries in a cell.
fn part(cell: f64, entry: u32) -> u16 {
    (cell.to_bits() >> (u16::BITS * (entry % ENTRIES_PER_CELL))) as u16
}
