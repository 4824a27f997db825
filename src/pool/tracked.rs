//! Workers that tell of themselves: each has a few cells, which its own thread writes and any thread reads, so that one that
//! never comes back to its event loop is seen as it is. A worker is listed until the array that JavaScript writes through is
//! finalised, which its thread's end does. No pool is known here.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use parking_lot::Mutex;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::State;
use crate::cells::Storage;

/// Where things are in a worker's cells: `lib/pool/tracked-layout.js` says the same, and `tests/layout.rs` reads it to prove it.
pub mod layout {
    use super::State;

    /// The number of its [`State`], or [`ENDED`].
    pub const STATE: usize = 0;
    /// How many requests it has done.
    pub const REQUESTS: usize = 1;
    /// Seconds that it was busy. While it is busy, less its age when that began, and so negative: one store, so that no
    /// reader sees a time twice or not at all.
    pub const BUSY: usize = 2;
    /// The process' resident bytes, 0 while unknown.
    pub const RSS: usize = 3;
    /// Bytes of its heap that are in use, 0 while unknown.
    pub const HEAP_USED: usize = 4;
    /// How many cells there are.
    pub const CELLS: usize = 5;

    /// In place of a state: the worker is not listed any more.
    pub const ENDED: usize = State::ALL.len();
}

static WORKERS: Mutex<BTreeMap<u64, Arc<TrackedWorker>>> = Mutex::new(BTreeMap::new());

/// A worker and its cells.
#[derive(Debug)]
pub struct TrackedWorker {
    id: String,
    app: Option<String>,
    cells: Storage,
    born: Instant,
    // the bits of the longest busy time that was told, which order positive floats
    told: AtomicU64,
}

impl TrackedWorker {
    /// Where its thread writes.
    #[cfg(not(loom))]
    #[must_use]
    pub fn address(&self) -> *mut f64 {
        self.cells.address()
    }

    /// Relaxed suffices: each cell stands for itself.
    fn read(&self, cell: usize) -> f64 {
        self.cells.words().get(cell).map_or(0.0, |word| f64::from_bits(word.load(Ordering::Relaxed)))
    }

    /// Seconds of being busy, at this age. Its thread's clock began a moment apart from ours: what was told is not taken back.
    fn busy(&self, age: f64) -> f64 {
        let busy = self.read(layout::BUSY);
        let busy = if busy < 0.0 { (age + busy).max(0.0) } else { busy };
        f64::from_bits(self.told.fetch_max(busy.to_bits(), Ordering::Relaxed)).max(busy)
    }

    /// Nothing of a worker that has ended.
    fn state(&self) -> Option<State> {
        State::from_number(self.read(layout::STATE))
    }
}

/// Keeps a worker listed.
#[derive(Debug)]
pub struct Tracking {
    number: u64,
    worker: Arc<TrackedWorker>,
}

impl Tracking {
    /// The worker that it keeps.
    #[must_use]
    pub fn worker(&self) -> &TrackedWorker {
        &self.worker
    }
}

impl Drop for Tracking {
    fn drop(&mut self) {
        WORKERS.lock().remove(&self.number);
    }
}

/// Lists a worker, as `creating`.
#[must_use]
pub fn track(id: String, app: Option<String>) -> Tracking {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let cells = Storage::heap(layout::CELLS);
    let worker = Arc::new(TrackedWorker { id, app, cells, born: Instant::now(), told: AtomicU64::new(0) });
    WORKERS.lock().insert(number, worker.clone());
    Tracking { number, worker }
}

/// All workers of the process as a JSON array, the oldest first; times in seconds.
#[must_use]
pub fn tracked_workers_json() -> Vec<u8> {
    let workers: Vec<Arc<TrackedWorker>> = WORKERS.lock().values().cloned().collect();
    let reports: Vec<Report> = workers.iter().filter_map(|worker| Report::of(worker)).collect();
    // Serialising to memory fails only for keys that are no strings, of which there are none.
    serde_json::to_vec(&reports).unwrap_or_default()
}

/// A worker at one moment.
struct Report<'a> {
    worker: &'a TrackedWorker,
    state: State,
    uptime: f64,
}

impl<'a> Report<'a> {
    /// Nothing of a worker that has ended.
    fn of(worker: &'a TrackedWorker) -> Option<Self> {
        let state = worker.state()?;
        Some(Self { worker, state, uptime: worker.born.elapsed().as_secs_f64() })
    }
}

impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("id", &self.worker.id)?;
        if let Some(app) = &self.worker.app {
            map.serialize_entry("app", app)?;
        }
        map.serialize_entry("state", self.state.word())?;
        map.serialize_entry("requests", &(self.worker.read(layout::REQUESTS) as u64))?;
        map.serialize_entry("uptime", &self.uptime)?;
        let memory = Memory(self.worker.read(layout::RSS) as u64, self.worker.read(layout::HEAP_USED) as u64);
        if memory.0 > 0 {
            map.serialize_entry("memory", &memory)?;
        }
        map.serialize_entry("busySecondsTotal", &self.worker.busy(self.uptime))?;
        map.end()
    }
}

/// Resident bytes, and those of the heap.
struct Memory(u64, u64);

impl Serialize for Memory {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(2))?;
        map.serialize_entry("rss", &self.0)?;
        map.serialize_entry("heapUsed", &self.1)?;
        map.end()
    }
}
