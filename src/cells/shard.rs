//! The chunks of one loaded copy of `lib/` in one thread, for one collector.

use super::chunk::{Arena, Chunk, ClaimRole, DirectoryEntry};
use super::layout::{CHUNK_BITS, CHUNK_CELLS};
use super::sync::{Arc, Mutex};

/// A cell's place in its shard: `chunk number << CHUNK_BITS | offset`.
pub type CellIndex = u32;

/// Cells of a shard's first chunk of each arena: a short-lived thread with a few series costs a few kB.
const FIRST_CELLS: u32 = if cfg!(loom) { 8 } else { 256 };

/// One thread's memory for one collector.
#[derive(Debug, Default)]
pub struct Shard {
    chunks: Mutex<Chunks>,
}

#[derive(Debug, Default)]
struct Chunks {
    // by number; None once folded and of no more use
    all: Vec<Option<Arc<Chunk>>>,
    // chunks that JavaScript may still write
    written: Vec<u32>,
    // for each arena the number of the chunk that still has room
    open: [Option<u32>; 2],
}

impl Shard {
    /// The chunks by their numbers, `None` where one is gone.
    pub fn chunks(&self) -> Vec<Option<Arc<Chunk>>> {
        self.chunks.lock().all.clone()
    }

    /// One chunk.
    pub fn chunk(&self, number: u32) -> Option<Arc<Chunk>> {
        self.chunks.lock().all.get(number as usize)?.clone()
    }

    /// Lets go of a chunk whose claims were folded. A chunk of distributions stays as long as heads in other chunks may
    /// have pages in it. True when nothing of the shard is written any more.
    pub(crate) fn close(&self, chunk: &Chunk) -> bool {
        chunk.forget_claims();
        let mut chunks = self.chunks.lock();
        chunks.written.retain(|number| *number != chunk.number());
        let closed = Some(chunk.number());
        for open in chunks.open.iter_mut().filter(|open| **open == closed) {
            *open = None;
        }
        let pages_in_use = chunks.is_any_written(Arena::Distributions);
        for slot in &mut chunks.all {
            let gone = slot.as_ref().is_some_and(|other| match other.arena() {
                Arena::Cells => other.number() == chunk.number(),
                Arena::Distributions => !pages_in_use,
            });
            if gone {
                *slot = None;
            }
        }
        chunks.written.is_empty()
    }

    /// Claims a cell for each initial value, in a row, for a series.
    pub(crate) fn claim(&self, series: u32, role: ClaimRole, initial: &[f64]) -> CellIndex {
        self.claim_in(Arena::Cells, series, role, initial, 0)
    }

    /// Claims a distribution's head. Its chunk keeps `room` cells for its pages: reaching a page in the head's own chunk
    /// is what makes recording fast.
    pub(crate) fn claim_distribution(&self, series: u32, initial: &[f64], room: u32) -> CellIndex {
        self.claim_in(Arena::Distributions, series, ClaimRole::Distribution, initial, room)
    }

    fn claim_in(&self, arena: Arena, series: u32, role: ClaimRole, initial: &[f64], room: u32) -> CellIndex {
        let mut chunks = self.chunks.lock();
        let claimed =
            chunks.open(arena).and_then(|chunk| Some((chunk.claim(series, role, initial, room)?, chunk.number())));
        let (offset, number) = claimed.unwrap_or_else(|| {
            let chunk = chunks.add(arena, initial.len() as u32 + room + 1);
            // the new chunk is large enough, so the claim holds; cell 0, which nobody reads, stands for the impossible
            (chunk.claim(series, role, initial, room).unwrap_or(0), chunk.number())
        });
        number << CHUNK_BITS | offset
    }

    /// Makes the page of one power of two of the distribution at `head`, or finds it. `None` when there is no such head.
    pub(crate) fn claim_page(&self, head: CellIndex, entry: u32, cells: u32) -> Option<CellIndex> {
        let mut chunks = self.chunks.lock();
        let home = chunks.get(head)?;
        let head = head & (CHUNK_CELLS - 1);
        match home.directory_entry(head, entry) {
            DirectoryEntry::Near(offset) => return Some(home.number() << CHUNK_BITS | offset),
            DirectoryEntry::Far(page) => return Some(page),
            DirectoryEntry::Absent => {}
        }
        if let Some(offset) = home.claim_page(cells) {
            home.enter_near(head, entry, offset);
            return Some(home.number() << CHUNK_BITS | offset);
        }
        let claimed =
            chunks.open(Arena::Distributions).and_then(|chunk| Some((chunk.claim_page(cells)?, chunk.number())));
        let (offset, number) = if let Some(claimed) = claimed {
            claimed
        } else {
            let chunk = chunks.add(Arena::Distributions, cells + 1);
            (chunk.claim_page(cells)?, chunk.number())
        };
        let page = number << CHUNK_BITS | offset;
        home.enter_far(head, entry, page);
        Some(page)
    }

    /// The series that claimed this cell.
    pub fn owner(&self, cell: CellIndex) -> Option<u32> {
        self.chunks.lock().get(cell)?.owner(cell & (CHUNK_CELLS - 1))
    }

    /// A cell's value now.
    pub fn read(&self, cell: CellIndex) -> f64 {
        self.chunks.lock().get(cell).map_or(0.0, |chunk| chunk.read(cell & (CHUNK_CELLS - 1)))
    }

    /// Writes a cell in JavaScript's place: for tests, benches and examples in Rust, on the owning thread.
    pub fn write(&self, cell: CellIndex, value: f64) {
        if let Some(chunk) = self.chunks.lock().get(cell) {
            chunk.write(cell & (CHUNK_CELLS - 1), value);
        }
    }

    /// Counts one more in a page, in JavaScript's place too.
    pub fn count(&self, page: CellIndex, at: u32) {
        if let Some(chunk) = self.chunks.lock().get(page) {
            let page = page & (CHUNK_CELLS - 1);
            chunk.set_count(page, at, chunk.count(page, at) + 1);
        }
    }
}

impl Chunks {
    fn get(&self, cell: CellIndex) -> Option<Arc<Chunk>> {
        self.all.get((cell >> CHUNK_BITS) as usize)?.clone()
    }

    fn open(&self, arena: Arena) -> Option<&Chunk> {
        self.all.get(self.open[arena as usize]? as usize)?.as_deref()
    }

    fn is_any_written(&self, arena: Arena) -> bool {
        self.written.iter().filter_map(|number| self.get(number << CHUNK_BITS)).any(|chunk| chunk.arena() == arena)
    }

    /// Adds a chunk of at least `cells` cells, each twice as large as the one before up to the limit.
    fn add(&mut self, arena: Arena, cells: u32) -> Arc<Chunk> {
        let last = self.open(arena).map_or(FIRST_CELLS / 2, Chunk::cells);
        let size = (last * 2).max(cells.next_power_of_two()).min(CHUNK_CELLS);
        let number = self.all.len() as u32;
        let chunk = Arc::new(Chunk::new(number, arena, size));
        self.all.push(Some(chunk.clone()));
        self.written.push(number);
        self.open[arena as usize] = Some(number);
        chunk
    }
}
