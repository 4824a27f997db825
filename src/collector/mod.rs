//! Collectors: the families and shards that are reported together, what was folded of ended threads, and readings.
//!
//! Locks, in the order in which they may be taken: a window's, then `values` (**the value lock**), then `names`, `shards`,
//! a shard's and a chunk's own, each for a moment.
//!
//! The rules that make a total exact and never let it go down:
//! - A reading copies all cells under the value lock. A fold takes the same lock and moves a chunk's values into `folded`
//!   and takes the chunk out of reach in one step, so that no reading sees a value twice or not at all.
//! - Registering a series and adding a chunk take `names` and the shard's lock, never the value lock.
//! - A cell only goes up. A reset, a removal and `clear` write down what was there; what is shown is what came since.

mod asked;
mod family;
mod hidden_gauges;
pub mod key;
mod live_distributions;
mod names;
mod reader;
mod recent;
mod reclaim;
mod registry;
mod report;
mod segments;
mod snapshot;
mod sums;
mod totals;
mod trace;
mod window;

use std::borrow::Cow;
use std::sync::atomic::{AtomicU32, Ordering};

pub use family::{Family, FamilyConflict, FamilyOptions, Kind, Merge};
pub use names::{Label, NamesView, Series, Symbol};
pub use reader::{Priority, is_queued, on_reader_thread, read_in_turn, reader_has_room};
pub use recent::{Lately, Recent};
pub use registry::{attach, default_collector, register};
pub use report::{Report, ReportRequest, ReportWindow};
pub use snapshot::{NANOS_PER_MILLI, Snapshot, Stats, Value};
pub use totals::{Count, Since, State, Totals};
pub use trace::TraceEvent;
pub use window::Window;

use crate::cells::sync::{Arc, Mutex};
use crate::cells::{CellIndex, Chunk, Claim, ClaimRole, Shape, Shard, layout};
use crate::histogram::{Distribution, Form, LogLinear};
use hidden_gauges::{HiddenGauges, is_gauge};
use names::{Names, SeriesCells};
use reclaim::Sweeps;
use trace::Trace;

/// What a collector is made with.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCollector {
    /// How many trace events are kept.
    pub trace_limit: usize,
    /// Labels of every exposed series.
    pub labels: Vec<(String, String)>,
}

impl Default for NewCollector {
    fn default() -> Self {
        Self { trace_limit: 500, labels: Vec::new() }
    }
}

/// Families and shards that are reported together.
#[derive(Debug)]
pub struct Collector {
    id: u32,
    labels: Vec<Label>,
    values: Mutex<Values>,
    names: Mutex<Names>,
    shards: Mutex<Vec<Arc<Shard>>>,
    trace: Mutex<Trace>,
    common: Window,
    sweeps: Sweeps,
}

/// What the value lock guards.
#[derive(Debug, Default)]
struct Values {
    /// The sums of chunks that ended.
    folded: Totals,
    /// What was there when a series was removed or the collector cleared: only what comes later is shown.
    marks: Arc<Totals>,
    hidden_gauges: HiddenGauges,
}

/// All values at one moment.
#[derive(Debug)]
pub struct Reading {
    /// What the series are.
    pub names: NamesView,
    /// What they hold.
    pub totals: Totals,
    /// What of it is not shown.
    pub marks: Arc<Totals>,
}

impl Reading {
    /// What is shown of it to a reader who never resets.
    #[must_use]
    pub fn whole_life(&self) -> Since<'_> {
        Since::new(self, None)
    }
}

impl Collector {
    /// A collector that [`attach`] does not find; see [`register`].
    #[must_use]
    pub fn new(options: NewCollector) -> Self {
        static NEXT_ID: AtomicU32 = AtomicU32::new(1);
        let mut names = Names::new();
        let mut labels: Vec<Label> = Vec::new();
        for (name, value) in options.labels {
            let label = (names.symbol(&name), names.symbol(&value));
            labels.retain(|known| known.0 != label.0);
            labels.push(label);
        }
        labels.retain(|(_, value)| *value != 0);
        Self {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            labels,
            values: Mutex::default(),
            names: Mutex::new(names),
            shards: Mutex::default(),
            trace: Mutex::new(Trace::new(options.trace_limit)),
            common: Window::default(),
            sweeps: Sweeps::default(),
        }
    }

    /// Its number in this process, from 1.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Labels of every exposed series.
    #[must_use]
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// The window that all threads share.
    #[must_use]
    pub fn common_window(&self) -> &Window {
        &self.common
    }

    /// A new shard. It is read from now on, until [`Collector::retire`].
    pub fn open_shard(&self) -> Arc<Shard> {
        let shard = Arc::new(Shard::default());
        self.shards.lock().push(shard.clone());
        shard
    }

    /// A text's number, which goes on meaning the same as long as the shard's thread knows it.
    pub fn symbol(&self, shard: &Shard, text: &str) -> Symbol {
        let mut names = self.names.lock();
        let symbol = names.symbol(text);
        // before a sweep may look for it
        shard.texts().lock().insert(symbol);
        symbol
    }

    /// The number of a family, which is made if it is new.
    ///
    /// # Errors
    /// When the options contradict those it was made with.
    pub fn family(&self, kind: Kind, name: &str, options: FamilyOptions) -> Result<u32, FamilyConflict> {
        self.names.lock().family(kind, name, options)
    }

    /// The family of this number.
    #[must_use]
    pub fn get_family(&self, number: u32) -> Option<Arc<Family>> {
        self.names.lock().get_family(number)
    }

    /// Sets help and unit of all kinds of a name, now and when they are first used.
    ///
    /// # Errors
    /// When a family of that name has another unit.
    pub fn describe(&self, name: &str, description: &FamilyOptions) -> Result<(), FamilyConflict> {
        self.names.lock().describe(name, description)
    }

    /// Claims a shard's cells for a series, which is made if it is new. From here on every reading knows it. The answer
    /// is the cell of ups, the gauge's cell, or the distribution's head; 0 for an unknown family.
    pub fn register(&self, shard: &Shard, family: u32, labels: &[Label]) -> CellIndex {
        // locked until the cells are claimed, so that no sweep takes the series for one without
        let mut names = self.names.lock();
        let Some((series, labelled, cells)) = names.register(family, labels) else {
            return 0;
        };
        match cells {
            SeriesCells::Counter => shard.claim(series, ClaimRole::Ups, labelled, &[0.0]),
            SeriesCells::Gauge(role, unset) => shard.claim(series, role, labelled, unset),
            SeriesCells::Distribution(form) => claim_distribution(shard, series, labelled, &form),
        }
    }

    /// Where the gauge that has claimed `cell` is now, after the thread has begun anew. 0 where nothing is claimed.
    pub fn gauge(&self, shard: &Shard, cell: CellIndex) -> CellIndex {
        let mut names = self.names.lock();
        let Some(series) = shard.owner(cell) else { return 0 };
        // it is used: no sweep may take it for one without cells
        names.forget_removed(series);
        match names.cells(series) {
            Some(SeriesCells::Gauge(role, unset)) => shard.gauge(cell, role, unset).unwrap_or(0),
            _ => 0,
        }
    }

    /// Claims a second cell for the series that has claimed `cell`: for downs or touches. 0 where nothing is claimed.
    pub fn claim_beside(shard: &Shard, cell: CellIndex, role: ClaimRole) -> CellIndex {
        shard.claim_beside(cell, role).unwrap_or(0)
    }

    /// Makes the page of a distribution's directory entry. 0 when there is no such distribution or entry.
    pub fn claim_page(&self, shard: &Shard, head: CellIndex, entry: u32) -> CellIndex {
        let Some(Form::LogLinear(cells)) = shard.owner(head).and_then(|series| self.form(series)) else {
            return 0;
        };
        if entry >= cells.entries() {
            return 0;
        }
        shard.claim_page(head, entry, shape(cells)).unwrap_or(0)
    }

    /// Moves the counts of a distribution's pages into the folded totals, because one of them is full. Its thread calls
    /// this, so nobody counts meanwhile: of all that a thread records, one value in 2^31 at most waits for a reader.
    pub fn empty_pages(&self, shard: &Shard, head: CellIndex) {
        let Some((series, chunk)) = shard.owner(head).zip(shard.chunk(head >> layout::CHUNK_BITS)) else {
            return;
        };
        let mut values = self.values.lock();
        if let Some(form) = self.form(series) {
            values.folded.take_pages(series, form, head & (layout::CHUNK_CELLS - 1), &chunk, &shard.chunks());
        }
    }

    /// How a distribution's values are divided.
    fn form(&self, series: u32) -> Option<Form> {
        let names = self.names.lock().view();
        let (series, family) = names.get(series)?;
        Some(family.form(!series.labels.is_empty()))
    }

    /// Moves what a chunk holds into the folded totals: its thread has ended, or let go of it, and writes it no more.
    pub fn fold(&self, shard: &Arc<Shard>, chunk: &Chunk) {
        let mut values = self.values.lock();
        if chunk.arena().is_labelled() {
            self.sweeps.note_folded(chunk);
        }
        let names = self.names.lock().view();
        let chunks = shard.chunks();
        let Values { folded, hidden_gauges, .. } = &mut *values;
        folded.add_chunk(chunk, &chunks, &names, |claim| is_gauge(claim.role));
        hidden_gauges.forget(chunk);
        if shard.close(chunk) {
            self.shards.lock().retain(|other| !Arc::ptr_eq(other, shard));
        }
    }

    /// A thread ends: lets go of its shard once its chunks are all folded.
    pub fn retire(&self, shard: &Arc<Shard>) {
        if shard.end() {
            self.shards.lock().retain(|other| !Arc::ptr_eq(other, shard));
        }
    }

    /// All values of this moment.
    #[must_use]
    pub fn read(&self) -> Reading {
        self.read_under_lock(&mut self.values.lock(), |_| true)
    }

    /// All values that live cells of some roles hold, and those that were folded.
    fn read_under_lock(&self, values: &mut Values, is_read: impl Fn(ClaimRole) -> bool) -> Reading {
        let names = self.names.lock().view();
        let mut totals = values.folded.clone();
        totals.epoch = names.epoch();
        let shards = self.shards.lock().clone();
        for shard in &shards {
            let chunks = shard.chunks();
            for chunk in chunks.iter().flatten() {
                let is_left_out = |claim: &Claim| !is_read(claim.role) || values.hidden_gauges.is_hidden(chunk, claim);
                totals.add_chunk(chunk, &chunks, &names, is_left_out);
            }
        }
        Reading { names, totals, marks: values.marks.clone() }
    }

    /// The values of one series alone, without its name: no other is read, and not all names are copied.
    fn read_one(&self, values: &mut Values, number: u32) -> Option<(Arc<Family>, Reading)> {
        let (family, labelled) = self.names.lock().family_of(number)?;
        let mut totals = Totals::default();
        totals.add_series(number, &values.folded);
        let is_distribution = matches!(family.kind, Kind::Timing | Kind::Histogram);
        let shards = self.shards.lock().clone();
        for shard in &shards {
            let all = if is_distribution { shard.chunks() } else { Vec::new() };
            for chunk in shard.chunks_with(number) {
                chunk.each_claim_of(number, |claim| {
                    if !values.hidden_gauges.is_hidden(&chunk, &claim) {
                        totals.add_claim(claim, &chunk, &all, &family, labelled);
                    }
                });
            }
        }
        Some((family, Reading { names: NamesView::default(), totals, marks: values.marks.clone() }))
    }

    /// The number of a series that was used.
    #[must_use]
    pub fn find(&self, kind: Kind, name: &str, labels: &[(String, String)]) -> Option<u32> {
        self.names.lock().find_series(kind, name, labels)
    }

    /// One series' value, of whatever threads have it.
    #[must_use]
    pub fn value(&self, kind: Kind, name: &str, labels: &[(String, String)]) -> Option<Value> {
        let mut values = self.values.lock();
        // under the value lock its number stays its own
        let series = self.names.lock().find_series(kind, name, labels)?;
        self.value_under_lock(&mut values, series)
    }

    /// The value of the series with this number.
    #[must_use]
    pub fn value_of(&self, series: u32) -> Option<Value> {
        self.value_under_lock(&mut self.values.lock(), series)
    }

    fn value_under_lock(&self, values: &mut Values, series: u32) -> Option<Value> {
        let (family, reading) = self.read_one(values, series)?;
        snapshot::value(&reading.whole_life(), series, &family)
    }

    /// What one timing or histogram holds, of whatever threads have it.
    #[must_use]
    pub fn distribution(&self, kind: Kind, name: &str, labels: &[(String, String)]) -> Option<Distribution> {
        let mut values = self.values.lock();
        let series = self.names.lock().find_series(kind, name, labels)?;
        self.distribution_under_lock(&mut values, series)
    }

    /// What the series with this number holds.
    #[must_use]
    pub fn distribution_of(&self, series: u32) -> Option<Distribution> {
        self.distribution_under_lock(&mut self.values.lock(), series)
    }

    fn distribution_under_lock(&self, values: &mut Values, series: u32) -> Option<Distribution> {
        let (_, reading) = self.read_one(values, series)?;
        reading.whole_life().distribution(series).map(Cow::into_owned)
    }

    /// Takes a series out of all readings until it is recorded again. True when there was something to take.
    ///
    /// `mine` is the calling thread's shard: its gauges become unset and its extremes begin anew, because that thread may
    /// write them.
    pub fn remove(&self, mine: &Shard, kind: Kind, name: &str, labels: &[(String, String)]) -> bool {
        let mut values = self.values.lock();
        let Some(series) = self.names.lock().find_series(kind, name, labels) else {
            return false;
        };
        let Some((_, reading)) = self.read_one(&mut values, series) else {
            return false;
        };
        let visible = reading.whole_life().is_visible(series, kind);
        let Reading { totals, marks, .. } = reading;
        // or the marks of all series would be copied for this one
        drop(marks);
        Arc::make_mut(&mut values.marks).set_series(series, &totals);
        values.folded.forget_extremes(Some(series));
        if self.restart(&mut values, mine, Some(series)) {
            mine.note_removed();
        }
        self.names.lock().note_removed(series);
        visible
    }

    /// Takes all series and the trace out of all readings until they are recorded again; `mine` as for `remove`.
    pub fn clear(&self, mine: &Shard) {
        let mut values = self.values.lock();
        let reading = self.read_under_lock(&mut values, |_| true);
        let mut marks = reading.totals;
        marks.forget_gauges();
        values.marks = Arc::new(marks);
        values.folded.forget_extremes(None);
        self.restart(&mut values, mine, None);
        self.names.lock().note_all_removed();
        self.trace.lock().clear();
    }

    /// Unsets what is set rather than counted: in the caller's own shard by writing its cells, in others' by hiding
    /// gauges until they change. True when it has cells in the caller's shard that were not let go of.
    fn restart(&self, values: &mut Values, mine: &Shard, series: Option<u32>) -> bool {
        let mut is_mine = false;
        let shards = self.shards.lock().clone();
        for shard in &shards {
            let own = std::ptr::eq(&raw const **shard, mine);
            let chunks = match series {
                Some(series) => shard.chunks_with(series),
                None => shard.chunks().into_iter().flatten().collect(),
            };
            for chunk in chunks {
                let own_in_use = own && !chunk.is_emptied();
                let restart = |claim: Claim| {
                    is_mine |= own_in_use;
                    match claim.role {
                        ClaimRole::Gauge | ClaimRole::TimedGauge if own => chunk.write(claim.offset, f64::NAN),
                        ClaimRole::Gauge | ClaimRole::TimedGauge => values.hidden_gauges.hide(&chunk, &claim),
                        // in an emptied chunk, extremes tell that there is something
                        ClaimRole::Distribution if own_in_use => {
                            chunk.write(claim.offset + layout::MIN, f64::INFINITY);
                            chunk.write(claim.offset + layout::MAX, f64::NEG_INFINITY);
                        }
                        _ => {}
                    }
                };
                match series {
                    Some(series) => chunk.each_claim_of(series, restart),
                    None => chunk.each_claim(restart),
                }
            }
        }
        is_mine
    }

    /// Keeps an event.
    pub fn trace(&self, time: f64, name: String, fields: Vec<(String, String)>) {
        self.trace.lock().push(time, name, fields);
    }

    /// The events after a number, and the latest number.
    #[must_use]
    pub fn trace_since(&self, seq: u64) -> (Vec<TraceEvent>, u64) {
        self.trace.lock().since(seq)
    }

    /// The newest events after a number, at most `limit` of them, and the latest number.
    #[must_use]
    pub fn newest_trace(&self, after: u64, limit: usize) -> (Vec<TraceEvent>, u64) {
        self.trace.lock().newest(after, limit)
    }
}

fn shape(cells: LogLinear) -> Shape {
    Shape {
        head: layout::DIRECTORY + cells.entries().div_ceil(layout::ENTRIES_PER_CELL),
        page: cells.precision().cells() / layout::COUNTS_PER_CELL,
        entries: cells.entries(),
    }
}

fn claim_distribution(shard: &Shard, series: u32, labelled: bool, form: &Form) -> CellIndex {
    let (cells, page) = match form {
        Form::Bounds(bounds) => (layout::BOUNDED + bounds.len() as u32 + 1, 0),
        Form::LogLinear(cells) => {
            let Shape { head, page, .. } = shape(*cells);
            (head, page)
        }
    };
    let mut head = vec![0.0; cells as usize];
    head[layout::MIN as usize] = f64::INFINITY;
    head[layout::MAX as usize] = f64::NEG_INFINITY;
    shard.claim_distribution(series, labelled, &head, page)
}
