//! Collectors: the families and shards that are read together, the flushed values of ended threads, and readings.
//!
//! Lock order. A thread that holds a lock takes only locks further down:
//! 1. the state of a reader: a window, a report's window, rates, the history, the summaries
//! 2. `values` (**the value lock**)
//! 3. the state of a source
//! 4. the read position of a shard's log
//! 5. `names`
//! 6. `shards`
//! 7. within a shard: `families`, `memory`, the claims of a chunk, its far pages
//! 8. locks under which no other is taken: the state of a log, `sources`, `trace`, `typed_labels`, those of a room
//!
//! All but the first two are held briefly. `quick_readings.rs` departs from the order: it only tries the locks that come earlier.
//!
//! These rules keep totals exact and prevent them from going down:
//! - A reading copies all cells under the value lock. A report reads distributions outside it, and starts over if `changes` differs
//!   afterwards. A flush takes the same lock, and in one step moves a shard's values into `flushed` and unlinks the shard. So no reading
//!   sees a value twice or misses it.
//! - Registering a series and adding a chunk take `names` and the shard's lock, never the value lock.
//! - Each reading and each look-up of a series first enters the records of the shards' logs into `names`.
//! - While a series has a cell, JavaScript only adds to it, unless it is a gauge's. Rust resets cells in two places, both under the
//!   value lock: a flush of a full count or a large sum first moves the value into `flushed`, and a removal releases the cells of the
//!   calling thread. For the cells of other threads, a removal keeps their values as a baseline and resets only the extremes of
//!   distributions (`removal.rs`). Resetting a window changes no cell: the window keeps a reading and subtracts it.
//! - Of a distribution's value, JavaScript writes the count last. Readings, windows and baselines pass over a sum that has grown without
//!   its count: it belongs to the next values.

mod background;
mod cardinality;
mod copies;
mod counts;
mod delta;
mod families;
mod family;
mod flushing;
mod gauge_value;
mod history;
mod idle;
pub mod key;
mod kinds;
mod label_types;
mod live_distributions;
mod logs;
mod name_translation;
mod names;
mod quick_readings;
mod rates;
mod reader;
mod reading;
mod registration;
mod registry;
mod removal;
mod report;
mod segments;
mod self_metrics;
mod series_selection;
mod snapshot;
mod sources;
mod summaries;
mod sums;
mod totals;
mod trace;
mod value;
mod window;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

pub use cardinality::{FamilyCardinality, LabelCardinality, Scope};
pub use counts::Count;
pub use delta::{Delta, Reading};
pub use families::{FamilyReading, SeriesReading};
pub use family::{Family, FamilyConflict, FamilyOptions, Merge};
pub use gauge_value::GaugeValue;
pub use history::{
    Group as HistoryGroup, History, HistoryBuckets, HistoryReading, HistoryRequest, Interval, Span as HistorySpan,
    Values as HistoryValues, keep_history,
};
pub(crate) use kinds::ValueType;
pub use kinds::{DEFAULT_BUCKETS_MILLIS, Kind, MetricType};
pub use label_types::{LabelTypes, TypedLabels};
pub use name_translation::NameTranslation;
pub use names::{Exemplar, Exemplars, Label, NamesView, Series, Symbol};
pub use rates::{Rates, RollingBaseline};
pub use reader::{Priority, is_queued, reader_accepts, run_on_reader};
pub use registry::{attach, default_collector, register};
pub use removal::Removed;
pub use report::{Report, ReportRequest, ReportWindow};
pub use self_metrics::{Scrape, SelfMetricsMode, SelfReport};
pub use snapshot::Snapshot;
pub use sources::{Source, SourceCells, SourceFamily, SourceUpdate};
pub use summaries::{SummaryWindow, slide_by_timer};
pub use totals::Totals;
pub use trace::TraceEvent;
pub use value::{Stats, Value};
pub use window::Window;

use crate::cells::Shard;
use crate::cells::sync::{Arc, Mutex};
use idle::Activity;
use names::{Limits, Names};
use removal::Baselines;
use self_metrics::SelfMetrics;
use summaries::Summaries;
use trace::Trace;

/// The most label sets of a family that declares no other limit.
pub const DEFAULT_MAX_SERIES: u32 = 10_000;

/// The options of a collector.
#[derive(Clone, Debug, PartialEq)]
pub struct NewCollector {
    /// The most trace events that are kept.
    pub trace_limit: usize,
    /// Labels of every exposed series.
    pub labels: Vec<(String, String)>,
    /// The most label sets of all families together. It also limits each family without a limit of its own, and the families that
    /// recordings by name make. `None` limits these only, to [`DEFAULT_MAX_SERIES`].
    pub max_series: Option<u32>,
    /// When expositions include what the collector reports about itself.
    pub self_metrics: SelfMetricsMode,
    /// After this time without a recording, series with labels are removed, unless their family declares another time. Gauges stay.
    pub ttl: Option<Duration>,
}

impl Default for NewCollector {
    fn default() -> Self {
        Self {
            trace_limit: 500,
            labels: Vec::new(),
            max_series: None,
            self_metrics: SelfMetricsMode::default(),
            ttl: None,
        }
    }
}

/// Families and shards that are read together.
#[derive(Debug)]
pub struct Collector {
    id: u32,
    values: Mutex<Values>,
    names: Mutex<Names>,
    shards: Mutex<Vec<Arc<Shard>>>,
    trace: Mutex<Trace>,
    common: Window,
    next_shard: AtomicU32,
    sources: Mutex<Vec<Arc<dyn Source>>>,
    typed_labels: Mutex<TypedLabels>,
    summaries: Mutex<Summaries>,
    own: SelfMetrics,
    /// Whoever reads the history holds it.
    history: history::HistoryPlace,
    /// Whether the thread that made it has dropped it.
    is_abandoned: AtomicBool,
}

/// The state that the value lock guards.
#[derive(Debug, Default)]
struct Values {
    /// The totals of ended threads, and of cells that were full.
    flushed: Totals,
    /// The values of cells at the time when another thread removed their series. Readings subtract them.
    baselines: Baselines,
    /// The number of flushes and removals. A reader of cells outside the lock checks afterwards that it is unchanged.
    changes: u64,
    /// What series with a time to live had at the latest reading.
    activity: Activity,
}

impl Collector {
    /// A collector that [`attach`] does not find; see [`register`].
    #[must_use]
    pub fn new(options: NewCollector) -> Self {
        static NEXT_ID: AtomicU32 = AtomicU32::new(1);
        let NewCollector { trace_limit, labels, max_series, ttl, self_metrics } = options;
        let mut names = Names::new(Limits::new(max_series));
        names.ttl = ttl;
        names.set_constant_labels(&labels);
        Self {
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
            values: Mutex::default(),
            names: Mutex::new(names),
            shards: Mutex::default(),
            trace: Mutex::new(Trace::new(trace_limit)),
            common: Window::default(),
            next_shard: AtomicU32::new(0),
            sources: Mutex::default(),
            typed_labels: Mutex::default(),
            summaries: Mutex::default(),
            own: SelfMetrics::new(self_metrics),
            history: Mutex::default(),
            is_abandoned: AtomicBool::new(false),
        }
    }

    /// The collector's number in this process, from 1.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Notes that the thread that made it has dropped it.
    pub fn abandon(&self) {
        self.is_abandoned.store(true, Ordering::Relaxed);
    }

    /// Whether the thread that made it has dropped it.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.is_abandoned.load(Ordering::Relaxed)
    }

    /// Replaces the labels of every exposed series.
    pub fn set_labels(&self, labels: &[(String, String)]) {
        self.names.lock().set_constant_labels(labels);
    }

    /// The window that all threads share.
    #[must_use]
    pub fn common_window(&self) -> &Window {
        &self.common
    }

    /// Appends an event to the trace.
    pub fn trace(&self, time: f64, name: String, fields: Vec<(String, String)>) {
        self.trace.lock().push(time, name, fields);
    }

    /// The events after sequence number `seq`, and the latest sequence number.
    #[must_use]
    pub fn trace_since(&self, seq: u64) -> (Vec<TraceEvent>, u64) {
        self.trace.lock().since(seq)
    }

    /// The newest events after sequence number `after`, at most `limit`, and the latest sequence number.
    #[must_use]
    pub fn newest_trace(&self, after: u64, limit: usize) -> (Vec<TraceEvent>, u64) {
        self.trace.lock().newest(after, limit)
    }
}
