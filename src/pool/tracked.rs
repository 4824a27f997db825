//! Workers that report themselves. Each has a few cells, which its own thread writes and any thread reads, so that a worker that never
//! returns to its event loop is reported correctly. A worker is listed until the array of its cells is finalised, at the latest when
//! its thread ends.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use parking_lot::Mutex;
use serde::Serialize;

use super::limits::{MAX_WORKERS, Omission, shorten};
use super::report::workers_json;
use super::{State, Worker, WorkerReading};
use crate::cells::Storage;
use crate::sorting;

/// The layout of a worker's cells. `lib/pool/tracked-layout.js` has the same, which `tests/layout.rs` checks.
pub mod layout {
    use super::State;

    /// The number of its [`State`], or [`ENDED`].
    pub const STATE: usize = 0;
    /// The number of finished requests.
    pub const REQUESTS: usize = 1;
    /// The seconds for which the worker was busy. While it is busy, this is reduced by its age at the start of that period, and
    /// therefore negative. A single store ends a period, so no reader counts a period twice or misses it.
    pub const BUSY: usize = 2;
    /// Resident memory of the process in bytes, 0 if unknown.
    pub const RSS: usize = 3;
    /// Used heap of the thread in bytes, 0 if unknown.
    pub const HEAP_USED: usize = 4;
    /// The age in seconds at which the present request began, if the worker is busy.
    pub const BEGAN: usize = 5;
    /// The number of the present request's name; 0 for none. See [`request_name`](super::request_name).
    pub const TASK: usize = 6;
    /// The number of cells.
    pub const CELLS: usize = 7;

    /// Replaces the state of a worker that is no longer listed.
    pub const ENDED: usize = State::ALL.len();
}

/// The names of the additional numbers of a tracked worker.
const EXTRA: [&str; 1] = ["busySecondsTotal"];

static WORKERS: Mutex<BTreeMap<u64, Arc<TrackedWorker>>> = Mutex::new(BTreeMap::new());

/// The most names of requests. Further ones have none.
const MAX_REQUEST_NAMES: usize = 1000;

/// The names of requests, by their numbers from 1.
static REQUEST_NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The number of a request's name, for its cell. 0 if there are too many.
#[must_use]
pub fn request_name(name: &str) -> u32 {
    let mut names = REQUEST_NAMES.lock();
    if let Some(at) = names.iter().position(|known| known == name) {
        return at as u32 + 1;
    }
    if names.len() >= MAX_REQUEST_NAMES {
        return 0;
    }
    names.push(name.to_owned());
    names.len() as u32
}

/// A worker and its cells.
#[derive(Debug)]
pub struct TrackedWorker {
    id: String,
    app: String,
    // of its thread, in the label of default metrics; empty for the main thread
    thread: String,
    cells: Storage,
    started: Instant,
    // the bits of the longest busy time reported so far; the bits of positive floats have the same order as the floats
    busy_reported: AtomicU64,
}

impl TrackedWorker {
    /// Its cells.
    #[cfg(not(loom))]
    #[must_use]
    pub fn words(&self) -> &[AtomicU64] {
        self.cells.words()
    }

    /// The current state of the worker. `None` if it has ended.
    fn read(&self) -> Option<Worker> {
        let state = State::from_number(self.cell(layout::STATE))?;
        let uptime = self.started.elapsed().as_secs_f64();
        let memory = [layout::RSS, layout::HEAP_USED].map(|cell| self.cell(cell));
        let [rss, heap_used] = if memory[0] > 0.0 { memory } else { [f64::NAN; 2] };
        Some(Worker {
            id: self.id.clone(),
            app: self.app.clone(),
            state: Some(state),
            requests: self.cell(layout::REQUESTS),
            uptime,
            rss,
            heap_used,
            extra: vec![self.busy(uptime)],
        })
    }

    /// Its thread, and its present request. `None` if it has ended.
    fn present_request(&self) -> Option<PresentRequest<'_>> {
        State::from_number(self.cell(layout::STATE))?;
        let Self { thread, id, app, .. } = self;
        if self.cell(layout::BUSY) >= 0.0 {
            return Some(PresentRequest { thread, id, app, task: String::new(), seconds: None });
        }
        let task = (self.cell(layout::TASK) as usize).checked_sub(1);
        let task = task.and_then(|at| REQUEST_NAMES.lock().get(at).cloned()).unwrap_or_default();
        let seconds = (self.started.elapsed().as_secs_f64() - self.cell(layout::BEGAN)).max(0.0);
        Some(PresentRequest { thread, id, app, task, seconds: Some(seconds) })
    }

    /// Relaxed suffices: no cell depends on another.
    fn cell(&self, cell: usize) -> f64 {
        self.cells.words().get(cell).map_or(0.0, |word| f64::from_bits(word.load(Ordering::Relaxed)))
    }

    /// The seconds for which the worker was busy, given its age in seconds. The result never decreases, although JavaScript computes the
    /// age with a clock that started at another time.
    fn busy(&self, age: f64) -> f64 {
        let busy = self.cell(layout::BUSY);
        let busy = if busy < 0.0 { (age + busy).max(0.0) } else { busy };
        f64::from_bits(self.busy_reported.fetch_max(busy.to_bits(), Ordering::Relaxed)).max(busy)
    }
}

/// A worker and the request that it runs now.
#[derive(Serialize)]
struct PresentRequest<'a> {
    thread: &'a str,
    id: &'a str,
    app: &'a str,
    task: String,
    /// How long it runs; `None` if the worker is idle.
    seconds: Option<f64>,
}

/// The tracked workers and the requests that they run now, as a JSON array; the longest first, and at most a thousand.
#[must_use]
pub fn present_requests_json() -> Vec<u8> {
    const MOST: usize = 1000;
    let listed = listed();
    let mut requests: Vec<PresentRequest> = listed.iter().filter_map(|worker| worker.present_request()).collect();
    sorting::sort_by(&mut requests, |one, other| other.seconds.unwrap_or(-1.0).total_cmp(&one.seconds.unwrap_or(-1.0)));
    requests.truncate(MOST);
    serde_json::to_vec(&requests).unwrap_or_default()
}

/// Keeps a worker listed.
#[derive(Debug)]
pub struct Tracking {
    number: u64,
    worker: Arc<TrackedWorker>,
}

impl Tracking {
    /// The listed worker.
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

/// Lists a worker, as `creating`. `thread` is empty for the main thread.
#[must_use]
pub fn track(id: String, app: Option<String>, thread: String) -> Tracking {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let worker = Arc::new(TrackedWorker {
        id,
        app: app.unwrap_or_default(),
        thread,
        cells: Storage::new(layout::CELLS),
        started: Instant::now(),
        busy_reported: AtomicU64::new(0),
    });
    WORKERS.lock().insert(number, worker.clone());
    Tracking { number, worker }
}

/// All workers of the process as a JSON array, the oldest first; times in seconds.
#[must_use]
pub fn tracked_workers_json() -> Vec<u8> {
    let listed = listed();
    // infallible: memory accepts all writes, and all keys are strings
    workers_json(listed.iter().filter_map(|worker| worker.read()), &extra_names()).unwrap_or_default()
}

/// The workers of the process, within the limits of a pool.
#[must_use]
pub fn tracked_workers() -> WorkerReading {
    let mut omitted = Vec::new();
    let listed = listed();
    let mut read = listed.iter().filter_map(|worker| worker.read());
    let mut workers: Vec<Worker> = read.by_ref().take(MAX_WORKERS).collect();
    if read.next().is_some() {
        omitted.push(Omission { field: "workers", what: format!("more than {MAX_WORKERS}") });
    }
    for worker in &mut workers {
        omitted.extend(shorten(&mut worker.id, "id"));
        omitted.extend(shorten(&mut worker.app, "app"));
    }
    WorkerReading { workers, extra_names: extra_names(), omitted }
}

fn listed() -> Vec<Arc<TrackedWorker>> {
    WORKERS.lock().values().cloned().collect()
}

fn extra_names() -> Arc<[String]> {
    EXTRA.map(str::to_owned).into()
}
