//! Values by series: what was read at one moment, what was folded, and what a window has seen, are all of this type.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::Reading;
use super::family::{Family, Kind, Merge};
use super::names::NamesView;
use super::sums::Sums;
use crate::cells::sync::Arc;
use crate::cells::{Chunk, Claim, ClaimRole, DirectoryEntry, layout};
use crate::histogram::{Distribution, Form, LogLinear, Sum};

/// A shard's chunks by their numbers.
pub(super) type Chunks = [Option<Arc<Chunk>>];

/// What a counter's cells hold. All three only go up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Count {
    /// Increments.
    pub ups: Sum,
    /// Decrements, positive.
    pub downs: Sum,
    /// Increments by zero.
    pub touches: f64,
}

impl Count {
    /// Both together.
    #[must_use]
    pub fn plus(&self, more: &Self) -> Self {
        Self { ups: self.ups.plus(more.ups), downs: self.downs.plus(more.downs), touches: self.touches + more.touches }
    }

    /// Increments less decrements.
    #[must_use]
    pub fn net(&self) -> f64 {
        self.ups.since(self.downs).rounded
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
    ups: Sums,
    downs: HashMap<u32, Sum>,
    touches: HashMap<u32, f64>,
    gauges: HashMap<u32, State>,
    distributions: HashMap<u32, Distribution>,
    /// How many sweeps had been when this was read.
    pub(super) epoch: u32,
}

impl Totals {
    /// A counter's values.
    #[must_use]
    pub fn count(&self, series: u32) -> Option<Count> {
        let ups = self.ups.get(series)?;
        Some(Count { ups, downs: of(&self.downs, series), touches: of(&self.touches, series) })
    }

    /// Whether a counter was ever decremented.
    #[must_use]
    pub fn has_downs(&self, series: u32) -> bool {
        self.downs.contains_key(&series)
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

    /// Adds all that a chunk's claims hold. Series that `names` does not know yet are left for the next reading.
    pub(super) fn add_chunk(
        &mut self,
        chunk: &Chunk,
        chunks: &Chunks,
        names: &NamesView,
        mut is_hidden: impl FnMut(&Claim) -> bool,
    ) {
        chunk.each_claim(|claim| {
            if !is_hidden(&claim)
                && let Some((series, family)) = names.get(claim.series)
            {
                self.add_claim(claim, chunk, chunks, family, !series.labels.is_empty());
            }
        });
    }

    /// Adds what one claim holds.
    pub(super) fn add_claim(&mut self, claim: Claim, chunk: &Chunk, chunks: &Chunks, family: &Family, labelled: bool) {
        let value = chunk.read(claim.offset);
        match claim.role {
            ClaimRole::Ups => self.ups.add(claim.series, Sum::from(value)),
            ClaimRole::Downs => self.add_downs(claim.series, Sum::from(value)),
            ClaimRole::Touches => *self.touches.entry(claim.series).or_default() += value,
            ClaimRole::Gauge => self.merge_gauge(claim.series, State { value, time: 0.0 }, family.merge()),
            ClaimRole::TimedGauge => {
                let time = chunk.read(claim.offset + 1);
                self.merge_gauge(claim.series, State { value, time }, family.merge());
            }
            ClaimRole::Distribution => {
                let of = self.distributions.entry(claim.series);
                add_distribution(
                    of.or_insert_with(|| Distribution::empty(family.form(labelled))),
                    claim.offset,
                    chunk,
                    chunks,
                );
            }
        }
    }

    /// Moves the counts of one distribution's pages here, and begins them anew.
    pub(super) fn take_pages(&mut self, series: u32, form: Form, head: u32, chunk: &Chunk, chunks: &Chunks) {
        let Form::LogLinear(cells) = form else { return };
        let counts = cells.precision().cells();
        let taken = self.distributions.entry(series).or_insert_with(|| Distribution::empty(form));
        each_page(head, cells, chunk, chunks, |entry, home, page| {
            taken.add_page(entry, (0..counts).map(|at| f64::from(home.count(page, at))));
            empty_page(home, page, counts);
        });
    }

    /// Moves all that a chunk's counters and distributions hold here. Its thread lets go of the chunk and calls this, so nobody
    /// writes meanwhile.
    pub(super) fn take_chunk(&mut self, chunk: &Chunk, chunks: &Chunks, names: &NamesView) {
        chunk.each_claim(|claim| {
            if let Some((series, family)) = names.get(claim.series) {
                let labelled = !series.labels.is_empty();
                self.add_claim(claim, chunk, chunks, family, labelled);
                empty_claim(claim, chunk, chunks, &family.form(labelled));
            }
        });
    }

    fn add_downs(&mut self, series: u32, more: Sum) {
        let downs = self.downs.entry(series).or_default();
        *downs = downs.plus(more);
    }

    fn merge_gauge(&mut self, series: u32, state: State, merge: Merge) {
        if state.value.is_nan() {
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

    /// The extremes of what was folded belong to before a collector was cleared.
    pub(super) fn forget_extremes(&mut self, series: Option<u32>) {
        match series {
            Some(series) => self.distributions.get_mut(&series).into_iter().for_each(Distribution::forget_extremes),
            None => self.distributions.values_mut().for_each(Distribution::forget_extremes),
        }
    }

    /// Takes over another's values of one series, instead of its own.
    pub(super) fn set_series(&mut self, series: u32, from: &Self) {
        if let Some(count) = from.count(series) {
            self.ups.set(series, count.ups);
            self.downs.insert(series, count.downs);
            self.touches.insert(series, count.touches);
        }
        if let Some(distribution) = from.distributions.get(&series) {
            self.distributions.insert(series, distribution.clone());
        }
    }

    /// Forgets a series whose number will be another's.
    pub(super) fn forget(&mut self, series: u32) {
        self.ups.forget(series);
        self.downs.remove(&series);
        self.touches.remove(&series);
        self.distributions.remove(&series);
    }

    /// Adds one series of another's, which may have folded its downs and not yet its ups.
    pub(super) fn add_series(&mut self, series: u32, from: &Self) {
        if let Some(ups) = from.ups.get(series) {
            self.ups.add(series, ups);
        }
        if let Some(downs) = from.downs.get(&series) {
            self.add_downs(series, *downs);
        }
        if let Some(touches) = from.touches.get(&series) {
            *self.touches.entry(series).or_default() += touches;
        }
        if let Some(distribution) = from.distributions.get(&series) {
            let form = || Distribution::empty(distribution.form().clone());
            self.distributions.entry(series).or_insert_with(form).add(distribution);
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

fn empty_page(home: &Chunk, page: u32, counts: u32) {
    (0..counts).for_each(|at| home.set_count(page, at, 0));
}

/// Lets the cells of a counter or a distribution begin anew.
fn empty_claim(claim: Claim, chunk: &Chunk, chunks: &Chunks, form: &Form) {
    let Claim { offset: head, role, .. } = claim;
    chunk.write(head, 0.0);
    if role != ClaimRole::Distribution {
        return;
    }
    chunk.write(head + layout::MIN, f64::INFINITY);
    chunk.write(head + layout::MAX, f64::NEG_INFINITY);
    match form {
        Form::Bounds(bounds) => (0..=bounds.len() as u32).for_each(|at| chunk.write(head + layout::BOUNDED + at, 0.0)),
        Form::LogLinear(cells) => {
            chunk.write(head + layout::ZERO, 0.0);
            let counts = cells.precision().cells();
            each_page(head, *cells, chunk, chunks, |_, home, page| empty_page(home, page, counts));
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
    chunk.each_entry(head, cells.entries(), |entry, place| {
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
            let home = chunks.get((page >> layout::CHUNK_BITS) as usize)?.as_deref()?;
            Some((home, page & (layout::CHUNK_CELLS - 1)))
        }
    }
}

/// What one reader sees of one series: the totals less what it has seen before.
#[derive(Clone, Copy, Debug)]
pub struct Since<'a> {
    names: &'a NamesView,
    totals: &'a Totals,
    marks: &'a Totals,
    // what is seen came after the later of the marks and of these; each is a reading of the same totals at some time
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
        let Reading { names, totals, marks } = reading;
        let counts_all = marks.ups.is_empty() && counts.is_none_or(|base| base.ups.is_empty());
        Self { names, totals, marks, counts, distributions, counts_all }
    }

    /// The earlier readings of this very series.
    fn bases(&self, series: u32, base: Option<&'a Totals>) -> [Option<&'a Totals>; 2] {
        [Some(self.marks), base.filter(|base| self.names.is_since(series, base.epoch))]
    }

    /// A counter's values, `None` when nothing was recorded since.
    #[must_use]
    pub fn count(&self, series: u32) -> Option<Count> {
        let now = self.totals.count(series)?;
        let base = match self.bases(series, self.counts).map(|base| base?.count(series)) {
            [None, None] => return Some(now),
            [Some(base), None] | [None, Some(base)] => base,
            [Some(one), Some(other)] => Count {
                ups: one.ups.max(other.ups),
                downs: one.downs.max(other.downs),
                touches: one.touches.max(other.touches),
            },
        };
        (now != base).then(|| Count {
            ups: now.ups.since(base.ups),
            downs: now.downs.since(base.downs),
            touches: now.touches - base.touches,
        })
    }

    /// A counter's increments, `None` when nothing was recorded since.
    #[must_use]
    pub fn ups(&self, series: u32) -> Option<f64> {
        let ups = if self.counts_all { self.totals.ups.get(series) } else { self.count(series).map(|count| count.ups) };
        ups.map(|ups| ups.rounded)
    }

    /// A gauge's state: the same for every reader.
    #[must_use]
    pub fn gauge(&self, series: u32) -> Option<State> {
        self.totals.gauge(series)
    }

    /// Whether a counter has been decremented since.
    #[must_use]
    pub fn has_downs(&self, series: u32) -> bool {
        self.totals.has_downs(series) && self.count(series).is_some_and(|count| count.downs.rounded > 0.0)
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

    /// The latest earlier reading of a distribution.
    pub(super) fn earlier(&self, series: u32) -> Option<&'a Distribution> {
        let bases = self.bases(series, self.distributions).into_iter().filter_map(|base| base?.distribution(series));
        bases.reduce(|one, other| one.later(other))
    }

    /// Whether there is something to show of a series of this kind.
    #[must_use]
    pub fn is_visible(&self, series: u32, kind: Kind) -> bool {
        match kind {
            Kind::Counter => self.ups(series).is_some(),
            Kind::Gauge => self.gauge(series).is_some(),
            Kind::Timing | Kind::Histogram => self
                .totals
                .distribution(series)
                .is_some_and(|now| self.earlier(series).is_none_or(|earlier| now.count() > earlier.count())),
        }
    }
}
