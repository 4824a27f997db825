//! Directories lead from a distribution's head to the counts of its powers of two.
//!
//! A head may have a span beside it for the pages of neighbouring powers of two; the others are where there is room.

use super::chunk::{Chunk, number};
use super::layout::{self, ENTRIES_PER_CELL, FAR};
use super::span::{SPAN, row_of, slot_of};

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

impl Chunk {
    /// A directory's entry for the given power of two of the distribution at `head`.
    pub fn directory_entry(&self, head: u32, entry: u32) -> DirectoryEntry {
        self.place(part(self.read(head + layout::DIRECTORY + entry / ENTRIES_PER_CELL), entry % ENTRIES_PER_CELL))
    }

    /// What the 16 bits of a directory's entry say.
    fn place(&self, entry: u16) -> DirectoryEntry {
        match u32::from(entry) {
            0 => DirectoryEntry::Absent,
            far if far & FAR != 0 => self
                .far
                .lock()
                .get((far & !FAR) as usize)
                .map_or(DirectoryEntry::Absent, |page| DirectoryEntry::Far(*page)),
            near => DirectoryEntry::Near(near),
        }
    }

    /// Calls `visit` with a directory's entries that lead to a page.
    pub fn each_entry(&self, head: u32, entries: u32, mut visit: impl FnMut(u32, DirectoryEntry)) {
        let cells = self.row(head + layout::DIRECTORY, entries.div_ceil(ENTRIES_PER_CELL));
        for (at, cell) in (0..).zip(cells) {
            // most powers of two never occur, and in most cells none
            let cell = number(cell);
            if cell.to_bits() == 0 {
                continue;
            }
            for of in 0..ENTRIES_PER_CELL {
                let bits = part(cell, of);
                if bits != 0 {
                    visit(at * ENTRIES_PER_CELL + of, self.place(bits));
                }
            }
        }
    }

    /// Enters a page of this chunk in a directory.
    pub(super) fn enter_near(&self, head: u32, entry: u32, offset: u32) {
        self.set_directory_entry(head, entry, offset);
    }

    /// Enters a page of another chunk. A chunk has not room for as many directory entries as there are numbers of pages.
    pub(super) fn enter_far(&self, head: u32, entry: u32, page: u32) {
        let mut far = self.far.lock();
        let number = far.len() as u32;
        far.push(page);
        self.set_directory_entry(head, entry, FAR | number);
    }

    /// Puts another page of another chunk in the place of one: the directory's entry stays.
    pub(super) fn move_far(&self, from: u32, to: u32) {
        for page in self.far.lock().iter_mut().filter(|page| **page == from) {
            *page = to;
        }
    }

    /// Only the owning thread does this, between two recordings of its own, so nothing else writes the cell.
    fn set_directory_entry(&self, head: u32, entry: u32, value: u32) {
        let shift = u16::BITS * (entry % ENTRIES_PER_CELL);
        let at = head + layout::DIRECTORY + entry / ENTRIES_PER_CELL;
        self.replace(at, u64::from(u16::MAX) << shift, u64::from(value) << shift);
    }

    /// Enters a page that belongs in the span of its head, and those between it and the others of its row: they too are found by
    /// an addition then. `None` where it does not.
    pub(super) fn claim_in_span(&self, head: u32, entry: u32, shape: Shape) -> Option<u32> {
        if !self.has_spans() {
            return None;
        }
        let begin = head + shape.head;
        let mut known = Vec::new();
        self.each_entry(head, shape.entries, |entry, place| match place {
            DirectoryEntry::Near(page) if (begin..begin + SPAN * shape.page).contains(&page) => {
                known.push((entry, (page - begin) / shape.page));
            }
            _ => {}
        });
        let slot = slot_of(entry, &known)?;
        for each in row_of((entry, slot), &known) {
            if self.directory_entry(head, each) == DirectoryEntry::Absent {
                self.enter_near(head, each, begin + (slot + each - entry) * shape.page);
            }
        }
        Some(begin + slot * shape.page)
    }
}

/// One of the directory's entries that share a cell.
fn part(cell: f64, of: u32) -> u16 {
    (cell.to_bits() >> (u16::BITS * of)) as u16
}

#[cfg(all(test, not(loom)))]
mod tests {
    use std::collections::HashSet;

    use super::super::{CellIndex, Shard};
    use super::*;

    const SHAPE: Shape = Shape { head: 18, page: 8, entries: 53 };
    const EMPTY_HEAD: [f64; SHAPE.head as usize] = [0.0; SHAPE.head as usize];

    fn claim(shard: &Shard, series: u32, labelled: bool) -> CellIndex {
        shard.claim_distribution(series, labelled, &EMPTY_HEAD, SHAPE.page)
    }

    fn claim_pages(shard: &Shard, head: CellIndex, entries: &[u32]) -> Vec<CellIndex> {
        entries.iter().map(|entry| shard.claim_page(head, *entry, SHAPE).expect("the head is claimed")).collect()
    }

    fn has_span(shard: &Shard, head: CellIndex) -> bool {
        shard.chunk(head >> layout::CHUNK_BITS).expect("the head is claimed there").has_spans()
    }

    /// The directory: entries and the pages they lead to.
    fn directory(shard: &Shard, head: CellIndex) -> Vec<(u32, CellIndex)> {
        let chunk = shard.chunk(head >> layout::CHUNK_BITS).expect("the head is claimed there");
        let mut pages = Vec::new();
        chunk.each_entry(head & (layout::CHUNK_CELLS - 1), SHAPE.entries, |entry, place| match place {
            DirectoryEntry::Near(offset) => pages.push((entry, chunk.number() << layout::CHUNK_BITS | offset)),
            DirectoryEntry::Far(page) => pages.push((entry, page)),
            DirectoryEntry::Absent => {}
        });
        pages
    }

    #[test]
    fn pages_of_a_span_lie_in_the_order_of_their_values_whichever_comes_first() {
        for order in [[17, 19, 16], [19, 16, 17], [16, 19, 17]] {
            let shard = Shard::default();
            let head = claim(&shard, 0, false);
            claim_pages(&shard, head, &order);
            let pages = directory(&shard, head);
            let begin = pages[0].1;
            let row: Vec<_> = (16..=19).map(|entry| (entry, begin + (entry - 16) * SHAPE.page)).collect();
            assert_eq!(pages, row, "{order:?}");
        }
    }

    #[test]
    fn no_two_pages_share_a_cell() {
        for labelled in [false, true] {
            for first in [0, 26, 52] {
                let shard = Shard::default();
                let heads = [0, 1, 2].map(|series| claim(&shard, series, labelled));
                let every: Vec<u32> = (0..SHAPE.entries).collect();
                let mut cells = HashSet::new();
                for head in heads {
                    let pages = claim_pages(&shard, head, &[&[first], &every[..]].concat());
                    let pages: HashSet<CellIndex> = pages.into_iter().collect();
                    assert_eq!(pages.len() as u32, SHAPE.entries);
                    assert_eq!(pages, directory(&shard, head).into_iter().map(|(_, page)| page).collect());
                    let taken = pages.iter().flat_map(|page| *page..page + SHAPE.page).chain(head..head + SHAPE.head);
                    assert!(taken.into_iter().all(|cell| cells.insert(cell)), "{first}");
                }
            }
        }
    }

    #[test]
    fn a_page_is_found_again_where_it_was_made() {
        let shard = Shard::default();
        let head = claim(&shard, 0, true);
        let entries = [30, 28, 3, 52, 31];
        assert_eq!(claim_pages(&shard, head, &entries), claim_pages(&shard, head, &entries));
    }

    #[test]
    fn the_first_labelled_distributions_have_spans_and_the_many_after_them_take_less() {
        let shard = Shard::default();
        let heads: Vec<_> = (0..3000).map(|series| claim(&shard, series, true)).collect();
        let with_span = heads.iter().take_while(|head| has_span(&shard, **head)).count();
        assert!((500..2000).contains(&with_span), "{with_span}");
        assert!(heads[with_span..].iter().all(|head| !has_span(&shard, *head)));
        // these have pages all the same
        let [first, second] = claim_pages(&shard, heads[2999], &[20, 30])[..] else { panic!("two pages") };
        assert_eq!(directory(&shard, heads[2999]), [(20, first), (30, second)]);
    }
}
