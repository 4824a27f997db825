//! One run of cells, handed to JavaScript once, and the list of what was claimed in it.

use hashbrown::HashMap;

use super::counts::Counts;
use super::directory::{FarPages, Shape};
use super::layout::{self, COUNTS_PER_CELL};
use super::storage::Storage;
use super::sync::{Arc, AtomicU64, Mutex, Ordering};

/// What a claimed cell holds for its series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ClaimRole {
    /// A counter's increments.
    Increments = 0,
    /// A counter's decrements, positive.
    Decrements = 1,
    /// How often a counter was incremented by zero, which makes it visible and adds nothing.
    Zeros = 2,
    /// A gauge's value.
    Gauge = 3,
    /// A gauge's value, when it was set, and a check of both.
    TimedGauge = 4,
    /// The head of a distribution; `Series` says of which form.
    Distribution = 5,
}

const ROLES: [ClaimRole; 6] = [
    ClaimRole::Increments,
    ClaimRole::Decrements,
    ClaimRole::Zeros,
    ClaimRole::Gauge,
    ClaimRole::TimedGauge,
    ClaimRole::Distribution,
];

/// One entry of a chunk's list.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// The series, a number of its collector.
    pub series: u32,
    /// The first cell, an offset in the chunk.
    pub offset: u32,
    /// What it holds.
    pub role: ClaimRole,
}

/// How often a gauge's cells are read until they agree: a thread writes the three in nanoseconds.
const TIMED_READS: u32 = if cfg!(loom) { 2 } else { 20_000 };
/// After this many, the thread was interrupted between two stores and needs the processor.
const IMPATIENT_READS: u32 = 100;

/// The owner of a claim that was released.
const NOBODY: u32 = u32::MAX;
/// From here on, but for `NOBODY`, the owner is the label set of this number and more: of a claim whose series is still in the
/// log, or is to be made. No series has such a number.
const RESERVED: u32 = 1 << 31;

/// Claims as two arrays of the same length. Cells that are released stay in them, for a claim of the same size.
#[derive(Debug)]
struct Claims {
    series: Vec<u32>,
    // offset << 3 | role; offsets strictly increase, because cells are claimed in order
    places: Vec<u32>,
    // the first cell that was never claimed
    free: u32,
    // offsets of released pages, by size
    pages: HashMap<u32, Vec<u32>>,
}

/// What a series claims.
#[derive(Clone, Debug)]
pub(crate) struct ClaimTemplate {
    pub(crate) role: ClaimRole,
    /// What the first cells hold; others are zero.
    pub(crate) initial: Arc<[f64]>,
    /// Of a log-linear distribution.
    pub(crate) shape: Option<Shape>,
}

impl ClaimTemplate {
    /// A single cell that begins with 0.
    pub(crate) fn cell(role: ClaimRole) -> Self {
        Self { role, initial: Arc::from([0.0]), shape: None }
    }

    /// How many cells are claimed in a row.
    pub(crate) fn cells(&self) -> u32 {
        match self.shape {
            Some(shape) => shape.cells(),
            None => self.initial.len() as u32,
        }
    }

    /// How many cells a page has.
    pub(super) fn page(&self) -> u32 {
        self.shape.map_or(0, |shape| shape.page)
    }
}

/// What chunks are kept apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Arena {
    /// Single cells and short rows: counters, gauges, distributions with bounds.
    Cells = 0,
    /// Heads of distributions with labels, and the pages that their directories lead to.
    Paged = 1,
    /// Distributions without labels: each has a chunk of its own with the pages of all powers of two, so that recording needs no
    /// directory. Those that no value reaches cost no memory.
    Flat = 2,
}

impl Arena {
    /// How many there are.
    pub(super) const COUNT: usize = 3;

    /// Where something of this shape is claimed.
    pub(super) fn of(shape: Option<Shape>) -> Self {
        match shape {
            None => Self::Cells,
            Some(Shape { is_flat: true, .. }) => Self::Flat,
            Some(_) => Self::Paged,
        }
    }
}

/// A run of cells, and who owns which.
#[derive(Debug)]
pub struct Chunk {
    number: u32,
    arena: Arena,
    // for how many pages of each distribution there is room
    room: u32,
    storage: Storage,
    claims: Mutex<Claims>,
    far: Mutex<FarPages>,
}

impl Chunk {
    pub(super) fn new(number: u32, arena: Arena, room: u32, cells: u32) -> Self {
        let claims = Claims { series: Vec::new(), places: Vec::new(), free: layout::FIRST, pages: HashMap::new() };
        Self {
            number,
            arena,
            room,
            storage: Storage::heap(cells as usize),
            claims: Mutex::new(claims),
            far: Mutex::default(),
        }
    }

    /// The chunk's place in its shard.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// What it is for.
    pub(super) fn arena(&self) -> Arena {
        self.arena
    }

    /// How many cells it has.
    pub fn cells(&self) -> u32 {
        self.storage.words().len() as u32
    }

    /// The pages in other chunks that heads of this one have.
    pub(super) fn far_pages(&self) -> &Mutex<FarPages> {
        &self.far
    }

    /// Where JavaScript writes.
    #[cfg(not(loom))]
    pub fn address(&self) -> *mut f64 {
        self.storage.address()
    }

    /// Claims cells that were never claimed, in a row, with their initial values, unless that would leave too little room for
    /// the pages of the distributions in the chunk.
    pub(super) fn claim(&self, series: u32, template: &ClaimTemplate) -> Option<u32> {
        let mut claims = self.claims.lock();
        let cells = template.cells();
        let distributions = claims.series.len() as u32 + 1;
        let needed = distributions.saturating_mul(cells + self.room * template.page());
        if self.room > 0 && needed > self.cells() && distributions > 1 {
            return None;
        }
        let offset = self.take(&mut claims, cells)?;
        self.write_row(offset, &template.initial);
        claims.series.push(series);
        claims.places.push(offset << 3 | template.role as u32);
        Some(offset)
    }

    /// Gives released cells of the same size to a series.
    pub(super) fn claim_again(&self, offset: u32, series: u32, template: &ClaimTemplate) {
        let mut claims = self.claims.lock();
        self.write_row(offset, &template.initial);
        if let Some(at) = find(&claims, offset) {
            claims.series[at] = series;
            claims.places[at] = offset << 3 | template.role as u32;
        }
    }

    /// Whether this cell is reserved for a series of a label set, and no series has it yet.
    pub(super) fn is_reserved_for(&self, offset: u32, set: u32) -> bool {
        let claims = self.claims.lock();
        find(&claims, offset).is_some_and(|at| claims.series[at] == reserved_for(set))
    }

    /// Whether somebody has claimed this cell.
    pub(super) fn is_claimed(&self, offset: u32) -> bool {
        let claims = self.claims.lock();
        find(&claims, offset).is_some_and(|at| claims.series[at] != NOBODY)
    }

    /// Takes a claim from its owner, and zeroes its cells.
    pub(super) fn release(&self, offset: u32, cells: u32) {
        let mut claims = self.claims.lock();
        if let Some(at) = find(&claims, offset) {
            claims.series[at] = NOBODY;
        }
        self.zero_row(offset, cells);
    }

    /// Takes all claims from their owners, and zeroes all cells.
    pub(super) fn release_all(&self) {
        let mut claims = self.claims.lock();
        *self.far.lock() = FarPages::default();
        self.zero_row(0, claims.free);
        *claims = Claims { series: Vec::new(), places: Vec::new(), free: layout::FIRST, pages: HashMap::new() };
    }

    /// Takes zeroed cells for a page, which the directory of a claimed head leads to; it gets no entry of its own.
    pub(super) fn claim_page(&self, cells: u32) -> Option<u32> {
        self.take(&mut self.claims.lock(), cells)
    }

    /// The same of a page that was released.
    pub(super) fn claim_released_page(&self, cells: u32) -> Option<u32> {
        self.claims.lock().pages.get_mut(&cells)?.pop()
    }

    /// Zeroes a page, for another distribution.
    pub(super) fn release_page(&self, page: u32, cells: u32) {
        let mut claims = self.claims.lock();
        self.zero_row(page, cells);
        claims.pages.entry(cells).or_default().push(page);
    }

    fn take(&self, claims: &mut Claims, cells: u32) -> Option<u32> {
        let offset = claims.free;
        let end = offset.checked_add(cells).filter(|end| *end <= self.cells())?;
        claims.free = end;
        Some(offset)
    }

    /// How many claims have a series.
    pub fn claims(&self) -> u32 {
        let mut claims = 0;
        self.each_claim(|_| claims += 1);
        claims
    }

    /// Gives a reserved claim to its series.
    pub(super) fn assign(&self, offset: u32, series: u32) {
        let mut claims = self.claims.lock();
        if let Some(at) = find(&claims, offset)
            && (RESERVED..NOBODY).contains(&claims.series[at])
        {
            claims.series[at] = series;
        }
    }

    /// Calls `visit` with each claim. Claiming in this chunk waits meanwhile, so `visit` copies and does no more; a
    /// chunk is small enough that nobody notices.
    pub fn each_claim(&self, visit: impl FnMut(Claim)) {
        let claims = self.claims.lock();
        let all = claims.series.iter().zip(&claims.places).filter(|(series, _)| **series < RESERVED);
        all.map(|(&series, &place)| claim(series, place)).for_each(visit);
    }

    /// The claim that begins with this cell.
    pub fn claim_at(&self, offset: u32) -> Option<Claim> {
        let claims = self.claims.lock();
        let at = find(&claims, offset)?;
        let (&series, &place) = claims.series.get(at).zip(claims.places.get(at))?;
        (series < RESERVED).then(|| claim(series, place))
    }

    /// A cell's value now; 0 beyond the chunk.
    ///
    /// Relaxed suffices: each cell has one writer, and no reading depends on the order of writes to two cells.
    pub fn read(&self, offset: u32) -> f64 {
        self.storage.words().get(offset as usize).map_or(0.0, number)
    }

    /// A gauge's value and when it was set. Three stores may become visible in any order, so they are read again until the third
    /// confirms the others; `None` if that never happens.
    pub fn read_timed(&self, offset: u32) -> Option<(f64, f64)> {
        (0..TIMED_READS).find_map(|reads| {
            if reads >= IMPATIENT_READS {
                std::thread::yield_now();
            }
            let [value, time, check] = [0, layout::TIME, layout::CHECK].map(|at| self.read(offset + at));
            (value.to_bits() ^ time.to_bits() == check.to_bits()).then_some((value, time))
        })
    }

    /// Reads cells in a row; none where they are not all in the chunk.
    pub fn read_row(&self, offset: u32, count: u32) -> impl ExactSizeIterator<Item = f64> {
        self.row(offset, count).iter().map(number)
    }

    /// The counts of a page at this offset.
    pub fn read_counts(&self, page: u32, counts: u32) -> impl ExactSizeIterator<Item = f64> {
        let cells = self.row(page, counts / COUNTS_PER_CELL);
        (0..cells.len() as u32 * COUNTS_PER_CELL).map(move |at| {
            let cell = cells.get((at / COUNTS_PER_CELL) as usize).map_or(0, |cell| number(cell).to_bits());
            f64::from(half(cell, at))
        })
    }

    /// The same, not read yet.
    pub fn counts(&self, page: u32, counts: u32) -> Counts<'_> {
        Counts::new(self.row(page, counts / COUNTS_PER_CELL))
    }

    pub(super) fn row(&self, offset: u32, count: u32) -> &[AtomicU64] {
        let (start, count) = (offset as usize, count as usize);
        self.storage.words().get(start..start + count).unwrap_or_default()
    }

    /// Writes a cell, on the thread that owns the shard or under the value lock: initial values, and zeros. JavaScript does so
    /// without a lock.
    pub(crate) fn write(&self, offset: u32, value: f64) {
        if let Some(word) = self.storage.words().get(offset as usize) {
            word.store(value.to_bits(), Ordering::Relaxed);
        }
    }

    /// Forgets the extremes of a distribution.
    pub(crate) fn reset_extremes(&self, head: u32) {
        self.write(head + layout::MIN, f64::INFINITY);
        self.write(head + layout::MAX, f64::NEG_INFINITY);
    }

    fn write_row(&self, offset: u32, values: &[f64]) {
        (offset..).zip(values).for_each(|(at, value)| self.write(at, *value));
    }

    /// Zeroes cells in a row, as `write` does. Memory that was never written stays so, and costs nothing.
    pub(crate) fn zero_row(&self, offset: u32, cells: u32) {
        let written = self.row(offset, cells).iter().filter(|word| word.load(Ordering::Relaxed) != 0);
        written.for_each(|word| word.store(0, Ordering::Relaxed));
    }

    /// A count of a page at this offset.
    pub fn count(&self, page: u32, at: u32) -> u32 {
        half(self.read(page + at / COUNTS_PER_CELL).to_bits(), at)
    }
}

/// One of two 32-bit numbers: the lower half is the even one, as on every (little-endian) platform we build for.
fn half(cell: u64, at: u32) -> u32 {
    (cell >> (u32::BITS * (at % COUNTS_PER_CELL))) as u32
}

pub(super) fn number(word: &AtomicU64) -> f64 {
    f64::from_bits(word.load(Ordering::Relaxed))
}

/// What owns the cells that are reserved for series of a label set.
pub(super) fn reserved_for(set: u32) -> u32 {
    RESERVED | set
}

fn find(claims: &Claims, offset: u32) -> Option<usize> {
    claims.places.binary_search_by_key(&offset, |place| place >> 3).ok()
}

fn claim(series: u32, place: u32) -> Claim {
    Claim { series, offset: place >> 3, role: ROLES[(place & 7) as usize % ROLES.len()] }
}
