//! Values by series: what was read at one moment, what was folded, and what a window has seen, are all of this type.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::Reading;
use super::family::{Family, Kind, Merge};
use super::names::{NamesView, UNSET};
use super::removal::Baseline;
use super::sums::Sums;
use crate::cells::sync::Arc;
use crate::cells::{Chunk, Claim, ClaimRole, DirectoryEntry, layout};
use crate::histogram::{Distribution, Form, LogLinear, Sum};

/// A shard's chunks by their numbers.
pub(super) type Chunks = [Arc<Chunk>];

/// What a counter's cells hold. All three only go up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    /// Increments.
    pub increments: Sum,
    /// Decrements, positive.
    pub decrements: Sum,
    /// Increments by zero.
    pub zeros: f64,
}

impl Count {
    /// Both together.
    #[must_use]
    pub fn plus(&self, more: &Self) -> Self {
        Self {
            increments: self.increments.plus(more.increments),
            decrements: self.decrements.plus(more.decrements),
            zeros: self.zeros + more.zeros,
        }
    }

    /// Increments less decrements.
    #[must_use]
    pub fn net(&self) -> f64 {
        self.increments.since(self.decrements).rounded
    }
}

/// A gauge's merged value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// Never NaN.
    pub value: f64,
    /// When it was set, where the merge asks for it.
    pub time: f64,
}

impl State {
    /// Two values of a gauge as one.
    #[must_use]
    pub fn merged(self, other: Self, merge: Merge) -> Self {
        match merge {
            Merge::Sum => Self { value: self.value + other.value, time: 0.0 },
            Merge::Min => Self { value: self.value.min(other.value), ..self },
            Merge::Max => Self { value: self.value.max(other.value), ..self },
            Merge::Last if other.time >= self.time => other,
            Merge::Last => self,
        }
    }
}

/// Values by the numbers of their series.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    increments: Sums,
    decrements: HashMap<u32, Sum>,
    zeros: HashMap<u32, f64>,
    gauges: HashMap<u32, State>,
    distributions: HashMap<u32, Distribution>,
    /// How many readings there were before this one.
    pub(super) epoch: u32,
}

impl Totals {
    /// A counter's values.
    #[must_use]
    pub fn count(&self, series: u32) -> Option<Count> {
        let increments = self.increments.get(series)?;
        Some(Count { increments, decrements: of(&self.decrements, series), zeros: of(&self.zeros, series) })
    }

    /// Whether a counter was ever decremented.
    #[must_use]
    pub fn has_decrements(&self, series: u32) -> bool {
        self.decrements.contains_key(&series)
    }

    /// A gauge's value, if it is set.
    #[must_use]
    pub fn gauge(&self, series: u32) -> Option<State> {
        self.gauges.get(&series).copied()
    }

    /// A distribution.
    #[must_use]
    pub fn distribution(&self, series: u32) -> Option<&Distribution> {
        self.distributions.get(&series)
    }

    /// Adds what one claim holds.
    pub(super) fn add_claim(&mut self, claim: Claim, chunk: &Chunk, chunks: &Chunks, family: &Family, labelled: bool) {
        match claim.role {
            ClaimRole::Increments => self.increments.add(claim.series, Sum::from(chunk.read(claim.offset))),
            ClaimRole::Decrements | ClaimRole::Zeros => self.add_counted(claim, chunk.read(claim.offset)),
            ClaimRole::Gauge => {
                let state = State { value: chunk.read(claim.offset), time: 0.0 };
                self.merge_gauge(claim.series, state, family.merge());
            }
            ClaimRole::TimedGauge => {
                if let Some((value, time)) = chunk.read_timed(claim.offset) {
                    self.merge_gauge(claim.series, State { value, time }, family.merge());
                }
            }
            ClaimRole::Distribution => {
                let of = self.distributions.entry(claim.series);
                let sum = of.or_insert_with(|| Distribution::empty(family.form(labelled)));
                add_distribution(sum, claim.offset, chunk, chunks);
            }
        }
    }

    /// Adds what came to one claim since its series was removed by another thread.
    pub(super) fn add_claim_since(&mut self, baseline: &Baseline, claim: Claim, chunk: &Chunk, chunks: &Chunks) {
        match baseline {
            Baseline::Number(before) => self.add_counted(claim, chunk.read(claim.offset) - before),
            Baseline::Gauge => {}
            Baseline::Distribution(before) => {
                if let Some(since) = distribution_since(before, claim.offset, chunk, chunks) {
                    self.add_distribution(claim.series, &since);
                }
            }
        }
    }

    /// Adds what a counter's cell holds, if anything.
    fn add_counted(&mut self, claim: Claim, value: f64) {
        if value == 0.0 {
            return;
        }
        match claim.role {
            ClaimRole::Decrements => self.add_decrements(claim.series, Sum::from(value)),
            ClaimRole::Zeros => *self.zeros.entry(claim.series).or_default() += value,
            _ => return self.increments.add(claim.series, Sum::from(value)),
        }
        // the series is shown by its increments, of which there may be none
        self.increments.add(claim.series, Sum::default());
    }

    fn add_distribution(&mut self, series: u32, more: &Distribution) {
        let form = || Distribution::empty(more.form().clone());
        self.distributions.entry(series).or_insert_with(form).add(more);
    }

    fn add_decrements(&mut self, series: u32, more: Sum) {
        let decrements = self.decrements.entry(series).or_default();
        *decrements = decrements.plus(more);
    }

    fn merge_gauge(&mut self, series: u32, state: State, merge: Merge) {
        if state.value.to_bits() == UNSET.to_bits() {
            return;
        }
        self.gauges.entry(series).and_modify(|merged| *merged = merged.merged(state, merge)).or_insert(state);
    }

    /// Gauges end with their thread: they are never folded.
    pub(super) fn forget_gauges(&mut self) {
        self.gauges = HashMap::new();
    }

    /// Distributions without a value need no baseline.
    pub(super) fn forget_empty(&mut self) {
        self.distributions.retain(|_, distribution| distribution.count() > 0.0);
    }

    /// Goes back to an earlier reading where no value came since. A reading in the middle of a recording has counted a value
    /// and not yet added it to the sum; what is added then belongs to the window that shows the series next.
    pub(super) fn keep_unseen(&mut self, earlier: &Self, names: &NamesView) {
        for (series, now) in &mut self.distributions {
            let earlier = earlier.distributions.get(series).filter(|_| names.is_since(*series, earlier.epoch));
            if let Some(earlier) =
                earlier.filter(|earlier| earlier.sum() != now.sum() && earlier.count() == now.count())
            {
                now.clone_from(earlier);
            }
        }
    }

    /// Forgets a series whose number will be another's.
    pub(super) fn forget(&mut self, series: u32) {
        self.increments.forget(series);
        self.decrements.remove(&series);
        self.zeros.remove(&series);
        self.distributions.remove(&series);
    }

    /// Whether anything is here of a series.
    pub(super) fn has(&self, series: u32) -> bool {
        self.increments.get(series).is_some()
            || self.gauges.contains_key(&series)
            || self.distributions.contains_key(&series)
    }

    /// Adds one series of another's.
    pub(super) fn add_series(&mut self, series: u32, from: &Self) {
        if let Some(increments) = from.increments.get(series) {
            self.increments.add(series, increments);
        }
        if let Some(decrements) = from.decrements.get(&series) {
            self.add_decrements(series, *decrements);
        }
        if let Some(zeros) = from.zeros.get(&series) {
            *self.zeros.entry(series).or_default() += zeros;
        }
        if let Some(distribution) = from.distributions.get(&series) {
            self.add_distribution(series, distribution);
        }
    }
}

/// A series' value; a map that most collectors leave empty is not asked.
fn of<T: Copy + Default>(map: &HashMap<u32, T>, series: u32) -> T {
    if map.is_empty() { T::default() } else { map.get(&series).copied().unwrap_or_default() }
}

/// Adds what the cells of one distribution hold.
pub(super) fn add_distribution(sum: &mut Distribution, head: u32, chunk: &Chunk, chunks: &Chunks) {
    let [total, min, max] = [layout::SUM, layout::MIN, layout::MAX].map(|cell| chunk.read(head + cell));
    match sum.form().clone() {
        Form::Bounds(bounds) => {
            sum.add_head(total, min, max, 0.0);
            let first = head + layout::BOUNDED;
            let end = first + bounds.len() as u32 + 1;
            sum.add_page(0, chunk.read_row(first, end - first));
        }
        Form::LogLinear(cells) => {
            sum.add_head(total, min, max, chunk.read(head + layout::ZERO));
            let counts = cells.precision().cells();
            each_page(head, cells, chunk, chunks, |entry, home, page| {
                sum.add_page(entry, home.read_counts(page, counts));
            });
        }
    }
}

/// What came to one distribution since an earlier reading of it, if anything. Its extremes are its own, as fine as the cells, so
/// that it can be added to others.
pub(super) fn distribution_since(
    before: &Distribution,
    head: u32,
    chunk: &Chunk,
    chunks: &Chunks,
) -> Option<Distribution> {
    let mut now = Distribution::empty(before.form().clone());
    add_distribution(&mut now, head, chunk, chunks);
    if now.count() <= before.count() {
        return None;
    }
    now.subtract(before);
    now.narrow_extremes();
    Some(now)
}

/// Zeroes what was folded of a claim; a distribution keeps its extremes, which are those of its life.
pub(super) fn zero_claim(claim: Claim, chunk: &Chunk, chunks: &Chunks, family: &Family, labelled: bool) {
    let head = claim.offset;
    chunk.write(head, 0.0);
    if claim.role != ClaimRole::Distribution {
        return;
    }
    match family.form(labelled) {
        Form::Bounds(bounds) => chunk.zero_row(head + layout::BOUNDED, bounds.len() as u32 + 1),
        Form::LogLinear(cells) => {
            chunk.write(head + layout::ZERO, 0.0);
            let page = cells.precision().cells() / layout::COUNTS_PER_CELL;
            each_page(head, cells, chunk, chunks, |_, home, offset| home.zero_row(offset, page));
        }
    }
}

/// Calls `visit` with each page of a log-linear distribution: its directory entry, its chunk and its offset there.
pub(super) fn each_page<'a>(
    head: u32,
    cells: LogLinear,
    chunk: &'a Chunk,
    chunks: &'a Chunks,
    mut visit: impl FnMut(u32, &'a Chunk, u32),
) {
    let page = cells.precision().cells() / layout::COUNTS_PER_CELL;
    chunk.each_page(head, cells.entries(), page, |entry, place| {
        if let Some((home, page)) = page_home(place, chunk, chunks) {
            visit(entry, home, page);
        }
    });
}

/// The chunk and the offset of a page.
fn page_home<'a>(place: DirectoryEntry, near: &'a Chunk, chunks: &'a Chunks) -> Option<(&'a Chunk, u32)> {
    match place {
        DirectoryEntry::Absent => None,
        DirectoryEntry::Near(offset) => Some((near, offset)),
        DirectoryEntry::Far(page) => {
            let home = chunks.get((page >> layout::CHUNK_BITS) as usize)?;
            Some((home, page & (layout::CHUNK_CELLS - 1)))
        }
    }
}

/// What one reader sees of one series: the totals less what it has seen before.
#[derive(Clone, Copy, Debug)]
pub struct Since<'a> {
    names: &'a NamesView,
    totals: &'a Totals,
    // earlier readings: what is seen came after them
    counts: Option<&'a Totals>,
    distributions: Option<&'a Totals>,
    // whether all counts are seen: most collectors are never cleared, and a scrape visits each counter twice
    counts_all: bool,
}

impl<'a> Since<'a> {
    pub(super) fn new(reading: &'a Reading, base: Option<&'a Totals>) -> Self {
        Self::apart(reading, base, base)
    }

    /// Of a reader who begins anew with counters and with distributions apart.
    pub(super) fn apart(reading: &'a Reading, counts: Option<&'a Totals>, distributions: Option<&'a Totals>) -> Self {
        let Reading { names, totals } = reading;
        let counts_all = counts.is_none_or(|base| base.increments.is_empty());
        Self { names, totals, counts, distributions, counts_all }
    }

    /// The earlier reading, if it has this life of the series.
    fn base(&self, series: u32, base: Option<&'a Totals>) -> Option<&'a Totals> {
        base.filter(|base| self.names.is_since(series, base.epoch))
    }

    /// A counter's values, `None` when nothing was recorded since.
    #[must_use]
    pub fn count(&self, series: u32) -> Option<Count> {
        let now = self.totals.count(series)?;
        let Some(base) = self.base(series, self.counts).and_then(|base| base.count(series)) else {
            return Some(now);
        };
        (now != base).then(|| Count {
            increments: now.increments.since(base.increments),
            decrements: now.decrements.since(base.decrements),
            zeros: now.zeros - base.zeros,
        })
    }

    /// A counter's increments, `None` when nothing was recorded since.
    #[must_use]
    pub fn increments(&self, series: u32) -> Option<f64> {
        let increments = if self.counts_all {
            self.totals.increments.get(series)
        } else {
            self.count(series).map(|count| count.increments)
        };
        increments.map(|increments| increments.rounded)
    }

    /// A gauge's state: the same for every reader.
    #[must_use]
    pub fn gauge(&self, series: u32) -> Option<State> {
        self.totals.gauge(series)
    }

    /// Whether a counter has been decremented since.
    #[must_use]
    pub fn has_decrements(&self, series: u32) -> bool {
        self.totals.has_decrements(series) && self.count(series).is_some_and(|count| count.decrements.rounded > 0.0)
    }

    /// A distribution. `None` when nothing was recorded since an earlier reading; one that was never used is there.
    #[must_use]
    pub fn distribution(&self, series: u32) -> Option<Cow<'a, Distribution>> {
        let now = self.totals.distribution(series)?;
        match self.earlier(series) {
            None => Some(Cow::Borrowed(now)),
            Some(earlier) if now.count() > earlier.count() => Some(Cow::Owned(now.since(earlier))),
            Some(_) => None,
        }
    }

    /// What was folded of a distribution, where the totals have no live ones.
    pub(super) fn folded_distribution(&self, series: u32) -> Option<&'a Distribution> {
        self.totals.distribution(series)
    }

    /// The earlier reading of a distribution.
    pub(super) fn earlier(&self, series: u32) -> Option<&'a Distribution> {
        self.base(series, self.distributions)?.distribution(series)
    }

    /// Whether something was recorded of a series of this kind.
    #[must_use]
    pub fn is_recorded(&self, series: u32, kind: Kind) -> bool {
        match kind {
            Kind::Counter | Kind::Gauge => self.is_visible(series, kind),
            Kind::Timing | Kind::Histogram => {
                self.distribution(series).is_some_and(|distribution| distribution.count() > 0.0)
            }
        }
    }

    /// Whether there is something to show of a series of this kind.
    #[must_use]
    pub fn is_visible(&self, series: u32, kind: Kind) -> bool {
        match kind {
            Kind::Counter => self.increments(series).is_some(),
            Kind::Gauge => self.gauge(series).is_some(),
            Kind::Timing | Kind::Histogram => self
                .totals
                .distribution(series)
                .is_some_and(|now| self.earlier(series).is_none_or(|earlier| now.count() > earlier.count())),
        }
    }
}
