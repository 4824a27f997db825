//! A chunk: a run of cells that Rust allocates and JavaScript sees as one array, and the list of claims in it.

use hashbrown::HashMap;

use super::counts::Counts;
use super::directory::{FarPages, Shape};
use super::layout::{self, COUNTS_PER_CELL};
use super::sizes::sizes;
use super::storage::Storage;
use super::sync::{Arc, AtomicU64, Mutex, Ordering};

/// The role of a claimed cell in its series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ClaimRole {
    /// A counter's increments.
    Increments = 0,
    /// A counter's decrements, positive.
    Decrements = 1,
    /// The number of increments by 0 of a counter, which only make it visible.
    Zeros = 2,
    /// A gauge's value.
    Gauge = 3,
    /// A gauge's value, the time of setting, and a check word of both.
    TimedGauge = 4,
    /// The head of a distribution. The family determines its layout.
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
    /// The number of the series in its collector.
    pub series: u32,
    /// The offset of the first cell in the chunk.
    pub offset: u32,
    /// The role of the first cell.
    pub role: ClaimRole,
}

/// The most attempts to read the three cells of a gauge until they match. A thread writes them within nanoseconds.
const TIMED_READS: u32 = if cfg!(loom) { 2 } else { 1_000 };
/// After this many attempts, the writing thread was probably interrupted, and the reader yields.
const IMPATIENT_READS: u32 = 100;

/// The owner of a released claim.
const NOBODY: u32 = u32::MAX;
/// The owner of a claim whose family was unregistered. Its thread may still write to it, and releases it later.
pub(super) const UNREGISTERED: u32 = u32::MAX - 1;
/// Owners from here on, except these two, are label sets: `RESERVED | number`. The series of such a claim is still in the log, or does
/// not exist yet. No series has such a number.
const RESERVED: u32 = 1 << 31;

/// Claims, as two arrays of the same length. Released cells stay in them, for a later claim of the same size.
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

/// The cells that a series claims.
#[derive(Clone, Debug)]
pub(crate) struct ClaimTemplate {
    pub(crate) role: ClaimRole,
    /// The initial values of the first cells. Others are 0.
    pub(crate) initial: Arc<[f64]>,
    /// For log-linear distributions.
    pub(crate) shape: Option<Shape>,
}

impl ClaimTemplate {
    /// A single cell with the initial value 0.
    pub(crate) fn cell(role: ClaimRole) -> Self {
        Self { role, initial: Arc::from([0.0]), shape: None }
    }

    /// The number of contiguous cells to claim.
    pub(crate) fn cells(&self) -> u32 {
        match self.shape {
            Some(shape) => shape.cells(),
            None => self.initial.len() as u32,
        }
    }

    /// The number of cells with those of the pages that a distribution is likely to have.
    pub(super) fn cells_with_pages(&self) -> u32 {
        let pages = self.shape.filter(|shape| !shape.is_flat).map_or(0, |shape| sizes().likely_pages * shape.page);
        self.cells() + pages
    }
}

/// The purpose of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Arena {
    /// Counters, gauges, and distributions with bounds.
    Cells = 0,
    /// Labelled distributions: heads with directories, and pages.
    Paged = 1,
    /// Unlabelled distributions. Each has its own chunk with the pages of all powers of two, so that recording needs no directory.
    /// Unused pages cost no memory.
    Flat = 2,
}

impl Arena {
    /// The number of arenas.
    pub(super) const COUNT: usize = 3;

    /// The arena for claims of this shape.
    pub(super) fn of(shape: Option<Shape>) -> Self {
        match shape {
            None => Self::Cells,
            Some(Shape { is_flat: true, .. }) => Self::Flat,
            Some(_) => Self::Paged,
        }
    }
}

/// A run of cells and its claims.
#[derive(Debug)]
pub struct Chunk {
    number: u32,
    arena: Arena,
    storage: Storage,
    claims: Mutex<Claims>,
    far: Mutex<FarPages>,
}

impl Chunk {
    pub(super) fn new(number: u32, arena: Arena, cells: u32) -> Self {
        let claims = Claims { series: Vec::new(), places: Vec::new(), free: layout::FIRST, pages: HashMap::new() };
        Self { number, arena, storage: Storage::new(cells as usize), claims: Mutex::new(claims), far: Mutex::default() }
    }

    /// The chunk's number in its shard.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The chunk's purpose.
    pub(super) fn arena(&self) -> Arena {
        self.arena
    }

    /// The number of cells.
    pub fn cells(&self) -> u32 {
        self.storage.words().len() as u32
    }

    /// The pages in other chunks that belong to heads in this one.
    pub(super) fn far_pages(&self) -> &Mutex<FarPages> {
        &self.far
    }

    /// The cells, for JavaScript.
    pub fn words(&self) -> &[AtomicU64] {
        self.storage.words()
    }

    /// Claims contiguous cells that were never claimed, and initializes them. `None` if too little room would be left for the pages of
    /// the distributions in the chunk.
    pub(super) fn claim(&self, series: u32, template: &ClaimTemplate) -> Option<u32> {
        let mut claims = self.claims.lock();
        let cells = template.cells();
        let distributions = claims.series.len() as u32 + 1;
        if self.arena == Arena::Paged && distributions > 1 && distributions * template.cells_with_pages() > self.cells()
        {
            return None;
        }
        let offset = self.take(&mut claims, cells)?;
        self.write_row(offset, &template.initial);
        claims.series.push(series);
        claims.places.push(offset << 3 | template.role as u32);
        Some(offset)
    }

    /// Claims released cells of the same size.
    pub(super) fn claim_again(&self, offset: u32, series: u32, template: &ClaimTemplate) {
        let mut claims = self.claims.lock();
        self.write_row(offset, &template.initial);
        if let Some(at) = find(&claims, offset) {
            claims.series[at] = series;
            claims.places[at] = offset << 3 | template.role as u32;
        }
    }

    /// Whether this cell is reserved for a label set and not yet assigned to a series.
    pub(super) fn is_reserved_for(&self, offset: u32, set: u32) -> bool {
        let claims = self.claims.lock();
        find(&claims, offset).is_some_and(|at| claims.series[at] == reserved_for(set))
    }

    /// Whether this cell is claimed or reserved.
    pub(super) fn is_claimed(&self, offset: u32) -> bool {
        let claims = self.claims.lock();
        find(&claims, offset).is_some_and(|at| claims.series[at] != NOBODY)
    }

    /// Releases a claim and zeroes its cells.
    pub(super) fn release(&self, offset: u32, cells: u32) {
        let mut claims = self.claims.lock();
        if let Some(at) = find(&claims, offset) {
            claims.series[at] = NOBODY;
        }
        self.zero_row(offset, cells);
    }

    /// Releases all claims and zeroes all cells.
    pub(super) fn release_all(&self) {
        let mut claims = self.claims.lock();
        *self.far.lock() = FarPages::default();
        self.zero_row(0, claims.free);
        *claims = Claims { series: Vec::new(), places: Vec::new(), free: layout::FIRST, pages: HashMap::new() };
    }

    /// Allocates the zeroed cells of a page. A page is no claim: it belongs to a head.
    pub(super) fn claim_page(&self, cells: u32) -> Option<u32> {
        self.take(&mut self.claims.lock(), cells)
    }

    /// Reuses a released page.
    pub(super) fn claim_released_page(&self, cells: u32) -> Option<u32> {
        self.claims.lock().pages.get_mut(&cells)?.pop()
    }

    /// Zeroes a page and releases it.
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

    /// The number of claims that belong to a series.
    pub fn claims(&self) -> u32 {
        let mut claims = 0;
        self.each_claim(|_| claims += 1);
        claims
    }

    /// Assigns a reserved claim to its series.
    pub(super) fn assign(&self, offset: u32, series: u32) {
        let mut claims = self.claims.lock();
        if let Some(at) = find(&claims, offset)
            && (RESERVED..UNREGISTERED).contains(&claims.series[at])
        {
            claims.series[at] = series;
        }
    }

    /// Takes a claim from its series, until its thread releases it.
    pub(super) fn disown(&self, offset: u32) {
        let mut claims = self.claims.lock();
        if let Some(at) = find(&claims, offset) {
            claims.series[at] = UNREGISTERED;
        }
    }

    /// Calls `visit` with each claim. The claims stay locked: `visit` must not claim, release or look up claims of this chunk, which would
    /// deadlock.
    pub fn each_claim(&self, visit: impl FnMut(Claim)) {
        let claims = self.claims.lock();
        let all = claims.series.iter().zip(&claims.places).filter(|(series, _)| **series < RESERVED);
        all.map(|(&series, &place)| claim(series, place)).for_each(visit);
    }

    /// The claim whose first cell is at this offset.
    pub fn claim_at(&self, offset: u32) -> Option<Claim> {
        let claims = self.claims.lock();
        let at = find(&claims, offset)?;
        let (&series, &place) = claims.series.get(at).zip(claims.places.get(at))?;
        (series < RESERVED).then(|| claim(series, place))
    }

    /// The current value of a cell; 0 beyond the chunk.
    ///
    /// Relaxed suffices: each cell has one writer, and no reading depends on the order of writes to two cells.
    pub fn read(&self, offset: u32) -> f64 {
        self.storage.words().get(offset as usize).map_or(0.0, number)
    }

    /// A gauge's value and the time of setting. The three stores may become visible in any order, so this reads them again until the
    /// check word matches. If it never does, because the thread was interrupted or ended between the stores, the value is the latest one
    /// or the one before, and the time is 0, before that of any other thread.
    pub fn read_timed(&self, offset: u32) -> (f64, f64) {
        let matching = (0..TIMED_READS).find_map(|reads| {
            if reads >= IMPATIENT_READS {
                std::thread::yield_now();
            }
            let [value, time, check] = [0, layout::TIME, layout::CHECK].map(|at| self.read(offset + at));
            (value.to_bits() ^ time.to_bits() == check.to_bits()).then_some((value, time))
        });
        matching.unwrap_or_else(|| (self.read(offset), 0.0))
    }

    /// Reads contiguous cells. Empty if they are not all in the chunk.
    pub fn read_row(&self, offset: u32, count: u32) -> impl ExactSizeIterator<Item = f64> {
        self.row(offset, count).iter().map(number)
    }

    /// The live counts of a page at this offset.
    pub fn counts(&self, page: u32, counts: u32) -> Counts<'_> {
        Counts::new(self.row(page, counts / COUNTS_PER_CELL))
    }

    pub(super) fn row(&self, offset: u32, count: u32) -> &[AtomicU64] {
        let (start, count) = (offset as usize, count as usize);
        self.storage.words().get(start..start + count).unwrap_or_default()
    }

    /// Writes a cell. The caller is its only writer: the owning thread, a source, or, for the extremes of a removed distribution, a
    /// thread that holds the value lock.
    pub(crate) fn write(&self, offset: u32, value: f64) {
        if let Some(word) = self.storage.words().get(offset as usize) {
            word.store(value.to_bits(), Ordering::Relaxed);
        }
    }

    /// Resets the extremes of a distribution.
    pub(crate) fn reset_extremes(&self, head: u32) {
        self.write(head + layout::MIN, f64::INFINITY);
        self.write(head + layout::MAX, f64::NEG_INFINITY);
    }

    fn write_row(&self, offset: u32, values: &[f64]) {
        (offset..).zip(values).for_each(|(at, value)| self.write(at, *value));
    }

    /// Zeroes contiguous cells. It skips zeros, so that memory that was never written remains unmapped.
    pub(crate) fn zero_row(&self, offset: u32, cells: u32) {
        let written = self.row(offset, cells).iter().filter(|word| word.load(Ordering::Relaxed) != 0);
        written.for_each(|word| word.store(0, Ordering::Relaxed));
    }

    /// A count of a page at this offset.
    pub fn count(&self, page: u32, at: u32) -> u32 {
        half(self.read(page + at / COUNTS_PER_CELL).to_bits(), at)
    }
}

/// One of the two counts in a cell. The even one is in the lower half, as on all little-endian platforms.
fn half(cell: u64, at: u32) -> u32 {
    (cell >> (u32::BITS * (at % COUNTS_PER_CELL))) as u32
}

pub(super) fn number(word: &AtomicU64) -> f64 {
    f64::from_bits(word.load(Ordering::Relaxed))
}

/// The owner of cells that are reserved for a label set.
pub(super) fn reserved_for(set: u32) -> u32 {
    RESERVED | set
}

fn find(claims: &Claims, offset: u32) -> Option<usize> {
    claims.places.binary_search_by_key(&offset, |place| place >> 3).ok()
}

fn claim(series: u32, place: u32) -> Claim {
    Claim { series, offset: place >> 3, role: ROLES[(place & 7) as usize % ROLES.len()] }
}
