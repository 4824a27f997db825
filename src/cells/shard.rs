//! The chunks of one loaded copy of `lib/` in one thread, for one collector.
//!
//! A thread that has mostly removed series begins anew: JavaScript forgets its tables and lets go of the chunks with labelled
//! series. What they hold is folded at once, and what kept handles write there later when nothing holds their arrays any more.
//! What is recorded next claims cells in new chunks, so that a
//! series may have cells in both, which readers add up. A gauge must not be added to itself: its value moves to a new cell at
//! once, and a kept handle follows it there.

use std::sync::atomic::AtomicU32;

use fixedbitset::FixedBitSet;
use hashbrown::HashMap;

use super::chunk::{Arena, Chunk, Claim, ClaimRole};
use super::directory::{DirectoryEntry, Shape};
use super::layout::{CHUNK_BITS, CHUNK_CELLS};
use super::span::SPAN;
use super::sync::{Arc, Mutex, Ordering};
use super::texts::Texts;

/// A cell's place in its shard: `chunk number << CHUNK_BITS | offset`.
pub type CellIndex = u32;

/// Cells of a shard's first chunk of each arena: a short-lived thread with a few series costs a few kB.
const FIRST_CELLS: u32 = if cfg!(loom) { 8 } else { 256 };

/// So many chunks of distributions with labels have spans: those of about a thousand series.
const CHUNKS_WITH_SPANS: usize = 16;

/// A thread with fewer removed series goes on as it is.
pub(crate) const WORTH_RENEWING: usize = 1024;

/// One thread's memory for one collector.
#[derive(Debug, Default)]
pub struct Shard {
    chunks: Mutex<Chunks>,
    texts: Mutex<Texts>,
    // 1 when JavaScript, which sees this word, should begin anew
    renewal_due: AtomicU32,
}

#[derive(Debug, Default)]
struct Chunks {
    // by number; None once folded and of no more use, until another chunk gets the number
    all: Vec<Option<Arc<Chunk>>>,
    // chunks that JavaScript may still write
    written: Vec<u32>,
    // those of them whose arrays JavaScript holds in handles at most
    let_go: FixedBitSet,
    // for each arena the number of the chunk that still has room
    open: [Option<u32>; Arena::COUNT],
    // series with cells in those
    let_go_series: FixedBitSet,
    // claims of labelled series since this thread began anew, and how many of these series were removed
    labelled: usize,
    removed: usize,
    // by chunk: how many pages of heads in other chunks it has
    guests: HashMap<u32, u32>,
    // the cells of labelled gauges, once this thread has begun anew
    gauges: Option<HashMap<u32, CellIndex>>,
    // nothing more is claimed
    ended: bool,
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

    /// The chunks that JavaScript holds for more than kept handles.
    pub(crate) fn chunks_in_use(&self) -> Vec<Arc<Chunk>> {
        let chunks = self.chunks.lock();
        chunks.all.iter().flatten().filter(|chunk| !chunks.let_go.contains(chunk.number() as usize)).cloned().collect()
    }

    /// The chunks in which a series may have cells.
    pub(crate) fn chunks_with(&self, series: u32) -> Vec<Arc<Chunk>> {
        let chunks = self.chunks.lock();
        let is_let_go = chunks.let_go_series.contains(series as usize);
        let all = chunks.all.iter().flatten();
        all.filter(|chunk| is_let_go || !chunks.let_go.contains(chunk.number() as usize)).cloned().collect()
    }

    /// One of the series that have cells here was removed. Where most were, the thread should begin anew.
    pub(crate) fn note_removed(&self) {
        let mut chunks = self.chunks.lock();
        chunks.removed += 1;
        if chunks.removed >= WORTH_RENEWING && 2 * chunks.removed >= chunks.labelled {
            self.renewal_due.store(1, Ordering::Relaxed);
        }
    }

    /// The numbers of the texts that the thread knows.
    pub(crate) fn texts(&self) -> &Mutex<Texts> {
        &self.texts
    }

    /// The word that is 1 when JavaScript should begin anew; it stays where it is.
    pub fn renewal_due(&self) -> &AtomicU32 {
        &self.renewal_due
    }

    /// Begins anew, on the owning thread and under the value lock: the chunks that it lets go of. `is_set` tells which gauges
    /// have a value to move.
    pub(crate) fn renew(&self, is_set: impl FnMut(&Chunk, &Claim) -> bool) -> Vec<Arc<Chunk>> {
        // Relaxed suffices: the word is a hint, written and read for nothing else.
        self.renewal_due.store(0, Ordering::Relaxed);
        self.texts.lock().clear();
        let mut chunks = self.chunks.lock();
        let let_go = chunks.let_go();
        chunks.move_gauges(&let_go, is_set);
        let_go
    }

    /// Nothing more is claimed: the thread ends. True when nothing is written any more either.
    pub(crate) fn end(&self) -> bool {
        let mut chunks = self.chunks.lock();
        chunks.ended = true;
        chunks.written.is_empty()
    }

    /// Lets go of a chunk whose claims were folded. It stays as long as heads in other chunks have pages in it. True when
    /// the thread has ended and this was its last chunk.
    pub(crate) fn close(&self, chunk: &Chunk) -> bool {
        let pages = chunk.forget_claims();
        let mut chunks = self.chunks.lock();
        chunks.close(chunk.number());
        for page in pages {
            chunks.let_go_of_page(page);
        }
        chunks.ended && chunks.written.is_empty()
    }

    /// Claims a cell for each initial value, in a row, for a series.
    pub(crate) fn claim(&self, series: u32, role: ClaimRole, labelled: bool, initial: &[f64]) -> CellIndex {
        let arena = Arena::of(role, labelled);
        let mut chunks = self.chunks.lock();
        if arena == Arena::LabelledGauges {
            return chunks.claim_gauge(series, role, initial);
        }
        chunks.claim(arena, series, role, initial, 0)
    }

    /// Where the gauge that has claimed `cell` is now. A value that nobody saw did not move: it has a new cell of its `initial`
    /// values. `None` when nobody has claimed the cell.
    pub(crate) fn gauge(&self, cell: CellIndex, role: ClaimRole, initial: &[f64]) -> Option<CellIndex> {
        let mut chunks = self.chunks.lock();
        if !chunks.let_go.contains((cell >> CHUNK_BITS) as usize) {
            return Some(cell);
        }
        let series = chunks.get(cell)?.owner(cell & (CHUNK_CELLS - 1))?;
        Some(chunks.claim_gauge(series, role, initial))
    }

    /// Claims another cell for the series that has claimed `cell`, near it. `None` when nobody has.
    pub(crate) fn claim_beside(&self, cell: CellIndex, role: ClaimRole) -> Option<CellIndex> {
        let mut chunks = self.chunks.lock();
        let home = chunks.get(cell)?;
        let series = home.owner(cell & (CHUNK_CELLS - 1))?;
        Some(chunks.claim(home.arena(), series, role, &[0.0], 0))
    }

    /// Claims a distribution's head, and what its chunk keeps for its pages of so many cells: reaching a page in the head's own
    /// chunk is what makes recording fast.
    pub(crate) fn claim_distribution(&self, series: u32, labelled: bool, initial: &[f64], page: u32) -> CellIndex {
        let arena = Arena::of(ClaimRole::Distribution, labelled);
        self.chunks.lock().claim(arena, series, ClaimRole::Distribution, initial, page)
    }

    /// Makes the page of one power of two of the distribution at `head`, or finds it. A page in a chunk that was let go of
    /// moves to one that JavaScript has. `None` when there is no such head.
    pub(crate) fn claim_page(&self, head: CellIndex, entry: u32, shape: Shape) -> Option<CellIndex> {
        let mut chunks = self.chunks.lock();
        let home = chunks.get(head)?;
        let head = head & (CHUNK_CELLS - 1);
        let before = match home.directory_entry(head, entry) {
            DirectoryEntry::Near(offset) => return Some(home.number() << CHUNK_BITS | offset),
            DirectoryEntry::Far(page) if !chunks.let_go.contains((page >> CHUNK_BITS) as usize) => return Some(page),
            DirectoryEntry::Far(page) => Some(page),
            DirectoryEntry::Absent => None,
        };
        let counts: Vec<f64> = (0..shape.page).map(|at| before.map_or(0.0, |page| chunks.read(page + at))).collect();
        // the directory leads to the page only when its counts are there: no reader sees fewer than before. JavaScript reaches
        // a new page by the chunk's number, so it must not be in one that was let go of.
        if !chunks.let_go.contains(home.number() as usize) && before.is_none() {
            if let Some(offset) = home.claim_in_span(head, entry, shape) {
                return Some(home.number() << CHUNK_BITS | offset);
            }
            if let Some(offset) = home.claim_page(&counts) {
                home.enter_near(head, entry, offset);
                return Some(home.number() << CHUNK_BITS | offset);
            }
        }
        let (offset, number) = chunks.claim_page(home.arena(), &counts)?;
        let page = number << CHUNK_BITS | offset;
        *chunks.guests.entry(number).or_default() += 1;
        if let Some(before) = before {
            home.move_far(before, page);
            chunks.let_go_of_page(before);
        } else {
            home.enter_far(head, entry, page);
        }
        Some(page)
    }

    /// The series that claimed this cell.
    pub fn owner(&self, cell: CellIndex) -> Option<u32> {
        self.chunks.lock().get(cell)?.owner(cell & (CHUNK_CELLS - 1))
    }

    /// A cell's value now.
    pub fn read(&self, cell: CellIndex) -> f64 {
        self.chunks.lock().read(cell)
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

    fn read(&self, cell: CellIndex) -> f64 {
        self.get(cell).map_or(0.0, |chunk| chunk.read(cell & (CHUNK_CELLS - 1)))
    }

    fn claim(&mut self, arena: Arena, series: u32, role: ClaimRole, initial: &[f64], page: u32) -> CellIndex {
        self.labelled += usize::from(arena.is_labelled());
        let claimed =
            self.open(arena).and_then(|chunk| Some((chunk.claim(series, role, initial, page)?, chunk.number())));
        let (offset, number) = claimed.unwrap_or_else(|| {
            let chunk = self.add(arena, initial.len() as u32 + page * SPAN + 1);
            // the new chunk is large enough, so the claim holds; cell 0, which nobody reads, stands for the impossible
            (chunk.claim(series, role, initial, page).unwrap_or(0), chunk.number())
        });
        number << CHUNK_BITS | offset
    }

    fn claim_page(&mut self, arena: Arena, counts: &[f64]) -> Option<(u32, u32)> {
        if let Some(chunk) = self.open(arena)
            && let Some(offset) = chunk.claim_page(counts)
        {
            return Some((offset, chunk.number()));
        }
        let chunk = self.add(arena, counts.len() as u32 + 1);
        Some((chunk.claim_page(counts)?, chunk.number()))
    }

    /// Whether distributions have spans in the next chunk. Those with labels may be many: beyond the first chunks memory matters
    /// more.
    fn has_spans(&self, arena: Arena) -> bool {
        match arena {
            Arena::Distributions => true,
            Arena::LabelledDistributions => {
                let chunks = self.all.iter().flatten().filter(|chunk| chunk.arena() == arena);
                chunks.count() < CHUNKS_WITH_SPANS
            }
            _ => false,
        }
    }

    /// Adds a chunk of at least `cells` cells, each twice as large as the one before up to the limit.
    fn add(&mut self, arena: Arena, cells: u32) -> Arc<Chunk> {
        let last = self.open(arena).map_or(FIRST_CELLS / 2, Chunk::cells);
        let size = (last * 2).min(arena.most_cells()).max(cells.next_power_of_two()).min(CHUNK_CELLS);
        let free = self.all.iter().position(Option::is_none);
        let number = free.unwrap_or(self.all.len());
        let chunk = Arc::new(Chunk::new(number as u32, arena, self.has_spans(arena), size));
        match self.all.get_mut(number) {
            Some(slot) => *slot = Some(chunk.clone()),
            None => self.all.push(Some(chunk.clone())),
        }
        self.written.push(chunk.number());
        self.open[arena as usize] = Some(chunk.number());
        chunk
    }

    fn close(&mut self, number: u32) {
        self.written.retain(|written| *written != number);
        if self.let_go.contains(number as usize) {
            self.let_go.remove(number as usize);
        }
        for open in &mut self.open {
            open.take_if(|open| *open == number);
        }
        self.free(number);
    }

    /// A page of a head in another chunk is not used any more.
    fn let_go_of_page(&mut self, page: CellIndex) {
        let host = page >> CHUNK_BITS;
        if let Some(pages) = self.guests.get_mut(&host) {
            *pages -= 1;
            if *pages == 0 {
                self.guests.remove(&host);
                self.free(host);
            }
        }
    }

    /// Lets go of a chunk that nobody writes and that no head has a page in.
    fn free(&mut self, number: u32) {
        if !self.written.contains(&number)
            && !self.guests.contains_key(&number)
            && let Some(slot) = self.all.get_mut(number as usize)
        {
            *slot = None;
        }
    }

    /// A labelled gauge's cell. A thread that has begun anew remembers it, for handles from before.
    fn claim_gauge(&mut self, series: u32, role: ClaimRole, initial: &[f64]) -> CellIndex {
        if let Some(known) = self.gauges.as_ref().and_then(|gauges| gauges.get(&series)) {
            return *known;
        }
        let cell = self.claim(Arena::LabelledGauges, series, role, initial, 0);
        if let Some(gauges) = &mut self.gauges {
            gauges.insert(series, cell);
        }
        cell
    }

    /// Lets go of all chunks with labelled series.
    fn let_go(&mut self) -> Vec<Arc<Chunk>> {
        let held = self.written.iter().filter(|number| !self.let_go.contains(**number as usize));
        let held = held.filter_map(|number| self.get(number << CHUNK_BITS));
        let let_go: Vec<Arc<Chunk>> = held.filter(|chunk| chunk.arena().is_labelled()).collect();
        for chunk in &let_go {
            self.let_go.grow_and_insert(chunk.number() as usize);
        }
        for open in &mut self.open {
            open.take_if(|open| self.let_go.contains(*open as usize));
        }
        self.let_go_series.clear();
        for chunk in self.let_go.ones().filter_map(|number| self.all.get(number)?.as_ref()) {
            chunk.each_owner(|series| self.let_go_series.grow_and_insert(series as usize));
        }
        (self.labelled, self.removed) = (0, 0);
        let_go
    }

    /// Gives the gauges in these chunks new cells with the same values.
    fn move_gauges(&mut self, from: &[Arc<Chunk>], mut is_set: impl FnMut(&Chunk, &Claim) -> bool) {
        self.gauges = Some(HashMap::new());
        for chunk in from.iter().filter(|chunk| chunk.arena() == Arena::LabelledGauges) {
            let mut set = Vec::new();
            chunk.each_claim(|claim| set.extend(is_set(chunk, &claim).then_some(claim)));
            for claim in set {
                let values = [claim.offset, claim.offset + 1].map(|offset| chunk.read(offset));
                let cells = if claim.role == ClaimRole::TimedGauge { 2 } else { 1 };
                self.claim_gauge(claim.series, claim.role, &values[..cells]);
            }
            chunk.note_moved();
        }
    }
}
