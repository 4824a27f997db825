//! A shard: the chunks of one thread for one collector, and the log of its new series. Each loaded copy of the package in a thread has
//! its own.

use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;

use hashbrown::{HashMap, HashSet};
use smallvec::SmallVec;

use super::chunk::{Arena, Chunk, Claim, ClaimRole, ClaimTemplate, UNREGISTERED, reserved_for};
use super::directory::{DirectoryEntry, Shape};
use super::layout::{CHUNK_BITS, CHUNK_CELLS};
use super::log::Log;
use super::room::Room;
use super::sync::{Arc, Mutex, Ordering};

/// A cell of a shard: `chunk number << CHUNK_BITS | offset`.
pub type CellIndex = u32;

/// The label names of some series of a family, in the order in which the log has their values.
#[derive(Clone, Debug)]
pub struct LabelSet {
    /// The family's number.
    pub family: u32,
    /// The symbols of the names and values that all its series share.
    pub shared: Arc<[(u32, u32)]>,
    /// The symbols of the other label names.
    pub names: SmallVec<[u32; 4]>,
    /// The room from which its series take; `None` for the series without labels, which always has room.
    pub room: Option<Arc<Room>>,
    // the cells that each of its series claims; set at the first reservation
    pub(crate) claim: Option<ClaimTemplate>,
    // the latest reserved cells, some of which may have a series by now; JavaScript reserves more when it has used all
    pub(crate) reserved: Arc<[CellIndex]>,
}

impl LabelSet {
    /// All symbols of the label set.
    pub(crate) fn symbols(&self) -> impl Iterator<Item = u32> {
        let shared = self.shared.iter().flat_map(|(name, value)| [*name, *value]);
        shared.chain(self.names.iter().copied())
    }

    fn give_back(&self, series: u32) {
        if let Some(room) = &self.room {
            room.give(series);
        }
    }
}

/// A claim of a shard.
#[derive(Clone, Copy, Debug)]
pub struct Claimed {
    /// Its first cell.
    pub cell: CellIndex,
    /// The series, the role, and the offset in the cell's chunk.
    pub claim: Claim,
}

/// The number of chunks of labelled distributions that keep room for most of their pages.
const CHUNKS_WITH_ROOM: usize = 16;

/// The number of cells of an arena's first chunk. Each further chunk is twice as large as the one before.
const FIRST_CELLS: u32 = if cfg!(loom) { 8 } else { 256 };

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

/// The families and label sets whose numbers JavaScript holds.
#[derive(Debug, Default)]
pub struct Families {
    /// The families for which this thread has instruments.
    pub held: HashSet<u32>,
    /// Held families that another thread has removed, until this one releases them.
    pub removed: HashSet<u32>,
    // by the numbers that JavaScript uses; `None` if a number is free
    label_sets: Vec<Option<LabelSet>>,
    // the numbers of the label sets of each family
    by_family: HashMap<u32, Vec<u32>>,
    free: Vec<u32>,
}

impl Families {
    /// The label set with this number.
    #[must_use]
    pub fn label_set(&self, number: u32) -> Option<&LabelSet> {
        self.label_sets.get(number as usize)?.as_ref()
    }

    pub(crate) fn label_set_mut(&mut self, number: u32) -> Option<&mut LabelSet> {
        self.label_sets.get_mut(number as usize)?.as_mut()
    }

    /// The number of an existing label set.
    pub(crate) fn find_label_set(&self, family: u32, names: &[u32]) -> Option<u32> {
        let numbers = self.by_family.get(&family)?;
        let is_same = |set: &LabelSet| set.shared.is_empty() && set.names.as_slice() == names;
        numbers.iter().copied().find(|number| self.label_set(*number).is_some_and(is_same))
    }

    /// Adds a label set and returns its number.
    pub(crate) fn add_label_set(&mut self, set: LabelSet) -> u32 {
        let family = set.family;
        let number = self.free.pop().unwrap_or(self.label_sets.len() as u32);
        match self.label_sets.get_mut(number as usize) {
            Some(slot) => *slot = Some(set),
            None => self.label_sets.push(Some(set)),
        }
        self.by_family.entry(family).or_default().push(number);
        number
    }

    /// Frees the numbers of label sets, which JavaScript no longer holds. Returns the label sets.
    pub(crate) fn drop_label_sets(&mut self, numbers: &[u32]) -> Vec<LabelSet> {
        let mut dropped = Vec::new();
        for &number in numbers {
            let Some(set) = self.label_sets.get_mut(number as usize).and_then(Option::take) else { continue };
            self.free.push(number);
            dropped.push(set);
        }
        // once for each family, which may have many
        let families: HashSet<u32> = dropped.iter().map(|set| set.family).collect();
        for family in families {
            let Some(numbers) = self.by_family.get_mut(&family) else { continue };
            numbers.retain(|number| self.label_sets.get(*number as usize).is_some_and(Option::is_some));
        }
        dropped
    }

    /// Drops a family and frees the numbers of its label sets. Returns the label sets with their numbers.
    pub(crate) fn drop_family(&mut self, family: u32) -> Vec<(u32, LabelSet)> {
        self.held.remove(&family);
        self.removed.remove(&family);
        let numbers = self.by_family.remove(&family).unwrap_or_default();
        let mut take = |number: u32| Some((number, self.label_sets.get_mut(number as usize)?.take()?));
        let sets = numbers.iter().filter_map(|number| take(*number)).collect();
        self.free.extend(numbers);
        sets
    }
}

#[derive(Debug, Default)]
struct Memory {
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
        self.memory.lock().chunks.clone()
    }

    /// The chunk with this number.
    pub fn chunk(&self, number: u32) -> Option<Arc<Chunk>> {
        self.memory.lock().chunks.get(number as usize).cloned()
    }

    /// The chunk of a cell.
    pub fn chunk_of(&self, cell: CellIndex) -> Option<Arc<Chunk>> {
        self.chunk(cell >> CHUNK_BITS)
    }

    /// The families and label sets whose numbers JavaScript holds.
    pub fn families(&self) -> &Mutex<Families> {
        &self.families
    }

    /// The registration log.
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
        // Release, so that a thread that learns of the removal in another way, such as a message, also sees this change.
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
            chunk.disown(offset_of(cell));
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

    /// Releases the cells that were reserved for a label set and have no series. JavaScript has dropped them, the caller has read the
    /// log, and it holds the value lock.
    pub(crate) fn release_reserved(&self, number: u32, set: &LabelSet) {
        let Some(template) = &set.claim else { return };
        for &cell in set.reserved.iter() {
            if self.chunk_of(cell).is_some_and(|chunk| chunk.is_reserved_for(offset_of(cell), number)) {
                self.release(cell, template);
                set.give_back(1);
            }
        }
    }

    /// Gives back the room of all reserved cells that have no series and will get none. The caller has read the log.
    pub(crate) fn give_back_reserved(&self) {
        let families = self.families.lock();
        let sets = (0..).zip(&families.label_sets).filter_map(|(number, set)| Some((number, set.as_ref()?)));
        sets.for_each(|(number, set)| self.give_back_reserved_for(number, set));
    }

    /// The same for some label sets.
    pub(crate) fn give_back_reserved_of(&self, numbers: &[u32]) {
        let families = self.families.lock();
        let sets = numbers.iter().filter_map(|number| Some((*number, families.label_set(*number)?)));
        sets.for_each(|(number, set)| self.give_back_reserved_for(number, set));
    }

    fn give_back_reserved_for(&self, number: u32, set: &LabelSet) {
        let is_reserved = |cell: &&CellIndex| {
            self.chunk_of(**cell).is_some_and(|chunk| chunk.is_reserved_for(offset_of(**cell), number))
        };
        set.give_back(set.reserved.iter().filter(is_reserved).count() as u32);
    }

    /// Assigns reserved cells to their series.
    pub(crate) fn assign(&self, cell: CellIndex, series: u32) {
        if let Some(chunk) = self.chunk_of(cell) {
            chunk.assign(offset_of(cell), series);
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
        let mut memory = self.memory.lock();
        let home = memory.chunk(head).filter(|home| !home.is_flat())?;
        let head = offset_of(head);
        match home.directory_entry(head, entry) {
            DirectoryEntry::Near(offset) => return Some(index_of(&home, offset)),
            DirectoryEntry::Far(page) => return Some(page),
            DirectoryEntry::Absent => {}
        }
        let (chunk, offset) = match memory.claim_page_in(&home, shape.page) {
            Some(offset) => (home.clone(), offset),
            None => memory.claim_far_page(home.arena(), shape.page)?,
        };
        let page = index_of(&chunk, offset);
        let near = chunk.number() == home.number();
        home.enter(head, entry, if near { DirectoryEntry::Near(offset) } else { DirectoryEntry::Far(page) });
        Some(page)
    }

    /// Releases a claim and its pages, on the owning thread and under the value lock, when its handle was reset.
    pub(crate) fn release(&self, cell: CellIndex, template: &ClaimTemplate) {
        let mut memory = self.memory.lock();
        let Some(chunk) = memory.chunk(cell).filter(|chunk| chunk.is_claimed(offset_of(cell))) else { return };
        if let Some(shape) = template.shape.filter(|shape| !shape.is_flat) {
            memory.release_pages(&chunk, offset_of(cell), shape);
        }
        chunk.release(offset_of(cell), template.cells());
        memory.released.entry((chunk.arena(), template.cells())).or_default().push(cell);
    }

    /// Releases all claims.
    pub(crate) fn release_all(&self) {
        let mut memory = self.memory.lock();
        memory.released = HashMap::new();
        memory.released_pages = 0;
        memory.open = [None; Arena::COUNT];
        memory.empty = Default::default();
        for chunk in memory.chunks.clone() {
            chunk.release_all();
            memory.empty[chunk.arena() as usize].push(chunk.number());
        }
        self.pending.lock().clear();
        self.disowned.lock().clear();
    }

    /// The claim whose first cell this is.
    pub fn claim_at(&self, cell: CellIndex) -> Option<Claim> {
        self.memory.lock().chunk(cell)?.claim_at(offset_of(cell))
    }

    /// The series that has claimed this cell.
    pub fn owner(&self, cell: CellIndex) -> Option<u32> {
        self.claim_at(cell).map(|claim| claim.series)
    }

    /// The current value of a cell.
    pub fn read(&self, cell: CellIndex) -> f64 {
        self.chunk_of(cell).map_or(0.0, |chunk| chunk.read(offset_of(cell)))
    }
}

impl Memory {
    fn chunk(&self, cell: CellIndex) -> Option<Arc<Chunk>> {
        self.chunks.get((cell >> CHUNK_BITS) as usize).cloned()
    }

    fn open(&self, arena: Arena) -> Option<&Arc<Chunk>> {
        self.chunks.get(self.open[arena as usize]? as usize)
    }

    fn claim(&mut self, series: u32, template: &ClaimTemplate) -> CellIndex {
        let (arena, cells) = (Arena::of(template.shape), template.cells());
        if let Some(cell) = self.released.get_mut(&(arena, cells)).and_then(Vec::pop)
            && let Some(chunk) = self.chunk(cell)
        {
            chunk.claim_again(offset_of(cell), series, template);
            return cell;
        }
        let open = self.open(arena).filter(|_| arena != Arena::Flat);
        let claimed = open.and_then(|chunk| Some(index_of(chunk, chunk.claim(series, template)?)));
        claimed.unwrap_or_else(|| {
            let chunk = self.add(arena, cells + self.room(arena) * template.page() + 1);
            // infallible, because the new chunk is large enough; cell 0 is never read
            index_of(&chunk, chunk.claim(series, template).unwrap_or(0))
        })
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
            DirectoryEntry::Far(page) => pages.push((self.chunk(page), offset_of(page))),
        });
        home.free_far_pages(head, shape.entries);
        self.released_pages += pages.len() as u32;
        for (chunk, offset) in pages {
            if let Some(chunk) = chunk {
                chunk.release_page(offset, shape.page);
            }
        }
    }

    /// The number of pages per distribution for which the next chunk keeps room. A page in the chunk of its head is reached in a third of
    /// the time, but beyond the first thousand or so labelled distributions, memory matters more.
    fn room(&self, arena: Arena) -> u32 {
        match arena {
            Arena::Cells | Arena::Flat => 0,
            Arena::Paged => {
                let chunks = self.chunks.iter().filter(|chunk| chunk.arena() == arena).take(CHUNKS_WITH_ROOM);
                if chunks.count() < CHUNKS_WITH_ROOM { 12 } else { 4 }
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
        let (first, most) = sizes();
        let last = self.open(arena).map_or(first / 2, |chunk| chunk.cells());
        let size = match arena {
            // only the head needs an index within CHUNK_CELLS
            Arena::Flat => cells,
            _ => (last * 2).min(most).max(cells.next_power_of_two()).min(CHUNK_CELLS),
        };
        let chunk = Arc::new(Chunk::new(self.chunks.len() as u32, arena, self.room(arena), size));
        self.chunks.push(chunk.clone());
        self.open[arena as usize] = Some(chunk.number());
        chunk
    }
}

/// The number of cells of the first and of the largest chunk. Tests make both small (`TALLYSTICK_TEST_SIZES=tiny`), so that chunks are
/// full all the time.
fn sizes() -> (u32, u32) {
    static SIZES: OnceLock<(u32, u32)> = OnceLock::new();
    *SIZES.get_or_init(|| match std::env::var("TALLYSTICK_TEST_SIZES") {
        Ok(sizes) if sizes == "tiny" => (4, 64),
        _ => (FIRST_CELLS, CHUNK_CELLS),
    })
}

fn offset_of(cell: CellIndex) -> u32 {
    cell & (CHUNK_CELLS - 1)
}

fn index_of(chunk: &Chunk, offset: u32) -> CellIndex {
    chunk.number() << CHUNK_BITS | offset
}
