//! Worker pools: readings that JavaScript makes, passed in one call for all workers, and their reports.

use std::sync::Arc;

use napi::bindgen_prelude::{External, Float64Array, Uint8Array};
use napi::{Env, Result};
use napi_derive::napi;
use parking_lot::Mutex;

use super::read::{ExpositionOptions, QueuedReading, read_later};
use super::reference::CollectorReference;
use crate::collector::{Collector, Priority};
use crate::pool::{
    Changes, Omission, Pool, PoolExposition, State, Worker, WorkerReading, pool_exposition, pool_json,
    stats_event_json, stats_json, tracked_workers,
};

/// The most workers of a pool in a reading.
#[napi]
pub const MAX_POOL_WORKERS: u32 = crate::pool::MAX_WORKERS as u32;

/// The most UTF-16 units of a worker's id or app in a reading.
#[napi]
pub const MAX_POOL_TEXT: u32 = crate::pool::MAX_TEXT as u32;

/// The number of a worker's standard numbers, in the order of `lib/pool/reading.js`: state, requests, uptime, rss, heapUsed.
const NUMBERS: usize = 5;

/// The latest reading of a pool, and the state that was last sent to its listeners.
#[derive(Default)]
pub struct PoolReference {
    latest: LatestPool,
    changes: Mutex<Changes>,
}

type LatestPool = Arc<Mutex<Option<Arc<Pool>>>>;

impl PoolReference {
    fn pool(&self) -> Arc<Pool> {
        self.latest.lock().clone().unwrap_or_default()
    }
}

/// A reading of a pool.
#[napi(object)]
pub struct PoolReading {
    pub size: f64,
    /// The pool's own numbers.
    pub extra_names: Vec<String>,
    pub extra: Float64Array,
    /// Whether the pool does not know which workers are busy.
    pub busy_unknown: bool,
    /// Absent for the tracked workers of all threads, which Rust reads itself.
    pub workers: Option<ListedWorkers>,
}

/// The workers of a pool. Texts are separated by U+0000, which they do not contain; unknown numbers are NaN.
#[napi(object)]
pub struct ListedWorkers {
    /// The id and the app of each worker.
    pub texts: String,
    /// The standard numbers of each worker.
    pub numbers: Float64Array,
    /// The workers' additional numbers: those with the first name for all workers, then those with the second, and so on.
    pub extra_names: Vec<String>,
    pub extra: Float64Array,
}

/// The problems of a reading.
#[napi(object)]
pub struct PoolProblems {
    /// Fields, each with a description of what was omitted.
    pub fields: Vec<Vec<String>>,
    /// The number of workers.
    pub total: u32,
}

/// Creates a pool without a reading.
#[napi(catch_unwind)]
pub fn open_pool() -> External<PoolReference> {
    External::new(PoolReference::default())
}

/// Replaces the latest reading.
#[napi(catch_unwind)]
pub fn set_pool(reference: &External<PoolReference>, reading: PoolReading) -> PoolProblems {
    let WorkerReading { workers, extra_names, mut omitted } =
        reading.workers.map_or_else(tracked_workers, listed_workers);
    let mut pool = Pool {
        size: reading.size,
        extra: reading.extra_names.into_iter().zip(reading.extra.iter().copied()).collect(),
        workers,
        worker_extra: extra_names,
        busy_unknown: reading.busy_unknown,
    };
    if pool.make_ids_distinct() {
        omitted.push(Omission { field: "id", what: "the same id twice".to_owned() });
    }
    let total = pool.counts().total() as u32;
    *reference.latest.lock() = Some(Arc::new(pool));
    PoolProblems {
        fields: omitted.into_iter().map(|omission| vec![omission.field.to_owned(), omission.what]).collect(),
        total,
    }
}

fn listed_workers(listed: ListedWorkers) -> WorkerReading {
    let mut texts = listed.texts.split('\0');
    let (numbers, _) = listed.numbers.as_chunks::<NUMBERS>();
    let count = numbers.len();
    let worker = |(at, &[state, requests, uptime, rss, heap_used]): (usize, &[f64; NUMBERS])| Worker {
        id: texts.next().unwrap_or("").to_owned(),
        app: texts.next().unwrap_or("").to_owned(),
        state: State::from_number(state),
        requests,
        uptime,
        rss,
        heap_used,
        extra: listed.extra.iter().skip(at).step_by(count).copied().collect(),
    };
    let workers = numbers.iter().enumerate().map(worker).collect();
    WorkerReading { workers, extra_names: listed.extra_names.into(), omitted: Vec::new() }
}

/// The counts of the pool as JSON.
#[napi(catch_unwind)]
pub fn pool_metrics(reference: &External<PoolReference>, uptime: f64, timestamp: String) -> Uint8Array {
    pool_json(&reference.pool(), uptime, &timestamp).into()
}

/// The counts and the workers of the pool as JSON.
#[napi(catch_unwind)]
pub fn pool_stats(reference: &External<PoolReference>) -> Uint8Array {
    stats_json(&reference.pool()).into()
}

/// The counts of the pool and the workers that changed since the last call, as JSON.
#[napi(catch_unwind)]
pub fn pool_changes(reference: &External<PoolReference>, timestamp: String) -> Uint8Array {
    let pool = reference.pool();
    let (changed, gone) = reference.changes.lock().send(&pool);
    stats_event_json(&pool, &changed, false, &gone, &timestamp).into()
}

/// The complete state as of the last call of `poolChanges`, as JSON.
#[napi(catch_unwind)]
pub fn pool_last_sent(reference: &External<PoolReference>, timestamp: String) -> Uint8Array {
    let pool = reference.changes.lock().last_sent().cloned().unwrap_or_default();
    let workers: Vec<&Worker> = pool.workers.iter().collect();
    stats_event_json(&pool, &workers, true, &[], &timestamp).into()
}

/// The exposition of a pool and of a collector, both optional. It uses the latest reading of the pool when the job starts.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn pool_prometheus<'env>(
    env: &'env Env,
    reference: Option<&External<PoolReference>>,
    collector: Option<&External<CollectorReference>>,
    namespace: String,
    workers: bool,
    uptime: f64,
    options: ExpositionOptions,
) -> Result<QueuedReading<'env>> {
    let latest: Option<LatestPool> = reference.map(|reference| reference.latest.clone());
    let collector: Option<Arc<Collector>> = collector.map(|collector| collector.collector()).transpose()?;
    let how = PoolExposition { namespace, workers, uptime };
    let request = options.request();
    read_later(env, Priority::Scrape, move || {
        let pool = latest.map(|latest| latest.lock().clone().unwrap_or_default());
        pool_exposition(&how, &request, pool.as_deref(), collector.as_deref())
    })
}
