//! A pool as JavaScript has read it, in one call for all workers, and its reports.

use std::sync::Arc;

use napi::bindgen_prelude::{External, Float64Array, Uint8Array};
use napi::{Env, Result};
use napi_derive::napi;
use parking_lot::Mutex;

use super::handle::Handle;
use super::read::{ExpositionOptions, Reading, read_later};
use crate::collector::{Collector, Priority};
use crate::pool::{
    Changes, Omission, Pool, PoolExposition, State, Worker, WorkerReading, pool_exposition, pool_json,
    stats_event_json, stats_json, tracked_workers,
};

/// The most workers of a pool that are read.
#[napi]
pub const MAX_POOL_WORKERS: u32 = crate::pool::MAX_WORKERS as u32;

/// The most UTF-16 units of a worker's id or app that are read.
#[napi]
pub const MAX_POOL_TEXT: u32 = crate::pool::MAX_TEXT as u32;

/// Numbers of a worker that any pool may have, in the order of `lib/pool/reading.js`: state, requests, uptime, rss, heapUsed.
const NUMBERS: usize = 5;

/// The latest reading of a pool, and what its listeners know of it.
#[derive(Default)]
pub struct PoolHandle {
    latest: LatestPool,
    changes: Mutex<Changes>,
}

type LatestPool = Arc<Mutex<Option<Arc<Pool>>>>;

impl PoolHandle {
    fn pool(&self) -> Arc<Pool> {
        self.latest.lock().clone().unwrap_or_default()
    }
}

/// A pool as it was read.
#[napi(object)]
pub struct PoolReading {
    pub size: f64,
    /// The pool's own numbers.
    pub extra_names: Vec<String>,
    pub extra: Float64Array,
    /// Whether the pool does not know which workers are busy.
    pub busy_unknown: bool,
    /// Absent for the tracked workers of all threads, which never leave Rust.
    pub workers: Option<ListedWorkers>,
}

/// The workers of a pool. Texts are separated by U+0000, which they do not contain; unknown numbers are NaN.
#[napi(object)]
pub struct ListedWorkers {
    /// Of each worker its id and its app, in turn.
    pub texts: String,
    /// Of each worker its numbers, in turn.
    pub numbers: Float64Array,
    /// The workers' additional numbers: all of the first name, all of the second …
    pub extra_names: Vec<String>,
    pub extra: Float64Array,
}

/// What is wrong with a pool that was read.
#[napi(object)]
pub struct PoolProblems {
    /// Fields and what was left out of them.
    pub fields: Vec<Vec<String>>,
    /// The number of its workers.
    pub total: u32,
}

/// A pool that has not been read yet.
#[napi(catch_unwind)]
pub fn open_pool() -> External<PoolHandle> {
    External::new(PoolHandle::default())
}

/// Replaces the latest reading.
#[napi(catch_unwind)]
pub fn set_pool(handle: &External<PoolHandle>, reading: PoolReading) -> PoolProblems {
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
    *handle.latest.lock() = Some(Arc::new(pool));
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

/// The pool's counts as JSON.
#[napi(catch_unwind)]
pub fn pool_metrics(handle: &External<PoolHandle>, uptime: f64, timestamp: String) -> Uint8Array {
    pool_json(&handle.pool(), uptime, &timestamp).into()
}

/// The pool's counts and its workers as JSON.
#[napi(catch_unwind)]
pub fn pool_stats(handle: &External<PoolHandle>) -> Uint8Array {
    stats_json(&handle.pool()).into()
}

/// The pool's counts and what changed since the last call, as JSON.
#[napi(catch_unwind)]
pub fn pool_changes(handle: &External<PoolHandle>, timestamp: String) -> Uint8Array {
    let pool = handle.pool();
    let (changed, gone) = handle.changes.lock().send(&pool);
    stats_event_json(&pool, &changed, false, &gone, &timestamp).into()
}

/// The whole state that listeners have after the last call of `poolChanges`, as JSON.
#[napi(catch_unwind)]
pub fn pool_last_sent(handle: &External<PoolHandle>, timestamp: String) -> Uint8Array {
    let pool = handle.changes.lock().last_sent().cloned().unwrap_or_default();
    let workers: Vec<&Worker> = pool.workers.iter().collect();
    stats_event_json(&pool, &workers, true, &[], &timestamp).into()
}

/// The exposition of the pool, if one is given, in its latest reading when this reading starts, and of the collector, if one is given.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn pool_prometheus<'env>(
    env: &'env Env,
    handle: Option<&External<PoolHandle>>,
    collector: Option<&External<Handle>>,
    namespace: String,
    workers: bool,
    uptime: f64,
    options: ExpositionOptions,
) -> Result<Reading<'env>> {
    let latest: Option<LatestPool> = handle.map(|handle| handle.latest.clone());
    let collector: Option<Arc<Collector>> = collector.map(|collector| collector.collector()).transpose()?;
    let how = PoolExposition { namespace, workers, uptime };
    let request = options.request();
    read_later(env, Priority::Scrape, move || {
        let pool = latest.map(|latest| latest.lock().clone().unwrap_or_default());
        pool_exposition(&how, &request, pool.as_deref(), collector.as_deref())
    })
}
