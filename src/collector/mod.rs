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
//! - While a series has a cell, JavaScript only adds to it (a gauge's aside). Rust zeroes it in two places, both under the value
//!   lock: a fold of a full count or a large sum moves it into `folded` first, and a removal releases the cells of the thread that
//!   removes. Of other threads' cells a removal notes what they hold (`removal.rs`). A reset of a window touches no cell: it
//!   keeps a reading to subtract.

mod copies;
mod counts;
mod delta;
mod families;
mod family;
mod gauge_value;
pub mod key;
mod kinds;
mod live_distributions;
mod names;
mod rates;
mod reader;
mod reading;
mod registration;
mod registry;
mod removal;
mod report;
mod segments;
mod series_selection;
mod snapshot;
mod sources;
mod sums;
mod totals;
mod trace;
mod value;
mod window;

use std::sync::atomic::{AtomicU32, Ordering};

pub use counts::Count;
pub use delta::{Delta, Reading};
pub use families::{FamilyReading, SeriesReading};
pub use family::{Family, FamilyConflict, FamilyOptions, Merge};
pub use gauge_value::GaugeValue;
pub use kinds::{Kind, MetricType};
pub use names::{Label, NamesView, Series, Symbol};
pub use rates::{Recent, RollingBaseline};
pub use reader::{Priority, is_queued, read_in_turn, reader_has_room};
pub use registry::{attach, default_collector, register};
pub use removal::Removed;
pub use report::{Report, ReportRequest, ReportWindow};
pub use snapshot::Snapshot;
pub use sources::{Source, SourceCells, SourceFamily, SourceUpdate};
pub use totals::Totals;
pub use trace::TraceEvent;
pub use value::{Stats, Value};
pub use window::Window;

use crate::cells::Shard;
use crate::cells::sync::{Arc, Mutex};
use names::Names;
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
    sources: Mutex<Vec<Arc<dyn Source>>>,
}

/// What the value lock guards.
#[derive(Debug, Default)]
struct Values {
    /// The sums of threads that ended, and of cells that were full.
    folded: Totals,
    /// What cells held whose series another thread removed: only what comes later is shown.
    baselines: Baselines,
    /// How often cells were folded or released: who reads cells outside the lock looks whether it is the same afterwards.
    changes: u64,
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
            sources: Mutex::default(),
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
