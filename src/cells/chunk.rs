//! One run of cells, handed to JavaScript once, and the list of what was claimed in it.

use std::ops::RangeInclusive;
use std::sync::atomic::AtomicBool;

use super::counts::Counts;
use super::layout::{self, CHUNK_CELLS, COUNTS_PER_CELL};
use super::span::SPAN;
use super::storage::Storage;
use super::sync::{AtomicU64, Mutex, Ordering};

/// What a claimed cell holds for its series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ClaimRole {
    /// A counter's increments.
    Ups = 0,
    /// A counter's decrements, positive.
    Downs = 1,
    /// How often a counter was incremented by zero, which makes it visible and adds nothing.
    Touches = 2,
    /// A gauge's value, NaN while unset.
    Gauge = 3,
    /// A gauge's value, and in the next cell when it was set.
    TimedGauge = 4,
    /// The head of a distribution; `Series` says of which form.
    Distribution = 5,
}

const ROLES: [ClaimRole; 6] = [
    ClaimRole::Ups,
    ClaimRole::Downs,
    ClaimRole::Touches,
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

/// Where distributions have no spans: for how many pages of each there is room in its chunk.
const PAGES: u32 = 4;

const NO_NUMBERS: RangeInclusive<u32> = RangeInclusive::new(u32::MAX, 0);

/// Claims as two arrays of the same length, so that looking for one series runs through 4 bytes a claim.
#[derive(Debug)]
struct Claims {
    series: Vec<u32>,
    // offset << 3 | role; strictly increasing, because cells are claimed in order
    places: Vec<u32>,
    // from the smallest to the largest of `series`; the wrong way round while there is none
    numbers: RangeInclusive<u32>,
    // the first cell that nobody has claimed
    free: u32,
    // whether what the cells held is elsewhere now, so that readers pass them over
    moved: bool,
}

/// What chunks are kept apart by. Distributions leave room for their pages. Series with labels come and go, and a chunk can
/// only be let go as a whole: so they have chunks of their own, and gauges among them again, which are not added up but move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Arena {
    /// Counters' and gauges' cells.
    Cells = 0,
    /// Heads of distributions and their pages.
    Distributions = 1,
    /// Labelled counters' cells.
    LabelledCounters = 2,
    /// Labelled gauges' cells.
    LabelledGauges = 3,
    /// Heads of labelled distributions and their pages.
    LabelledDistributions = 4,
}

impl Arena {
    /// How many there are.
    pub(super) const COUNT: usize = 5;

    /// Where the cells of a role are claimed.
    pub(super) fn of(role: ClaimRole, labelled: bool) -> Self {
        match role {
            ClaimRole::Distribution if labelled => Self::LabelledDistributions,
            ClaimRole::Distribution => Self::Distributions,
            ClaimRole::Gauge | ClaimRole::TimedGauge if labelled => Self::LabelledGauges,
            ClaimRole::Ups | ClaimRole::Downs | ClaimRole::Touches if labelled => Self::LabelledCounters,
            _ => Self::Cells,
        }
    }

    /// The most cells of a chunk. A kept handle keeps its chunk, and with it the names of all series that have cells there:
    /// so these must not be many.
    pub(super) fn most_cells(self) -> u32 {
        match self {
            Self::LabelledCounters | Self::LabelledGauges => CHUNK_CELLS / 8,
            _ => CHUNK_CELLS,
        }
    }

    /// Whether its series have labels.
    #[must_use]
    pub fn is_labelled(self) -> bool {
        matches!(self, Self::LabelledCounters | Self::LabelledGauges | Self::LabelledDistributions)
    }
}

/// A run of cells, and who owns which.
#[derive(Debug)]
pub struct Chunk {
    number: u32,
    arena: Arena,
    // whether there is a span beside each distribution's head
    has_spans: bool,
    storage: Storage,
    claims: Mutex<Claims>,
    // pages of heads in this chunk for which it had no room, as cell indexes of the shard
    pub(super) far: Mutex<Vec<u32>>,
    // whether what the cells held was folded and only kept handles may have written since; under the value lock
    emptied: AtomicBool,
}

impl Chunk {
    /// Cell 0 of each chunk stays unclaimed, so that 0 means "none" in directories and in JavaScript's tables.
    pub(super) fn new(number: u32, arena: Arena, has_spans: bool, cells: u32) -> Self {
        let claims = Claims { series: Vec::new(), places: Vec::new(), numbers: NO_NUMBERS, free: 1, moved: false };
        Self {
            number,
            arena,
            has_spans,
            storage: Storage::heap(cells as usize),
            claims: Mutex::new(claims),
            far: Mutex::default(),
            emptied: AtomicBool::new(false),
        }
    }

    /// The chunk's place in its shard.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// What it is for.
    pub fn arena(&self) -> Arena {
        self.arena
    }

    /// Whether there is a span beside each distribution's head.
    pub(super) fn has_spans(&self) -> bool {
        self.has_spans
    }

    /// How many cells it has.
    pub fn cells(&self) -> u32 {
        self.storage.words().len() as u32
    }

    /// Where JavaScript writes.
    #[cfg(not(loom))]
    pub fn address(&self) -> *mut f64 {
        self.storage.address()
    }

    /// Claims cells in a row for a series, with their initial values, and a span behind them for a distribution, whose pages
    /// have `page` cells each; unless that would leave too little room for the other pages of the distributions in the chunk.
    pub(super) fn claim(&self, series: u32, role: ClaimRole, initial: &[f64], page: u32) -> Option<u32> {
        let mut claims = self.claims.lock();
        let cells = initial.len() as u32;
        let distributions = claims.series.len() as u32 + 1;
        let (span, room) = if self.has_spans { (SPAN * page, SPAN * page) } else { (0, PAGES * page) };
        if room > 0 && distributions * (cells + room) > self.cells() && distributions > 1 {
            return None;
        }
        let offset = self.take(&mut claims, cells + span)?;
        // written before the claim is entered: no reader sees an unset gauge as 0
        for (at, value) in (offset..).zip(initial) {
            self.write(at, *value);
        }
        claims.numbers = series.min(*claims.numbers.start())..=series.max(*claims.numbers.end());
        claims.series.push(series);
        claims.places.push(offset << 3 | role as u32);
        Some(offset)
    }

    /// Takes cells for a page that hold these counts, which the directory of a claimed head leads to; it gets no entry of its own.
    pub(super) fn claim_page(&self, counts: &[f64]) -> Option<u32> {
        let offset = self.take(&mut self.claims.lock(), counts.len() as u32)?;
        for (at, count) in (offset..).zip(counts).filter(|(_, count)| count.to_bits() != 0) {
            self.write(at, *count);
        }
        Some(offset)
    }

    fn take(&self, claims: &mut Claims, cells: u32) -> Option<u32> {
        let offset = claims.free;
        let end = offset.checked_add(cells).filter(|end| *end <= self.cells())?;
        claims.free = end;
        Some(offset)
    }

    /// Forgets all claims: what they held is folded. The pages that its heads had in other chunks.
    pub(super) fn forget_claims(&self) -> Vec<u32> {
        let mut claims = self.claims.lock();
        claims.series = Vec::new();
        claims.places = Vec::new();
        claims.numbers = NO_NUMBERS;
        std::mem::take(&mut *self.far.lock())
    }

    /// How many claims there are.
    pub fn claims(&self) -> usize {
        self.claims.lock().series.len()
    }

    /// Calls `visit` with each claim. Claiming in this chunk waits meanwhile, so `visit` copies and does no more; a
    /// chunk is small enough that nobody notices.
    pub fn each_claim(&self, visit: impl FnMut(Claim)) {
        let claims = self.claims.lock();
        if claims.moved {
            return;
        }
        let all = claims.series.iter().zip(&claims.places);
        let all = all.map(|(&series, &place)| claim(series, place));
        if self.is_emptied() {
            all.filter(|claim| !self.is_blank(claim)).for_each(visit);
        } else {
            all.for_each(visit);
        }
    }

    /// Whether a claim of an emptied chunk holds nothing.
    fn is_blank(&self, claim: &Claim) -> bool {
        match claim.role {
            ClaimRole::Ups | ClaimRole::Downs | ClaimRole::Touches => self.read(claim.offset) == 0.0,
            ClaimRole::Gauge | ClaimRole::TimedGauge => false,
            ClaimRole::Distribution => self.read(claim.offset + layout::MIN) == f64::INFINITY,
        }
    }

    /// Whether what the cells held before their thread let go of them was folded.
    pub fn is_emptied(&self) -> bool {
        // Relaxed suffices: it is set and asked under the value lock.
        self.emptied.load(Ordering::Relaxed)
    }

    /// What the cells held was folded, and they begin at nothing.
    pub fn note_emptied(&self) {
        self.emptied.store(true, Ordering::Relaxed);
    }

    /// Calls `visit` with the series of each claim, also of those whose values have moved: a kept handle may ask for them.
    pub fn each_owner(&self, visit: impl FnMut(u32)) {
        self.claims.lock().series.iter().copied().for_each(visit);
    }

    /// What the cells hold is elsewhere from now on.
    pub(super) fn note_moved(&self) {
        self.claims.lock().moved = true;
    }

    /// Calls `visit` with each claim of one series.
    pub fn each_claim_of(&self, series: u32, visit: impl FnMut(Claim)) {
        let claims = self.claims.lock();
        // most chunks have none: series are claimed about in the order of their numbers
        if claims.moved || !claims.numbers.contains(&series) {
            return;
        }
        let of_series = claims.series.iter().zip(&claims.places).filter(|(owner, _)| **owner == series);
        let of_series = of_series.map(|(&series, &place)| claim(series, place));
        of_series.filter(|claim| !self.is_emptied() || !self.is_blank(claim)).for_each(visit);
    }

    /// Which series claimed this cell.
    pub fn owner(&self, offset: u32) -> Option<u32> {
        let claims = self.claims.lock();
        let at = claims.places.binary_search_by_key(&offset, |place| place >> 3).ok()?;
        claims.series.get(at).copied()
    }

    /// A cell's value now; 0 beyond the chunk.
    ///
    /// Relaxed suffices: each cell has one writer, and no reading depends on the order of writes to two cells.
    pub fn read(&self, offset: u32) -> f64 {
        self.storage.words().get(offset as usize).map_or(0.0, number)
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
            f64::from((cell >> (u32::BITS * (at % COUNTS_PER_CELL))) as u32)
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

    /// Writes a cell, on the thread that owns the shard: initial values, and models in JavaScript's place. As there, no lock
    /// is taken.
    pub fn write(&self, offset: u32, value: f64) {
        if let Some(word) = self.storage.words().get(offset as usize) {
            word.store(value.to_bits(), Ordering::Relaxed);
        }
    }

    /// A count of a page at this offset.
    pub fn count(&self, page: u32, at: u32) -> u32 {
        let word = self.read(page + at / COUNTS_PER_CELL).to_bits();
        // the lower half is the even count, as on every (little-endian) platform we build for
        (word >> (u32::BITS * (at % COUNTS_PER_CELL))) as u32
    }

    /// Writes some bits of a cell.
    pub(super) fn replace(&self, offset: u32, mask: u64, bits: u64) {
        self.write(offset, f64::from_bits(self.read(offset).to_bits() & !mask | bits));
    }

    /// Writes a count, in JavaScript's place as `write` does.
    pub fn set_count(&self, page: u32, at: u32, count: u32) {
        let shift = u32::BITS * (at % COUNTS_PER_CELL);
        self.replace(page + at / COUNTS_PER_CELL, u64::from(u32::MAX) << shift, u64::from(count) << shift);
    }
}

pub(super) fn number(word: &AtomicU64) -> f64 {
    f64::from_bits(word.load(Ordering::Relaxed))
}

fn claim(series: u32, place: u32) -> Claim {
    Claim { series, offset: place >> 3, role: ROLES[(place & 7) as usize % ROLES.len()] }
}
