//! A shard: the chunks of one thread for one collector, and the log of its new series. Each loaded copy of the package in a thread has
//! its own.

use std::sync::atomic::AtomicU32;

use hashbrown::HashSet;

use super::chunk::{Chunk, Claim, ClaimRole, ClaimTemplate, UNREGISTERED, reserved_for};
use super::directory::Shape;
use super::label_sets::{Families, LabelSet};
use super::log::Log;
use super::memory::{CellIndex, Memory};
use super::sync::{Arc, Mutex, Ordering};

/// A claim of a shard.
#[derive(Clone, Copy, Debug)]
pub struct Claimed {
    /// Its first cell.
    pub cell: CellIndex,
    /// The series, the role, and the offset in the cell's chunk.
    pub claim: Claim,
}

/// The memory of one loaded copy of the package in one thread, for one collector.
#[derive(Debug)]
pub struct Shard {
    id: u32,
    thread: u64,
    memory: Mutex<Memory>,
    removals: AtomicU32,
    // claims of series that another thread removed, until this one releases them
    pending: Mutex<HashSet<CellIndex>>,
    // claims whose family was unregistered, until this one releases them
    disowned: Mutex<Vec<(CellIndex, ClaimTemplate)>>,
    families: Mutex<Families>,
    log: Log,
}

impl Shard {
    /// A shard of a thread. Later shards have greater ids.
    #[must_use]
    pub fn new(id: u32, thread: u64) -> Self {
        Self {
            id,
            thread,
            memory: Mutex::default(),
            removals: AtomicU32::new(0),
            pending: Mutex::default(),
            disowned: Mutex::default(),
            families: Mutex::default(),
            log: Log::default(),
        }
    }

    /// The shard's number in its collector.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// The number of the thread that owns the shard.
    pub fn thread(&self) -> u64 {
        self.thread
    }

    /// All chunks by number.
    pub fn chunks(&self) -> Vec<Arc<Chunk>> {
        self.memory.lock().chunks().to_vec()
    }

    /// The chunk with this number.
    pub fn chunk(&self, number: u32) -> Option<Arc<Chunk>> {
        self.memory.lock().chunks().get(number as usize).cloned()
    }

    /// The chunk of a cell.
    pub fn chunk_of(&self, cell: CellIndex) -> Option<Arc<Chunk>> {
        self.chunk(cell.chunk())
    }

    /// The families and label sets whose numbers JavaScript holds.
    pub fn families(&self) -> &Mutex<Families> {
        &self.families
    }

    /// The log of new series and exemplars.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The removal word, at a fixed address. It is incremented whenever another thread removes a series or a family of this shard;
    /// JavaScript resets it to 0.
    pub fn removals(&self) -> &AtomicU32 {
        &self.removals
    }

    /// Records that another thread has removed the series of these cells.
    pub(crate) fn note_removed(&self, cells: impl IntoIterator<Item = CellIndex>) {
        self.pending.lock().extend(cells);
        self.note_removal();
    }

    /// Increments the removal word.
    pub(crate) fn note_removal(&self) {
        // Release pairs with the exchange in `lib/record/shard.js`, which resets the word: it then sees the removal. JavaScript's plain
        // read of the word may notice a removal late, which is allowed.
        self.removals.fetch_add(1, Ordering::Release);
    }

    /// The cells whose series other threads have removed since the last call.
    pub(crate) fn take_removed(&self) -> HashSet<CellIndex> {
        std::mem::take(&mut *self.pending.lock())
    }

    /// Forgets the removal of a cell that this thread has released itself.
    pub(crate) fn forget_removed(&self, cell: CellIndex) {
        self.pending.lock().remove(&cell);
    }

    /// Takes a claim from its series, whose family was unregistered. No reading includes it, whatever its thread still writes to it.
    pub(crate) fn disown(&self, cell: CellIndex, template: ClaimTemplate) {
        if let Some(chunk) = self.chunk_of(cell) {
            chunk.disown(cell.offset());
            self.disowned.lock().push((cell, template));
        }
    }

    /// Claims cells of an unregistered family, for a thread that has not noticed.
    pub(crate) fn claim_disowned(&self, template: ClaimTemplate) -> CellIndex {
        let cell = self.memory.lock().claim(UNREGISTERED, &template);
        self.disowned.lock().push((cell, template));
        cell
    }

    /// Releases the claims whose families were unregistered, once the thread has reset their handles or is about to.
    pub(crate) fn release_disowned(&self) {
        let disowned = std::mem::take(&mut *self.disowned.lock());
        for (cell, template) in disowned {
            self.release(cell, &template);
        }
    }

    /// Claims contiguous cells for a series.
    pub(crate) fn claim(&self, series: u32, template: &ClaimTemplate) -> CellIndex {
        self.memory.lock().claim(series, template)
    }

    /// Claims cells for future series of a label set. The log assigns series to them.
    pub(crate) fn reserve(&self, set: u32, template: &ClaimTemplate, count: u32) -> Vec<CellIndex> {
        // locked once for all, because the reader of the log locks it for each series
        let mut memory = self.memory.lock();
        (0..count).map(|_| memory.claim(reserved_for(set), template)).collect()
    }

    /// Releases the cells that were reserved for a dropped label set and have no series. JavaScript has dropped them, the caller has
    /// read the log, and it holds the value lock.
    pub(crate) fn release_reserved(&self, number: u32, mut set: LabelSet) {
        let unused = self.take_back(number, &mut set);
        if let Some(template) = &set.template {
            for cell in unused {
                self.release(cell, template);
            }
        }
    }

    /// Gives back the room of all reserved cells that have no series and will get none. The caller has read the log.
    pub(crate) fn give_back_reserved(&self) {
        let mut families = self.families.lock();
        families.label_sets_mut().for_each(|(number, set)| drop(self.take_back(number, set)));
    }

    /// Ends a reservation: gives back the room of the cells that have no series, and returns these cells.
    fn take_back(&self, number: u32, set: &mut LabelSet) -> Vec<CellIndex> {
        let reserved = std::mem::take(&mut set.reserved);
        let is_unused =
            |cell: &CellIndex| self.chunk_of(*cell).is_some_and(|chunk| chunk.is_reserved_for(cell.offset(), number));
        let unused: Vec<CellIndex> = reserved.iter().copied().filter(is_unused).collect();
        set.give_back(unused.len() as u32);
        unused
    }

    /// Assigns reserved cells to their series.
    pub(crate) fn assign(&self, cell: CellIndex, series: u32) {
        if let Some(chunk) = self.chunk_of(cell) {
            chunk.assign(cell.offset(), series);
        }
    }

    /// Claims another cell for the series that has claimed `cell`. `None` if no series has.
    pub(crate) fn claim_sibling(&self, cell: CellIndex, role: ClaimRole) -> Option<Claimed> {
        let claim = self.claim_at(cell)?;
        let cell = self.claim(claim.series, &ClaimTemplate::cell(role));
        Some(Claimed { cell, claim: Claim { role, ..claim } })
    }

    /// Finds or allocates the page of one power of two of the distribution at `head`. `None` if there is no such head.
    pub(crate) fn claim_page(&self, head: CellIndex, entry: u32, shape: Shape) -> Option<CellIndex> {
        self.memory.lock().claim_page(head, entry, shape)
    }

    /// Releases a claim and its pages, on the owning thread and under the value lock, when its handle was reset.
    pub(crate) fn release(&self, cell: CellIndex, template: &ClaimTemplate) {
        self.memory.lock().release(cell, template);
    }

    /// Releases all claims.
    pub(crate) fn release_all(&self) {
        self.memory.lock().release_all();
        self.pending.lock().clear();
        self.disowned.lock().clear();
    }

    /// The claim whose first cell this is.
    pub fn claim_at(&self, cell: CellIndex) -> Option<Claim> {
        self.memory.lock().chunk(cell)?.claim_at(cell.offset())
    }

    /// The series that has claimed this cell.
    pub fn owner(&self, cell: CellIndex) -> Option<u32> {
        self.claim_at(cell).map(|claim| claim.series)
    }

    /// The current value of a cell.
    pub fn read(&self, cell: CellIndex) -> f64 {
        self.chunk_of(cell).map_or(0.0, |chunk| chunk.read(cell.offset()))
    }
}
