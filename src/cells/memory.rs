//! The cells of a shard: its chunks, and which of their cells are free.

use std::ops::Add;

use hashbrown::HashMap;

use super::chunk::{Arena, Chunk, ClaimTemplate};
use super::directory::{DirectoryEntry, Shape};
use super::layout::{CHUNK_BITS, CHUNK_CELLS};
use super::sizes::{Sizes, sizes};
use super::sync::Arc;

/// A cell of a shard. JavaScript has the same number for it: `chunk number << CHUNK_BITS | offset`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellIndex(u32);

impl CellIndex {
    /// What no series has: cell 0 of a shard is never read.
    pub const NONE: Self = Self(0);

    /// The cell at an offset in a chunk.
    #[must_use]
    pub const fn new(chunk: u32, offset: u32) -> Self {
        debug_assert!(offset < CHUNK_CELLS && chunk <= u32::MAX >> CHUNK_BITS);
        Self(chunk << CHUNK_BITS | offset)
    }

    /// The number of its chunk.
    #[must_use]
    pub const fn chunk(self) -> u32 {
        self.0 >> CHUNK_BITS
    }

    /// Its offset in its chunk.
    #[must_use]
    pub const fn offset(self) -> u32 {
        self.0 & (CHUNK_CELLS - 1)
    }
}

/// The cell this many further in the same chunk.
impl Add<u32> for CellIndex {
    type Output = Self;

    fn add(self, cells: u32) -> Self {
        Self::new(self.chunk(), self.offset() + cells)
    }
}

impl From<u32> for CellIndex {
    fn from(number: u32) -> Self {
        Self(number)
    }
}

impl From<CellIndex> for u32 {
    fn from(cell: CellIndex) -> Self {
        cell.0
    }
}

/// The chunks of a shard.
#[derive(Debug, Default)]
pub(super) struct Memory {
    // by number; kept until the thread ends
    chunks: Vec<Arc<Chunk>>,
    // the chunk of each arena that still has room
    open: [Option<u32>; Arena::COUNT],
    // the chunks of each arena without claims
    empty: [Vec<u32>; Arena::COUNT],
    // released claims by size
    released: HashMap<(Arena, u32), Vec<CellIndex>>,
    // the number of released pages
    released_pages: u32,
}

impl Memory {
    /// The chunks by number.
    pub(super) fn chunks(&self) -> &[Arc<Chunk>] {
        &self.chunks
    }

    /// The chunk of a cell.
    pub(super) fn chunk(&self, cell: CellIndex) -> Option<Arc<Chunk>> {
        self.chunks.get(cell.chunk() as usize).cloned()
    }

    fn open(&self, arena: Arena) -> Option<&Arc<Chunk>> {
        self.chunks.get(self.open[arena as usize]? as usize)
    }

    /// Claims cells for a series.
    pub(super) fn claim(&mut self, series: u32, template: &ClaimTemplate) -> CellIndex {
        let (arena, cells) = (Arena::of(template.shape), template.cells());
        if let Some(cell) = self.released.get_mut(&(arena, cells)).and_then(Vec::pop)
            && let Some(chunk) = self.chunk(cell)
        {
            chunk.claim_again(cell.offset(), series, template);
            return cell;
        }
        let open = self.open(arena).filter(|_| arena != Arena::Flat);
        let claimed = open.and_then(|chunk| Some(CellIndex::new(chunk.number(), chunk.claim(series, template)?)));
        claimed.unwrap_or_else(|| {
            let chunk = self.add(arena, template.cells_with_pages() + 1);
            // infallible, because the new chunk is large enough; cell 0 is never read
            CellIndex::new(chunk.number(), chunk.claim(series, template).unwrap_or(0))
        })
    }

    /// The page of a distribution's entry, allocated if there is none. `None` if the distribution is flat.
    pub(super) fn claim_page(&mut self, head: CellIndex, entry: u32, shape: Shape) -> Option<CellIndex> {
        let home = self.chunk(head).filter(|home| !home.is_flat())?;
        let head = head.offset();
        match home.directory_entry(head, entry) {
            DirectoryEntry::Near(offset) => return Some(CellIndex::new(home.number(), offset)),
            DirectoryEntry::Far(page) => return Some(page),
            DirectoryEntry::Absent => {}
        }
        let (chunk, offset) = match self.claim_page_in(&home, shape.page) {
            Some(offset) => (home.clone(), offset),
            None => self.claim_far_page(home.arena(), shape.page)?,
        };
        let page = CellIndex::new(chunk.number(), offset);
        let near = chunk.number() == home.number();
        home.enter(head, entry, if near { DirectoryEntry::Near(offset) } else { DirectoryEntry::Far(page) });
        Some(page)
    }

    /// Releases a claim and its pages.
    pub(super) fn release(&mut self, cell: CellIndex, template: &ClaimTemplate) {
        let Some(chunk) = self.chunk(cell).filter(|chunk| chunk.is_claimed(cell.offset())) else { return };
        if let Some(shape) = template.shape.filter(|shape| !shape.is_flat) {
            self.release_pages(&chunk, cell.offset(), shape);
        }
        chunk.release(cell.offset(), template.cells());
        self.released.entry((chunk.arena(), template.cells())).or_default().push(cell);
    }

    /// Releases all claims.
    pub(super) fn release_all(&mut self) {
        self.released = HashMap::new();
        self.released_pages = 0;
        self.open = [None; Arena::COUNT];
        self.empty = Default::default();
        for chunk in self.chunks.clone() {
            chunk.release_all();
            self.empty[chunk.arena() as usize].push(chunk.number());
        }
    }

    /// Allocates a page in a given chunk.
    fn claim_page_in(&mut self, chunk: &Chunk, cells: u32) -> Option<u32> {
        let released = chunk.claim_released_page(cells);
        self.released_pages -= u32::from(released.is_some());
        released.or_else(|| chunk.claim_page(cells))
    }

    /// Allocates a page in any chunk of the arena.
    fn claim_far_page(&mut self, arena: Arena, cells: u32) -> Option<(Arc<Chunk>, u32)> {
        if self.released_pages > 0 {
            let of_arena = self.chunks.iter().filter(|chunk| chunk.arena() == arena);
            let found = of_arena.cloned().find_map(|chunk| {
                let offset = chunk.claim_released_page(cells)?;
                Some((chunk, offset))
            });
            self.released_pages -= u32::from(found.is_some());
            if found.is_some() {
                return found;
            }
        }
        if let Some(chunk) = self.open(arena)
            && let Some(offset) = chunk.claim_page(cells)
        {
            return Some((chunk.clone(), offset));
        }
        let chunk = self.add(arena, cells + 1);
        let offset = chunk.claim_page(cells)?;
        Some((chunk, offset))
    }

    fn release_pages(&mut self, home: &Arc<Chunk>, head: u32, shape: Shape) {
        let mut pages = Vec::new();
        home.each_entry(head, shape.entries, |_, place| match place {
            DirectoryEntry::Absent => {}
            DirectoryEntry::Near(offset) => pages.push((Some(home.clone()), offset)),
            DirectoryEntry::Far(page) => pages.push((self.chunk(page), page.offset())),
        });
        home.free_far_pages(head, shape.entries);
        self.released_pages += pages.len() as u32;
        for (chunk, offset) in pages {
            if let Some(chunk) = chunk {
                chunk.release_page(offset, shape.page);
            }
        }
    }

    /// Opens a chunk with at least `cells` cells: an empty one, or a new one twice as large as the previous, up to the limit.
    fn add(&mut self, arena: Arena, cells: u32) -> Arc<Chunk> {
        let empty = &mut self.empty[arena as usize];
        let fits = |number: &u32| self.chunks.get(*number as usize).is_some_and(|chunk| chunk.cells() >= cells);
        if let Some(number) = empty.iter().rposition(fits).map(|at| empty.swap_remove(at))
            && let Some(chunk) = self.chunks.get(number as usize)
        {
            self.open[arena as usize] = Some(number);
            return chunk.clone();
        }
        let Sizes { first, most, .. } = sizes();
        let last = self.open(arena).map_or(first / 2, |chunk| chunk.cells());
        let size = match arena {
            // only the head needs an index within CHUNK_CELLS
            Arena::Flat => cells,
            _ => (last * 2).min(most).max(cells.next_power_of_two()).min(CHUNK_CELLS),
        };
        let chunk = Arc::new(Chunk::new(self.chunks.len() as u32, arena, size));
        self.chunks.push(chunk.clone());
        self.open[arena as usize] = Some(chunk.number());
        chunk
    }
}
