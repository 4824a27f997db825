//! Collectors: the families and shards that are reported together, what was folded of ended threads, and readings.
//!
//! Locks, in the order in which they may be taken: a window's, then `values` (**the value lock**), then a shard's log, `names`,
//! `shards`, a shard's and a chunk's own, each for a moment.
//!
//! The rules that make a total exact and never let it go down:
//! - A reading copies all cells under the value lock. A fold takes the same lock and moves a shard's values into `folded`
//!   and takes the shard out of reach in one step, so that no reading sees a value twice or not at all.
//! - Registering a series and adding a chunk take `names` and the shard's lock, never the value lock.
//! - What a shard's log has is entered in `names` before each reading, and by whoever asks for a series.
//! - While a series has a cell, the cell only goes up. A reset keeps a reading to subtract; a removal releases the cells of the
//!   thread that removes, and notes what those of other threads hold (`removal.rs`).

mod asked;
mod copies;
mod families;
mod family;
pub mod key;
mod kinds;
mod live_distributions;
mod names;
mod reader;
mod recent;
mod registry;
mod removal;
mod report;
mod segments;
mod snapshot;
mod sums;
mod totals;
mod trace;
mod window;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

pub use families::{FamilyReading, SeriesReading};
pub use family::{Family, FamilyConflict, FamilyOptions, Merge};
pub use kinds::counter::Count;
pub use kinds::gauge::GaugeValue;
pub use kinds::{Kind, MetricType};
pub use names::{Label, NamesView, Series, Symbol};
pub use reader::{Priority, is_queued, read_in_turn, reader_has_room};
pub use recent::{Lately, Recent};
pub use registry::{attach, default_collector, register};
pub use removal::Removed;
pub use report::{Report, ReportRequest, ReportWindow};
pub use snapshot::{Snapshot, Stats, Value};
pub use totals::{Delta, Totals};
pub use trace::TraceEvent;
pub use window::Window;

use compact_str::CompactString;
use smallvec::SmallVec;

use crate::cells::sync::{Arc, Mutex, MutexGuard};
use crate::cells::{CellIndex, ClaimRole, ClaimTemplate, LabelSet, Shard, layout};
use crate::histogram::{Distribution, Form};
use copies::Copies;
use kinds::LiveClaim;
use kinds::distribution::shape;
use names::{Names, Place, Places};
use removal::Baselines;
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
    next_shard: AtomicU32,
}

/// What the value lock guards.
#[derive(Debug, Default)]
struct Values {
    /// The sums of threads that ended, and of cells that were full.
    folded: Totals,
    /// What cells held whose series another thread removed: only what comes later is shown.
    baselines: Baselines,
}

/// All values at one moment.
#[derive(Debug)]
pub struct Reading {
    /// What the series are.
    pub names: NamesView,
    /// What they hold.
    pub totals: Totals,
}

impl Reading {
    /// What is shown of it to a reader who never resets.
    #[must_use]
    pub fn whole_life(&self) -> Delta<'_> {
        Delta::new(self, None)
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
            names.hold(label.0);
            names.hold(label.1);
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
            next_shard: AtomicU32::new(0),
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

    /// A new shard of a thread of its own. It is read from now on, until [`Collector::fold`].
    pub fn open_shard(&self) -> Arc<Shard> {
        static NEXT_THREAD: AtomicU64 = AtomicU64::new(1 << 32);
        self.open_shard_of(NEXT_THREAD.fetch_add(1, Ordering::Relaxed))
    }

    /// A new shard of this thread.
    pub fn open_shard_of(&self, thread: u64) -> Arc<Shard> {
        let mut shards = self.shards.lock();
        let shard = Arc::new(Shard::new(self.next_shard.fetch_add(1, Ordering::Relaxed), thread));
        shards.push(shard.clone());
        shard
    }

    fn shard(&self, id: u32) -> Option<Arc<Shard>> {
        let shards = self.shards.lock();
        let at = shards.binary_search_by_key(&id, |shard| shard.id()).ok()?;
        shards.get(at).cloned()
    }

    /// The number of a family, which is made if it is new.
    ///
    /// # Errors
    /// When the options contradict those it was made with.
    pub fn family(&self, kind: Kind, name: &str, options: FamilyOptions) -> Result<u32, FamilyConflict> {
        self.names.lock().family(kind, name, options)
    }

    /// The same for a thread that keeps the number: the family stays until this thread has forgotten it.
    ///
    /// # Errors
    /// As of [`Collector::family`].
    pub fn hold_family(
        &self,
        shard: &Shard,
        kind: Kind,
        name: &str,
        options: FamilyOptions,
    ) -> Result<u32, FamilyConflict> {
        let mut names = self.names.lock();
        let family = names.family(kind, name, options)?;
        let mut families = shard.families().lock();
        families.held.insert(family);
        // another thread's removal, of which this one does not know, was before
        families.removed.remove(&family);
        Ok(family)
    }

    /// A number for the series of a family that have these label names, as the thread will give their values: the same one
    /// whenever it asks.
    pub fn label_set<'a>(&self, shard: &Shard, family: u32, label_names: impl Iterator<Item = &'a str>) -> u32 {
        let mut names = self.names.lock();
        let symbols: SmallVec<[Symbol; 4]> = label_names.map(|name| names.symbol(name)).collect();
        let mut families = shard.families().lock();
        if let Some(known) = families.find_label_set(family, &symbols) {
            return known;
        }
        symbols.iter().for_each(|symbol| names.hold(*symbol));
        families.add_label_set(LabelSet { family, names: symbols, claim: None, reserved: Arc::default() })
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
    /// is the cell of increments, the gauge's cell, or the distribution's head; 0 for an unknown family.
    pub fn register(&self, shard: &Shard, family: u32, labels: &[(&str, &str)]) -> CellIndex {
        let mut names = self.names.lock();
        let labels: Vec<Label> = labels.iter().map(|(name, value)| (names.symbol(name), names.symbol(value))).collect();
        Self::register_in(&mut names, shard, family, &labels)
    }

    /// The same by the number of a label set, and the values of the labels in its order.
    pub fn register_in_set<'a>(&self, shard: &Shard, set: u32, values: impl Iterator<Item = &'a str>) -> CellIndex {
        let mut names = self.names.lock();
        let families = shard.families().lock();
        let Some((family, labels)) = labels_in_set(&mut names, families.label_set(set), values) else {
            return 0;
        };
        Self::register_in(&mut names, shard, family, &labels)
    }

    /// Claims cells for series of a label set that the shard's log will name.
    pub fn reserve(&self, shard: &Shard, set: u32, count: u32) -> Vec<CellIndex> {
        let Some(template) = self.claim_template(shard, set) else { return Vec::new() };
        let cells: Vec<CellIndex> = (0..count).map(|_| shard.reserve(set, &template)).collect();
        if let Some(set) = shard.families().lock().label_set_mut(set) {
            set.reserved = Arc::from(cells.as_slice());
        }
        cells
    }

    /// What a series of a label set claims. After the first time this takes no lock that a reader of logs holds.
    fn claim_template(&self, shard: &Shard, set: u32) -> Option<ClaimTemplate> {
        let (family, labelled) = {
            let families = shard.families().lock();
            let set = families.label_set(set)?;
            if let Some(template) = &set.claim {
                return Some(template.clone());
            }
            (set.family, !set.names.is_empty())
        };
        let template = self.names.lock().reserve(family, labelled)?;
        let mut families = shard.families().lock();
        families.label_set_mut(set)?.claim = Some(template.clone());
        Some(template)
    }

    /// The series that has claimed a cell.
    #[must_use]
    pub fn series_at(&self, shard: &Shard, cell: CellIndex) -> Option<u32> {
        self.read_log(shard);
        shard.owner(cell)
    }

    /// Enters the series of a shard's log.
    pub fn read_log(&self, shard: &Shard) {
        let mut latest = None;
        shard.log().read(|mut records| {
            while let Some((cell, number)) = records.next_series() {
                let set = match latest.take() {
                    Some((known, set)) if known == number => set,
                    _ => shard.families().lock().label_set(number).cloned(),
                };
                let count = set.as_ref().map_or(0, |set| set.names.len());
                let values: SmallVec<[CompactString; 4]> = (0..count).map(|_| records.next_value()).collect();
                // locked for one record at a time: other threads make series too
                let mut names = self.names.lock();
                let labels = labels_in_set(&mut names, set.as_ref(), values.iter().map(CompactString::as_str));
                if let Some((family, labels)) = labels
                    && let Some((series, _)) = names.register(family, &labels)
                {
                    shard.assign(cell, series);
                    names.add_place(series, Place { shard: shard.id(), cell });
                }
                latest = Some((number, set));
            }
        });
    }

    /// The value lock, when all series are known that any thread has made.
    fn values(&self) -> MutexGuard<'_, Values> {
        let values = self.values.lock();
        let shards = self.shards.lock().clone();
        for shard in &shards {
            self.read_log(shard);
        }
        values
    }

    fn register_in(names: &mut Names, shard: &Shard, family: u32, labels: &[Label]) -> CellIndex {
        let Some((series, template)) = names.register(family, labels) else {
            return 0;
        };
        let ClaimTemplate { role, labelled, initial, shape } = template;
        let cell = shard.claim(series, role, labelled, &initial, shape.map_or(0, |shape| shape.page));
        names.add_place(series, Place { shard: shard.id(), cell });
        cell
    }

    /// Claims a second cell for the series that has claimed `cell`: for decrements or zeros. 0 where nothing is claimed.
    pub fn claim_sibling(&self, shard: &Shard, cell: CellIndex, role: ClaimRole) -> CellIndex {
        self.read_log(shard);
        let mut names = self.names.lock();
        let Some(claimed) = shard.claim_sibling(cell, role) else { return 0 };
        names.add_place(claimed.claim.series, Place { shard: shard.id(), cell: claimed.cell });
        claimed.cell
    }

    /// Makes the page of a distribution's directory entry. 0 when there is no such distribution or entry.
    pub fn claim_page(&self, shard: &Shard, head: CellIndex, entry: u32) -> CellIndex {
        let Some(Form::LogLinear(cells)) = self.series_at(shard, head).and_then(|series| self.form(series)) else {
            return 0;
        };
        if entry >= cells.entries() {
            return 0;
        }
        shard.claim_page(head, entry, shape(cells)).unwrap_or(0)
    }

    /// The same of a distribution in a label set.
    pub fn claim_page_in_set(&self, shard: &Shard, set: u32, head: CellIndex, entry: u32) -> CellIndex {
        let shape = self.claim_template(shard, set).and_then(|template| template.shape);
        let shape = shape.filter(|shape| entry < shape.entries);
        shape.and_then(|shape| shard.claim_page(head, entry, shape)).unwrap_or(0)
    }

    /// How a distribution's values are divided.
    fn form(&self, series: u32) -> Option<Form> {
        let (family, labelled) = self.names.lock().family_of(series)?;
        Some(family.form(labelled))
    }

    /// All values of this moment.
    #[must_use]
    pub fn read(&self) -> Reading {
        self.read_under_lock(&mut self.values(), |_| true)
    }

    /// All values that live cells of some roles hold, and those that were folded.
    fn read_under_lock(&self, values: &mut Values, is_read: impl Fn(ClaimRole) -> bool) -> Reading {
        let names = self.names.lock().read();
        let mut totals = values.folded.clone();
        totals.epoch = names.epoch();
        let mut shards = self.shards.lock().clone();
        let mut copies = Copies::among(&shards);
        if !copies.is_empty() {
            shards.reverse();
        }
        for shard in &shards {
            let chunks = shard.chunks();
            for chunk in &chunks {
                chunk.each_claim(|claim| {
                    let Some((series, family)) = names.get(claim.series) else { return };
                    if !is_read(claim.role) {
                        return;
                    }
                    let labelled = !series.labels.is_empty();
                    let claim = LiveClaim { claim, chunk, chunks: &chunks, family, labelled };
                    let cell = chunk.number() << layout::CHUNK_BITS | claim.head();
                    match values.baselines.get(&(shard.id(), cell)) {
                        Some(before) => claim.kind().add_claim_since(&mut totals, &claim, before),
                        None if copies.counts(shard, &claim) => claim.kind().add_claim(&mut totals, &claim),
                        None => {}
                    }
                });
            }
        }
        Reading { names, totals }
    }

    /// The values of one series alone, without its name: no other is read, and not all names are copied.
    fn read_one(&self, values: &mut Values, number: u32) -> Option<(Arc<Family>, Reading)> {
        let (family, labelled, mut places) = {
            let names = self.names.lock();
            let (family, labelled) = names.family_of(number)?;
            (family, labelled, Places::from_slice(names.places(number)))
        };
        let mut totals = Totals::default();
        totals.add_series(number, &values.folded);
        let shards = self.shards.lock().clone();
        let mut copies = Copies::among(&shards);
        if !copies.is_empty() {
            places.sort_by_key(|place| Reverse(place.shard));
        }
        for Place { shard, cell } in places {
            let Some(shard) = shards.iter().find(|other| other.id() == shard) else { continue };
            let Some((claim, chunk)) = shard.claim_at(cell).zip(shard.chunk_of(cell)) else { continue };
            let chunks = if claim.role == ClaimRole::Distribution { shard.chunks() } else { Vec::new() };
            let claim = LiveClaim { claim, chunk: &chunk, chunks: &chunks, family: &family, labelled };
            match values.baselines.get(&(shard.id(), cell)) {
                Some(before) => claim.kind().add_claim_since(&mut totals, &claim, before),
                None if copies.counts(shard, &claim) => claim.kind().add_claim(&mut totals, &claim),
                None => {}
            }
        }
        Some((family, Reading { names: NamesView::default(), totals }))
    }

    /// The number of a series that was used.
    #[must_use]
    pub fn find(&self, kind: Kind, name: &str, labels: &[(String, String)]) -> Option<u32> {
        drop(self.values());
        self.names.lock().find_series(kind, name, labels)
    }

    /// One series' value, of whatever threads have it.
    #[must_use]
    pub fn value(&self, kind: Kind, name: &str, labels: &[(String, String)]) -> Option<Value> {
        let mut values = self.values();
        // under the value lock its number stays its own
        let series = self.names.lock().find_series(kind, name, labels)?;
        self.value_under_lock(&mut values, series)
    }

    /// The value of the series with this number.
    #[must_use]
    pub fn value_of(&self, series: u32) -> Option<Value> {
        self.value_under_lock(&mut self.values(), series)
    }

    fn value_under_lock(&self, values: &mut Values, series: u32) -> Option<Value> {
        let (family, reading) = self.read_one(values, series)?;
        family.behaviour().value(&reading.whole_life(), series)
    }

    /// What one timing or histogram holds, of whatever threads have it.
    #[must_use]
    pub fn distribution(&self, kind: Kind, name: &str, labels: &[(String, String)]) -> Option<Distribution> {
        let mut values = self.values();
        let series = self.names.lock().find_series(kind, name, labels)?;
        self.distribution_under_lock(&mut values, series)
    }

    /// What the series with this number holds.
    #[must_use]
    pub fn distribution_of(&self, series: u32) -> Option<Distribution> {
        self.distribution_under_lock(&mut self.values(), series)
    }

    fn distribution_under_lock(&self, values: &mut Values, series: u32) -> Option<Distribution> {
        let (_, reading) = self.read_one(values, series)?;
        reading.whole_life().distribution(series).map(Cow::into_owned)
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

/// The family and the labels of a record's values.
fn labels_in_set<'a>(
    names: &mut Names,
    set: Option<&LabelSet>,
    values: impl Iterator<Item = &'a str>,
) -> Option<(u32, SmallVec<[Label; 4]>)> {
    let LabelSet { family, names: label_names, .. } = set?;
    Some((*family, label_names.iter().copied().zip(values.map(|value| names.symbol(value))).collect()))
}
