//! A pool as JavaScript has read it, in one call however many workers there are, and its reports.

use std::sync::Arc;

use napi::bindgen_prelude::{External, Float64Array, Uint8Array};
use napi::{Env, Result};
use napi_derive::napi;
use parking_lot::Mutex;

use super::handle::Handle;
use super::read::{Reading, read_later};
use crate::collector::{Collector, Priority};
use crate::pool::{
    Changes, Pool, PoolExposition, State, Worker, pool_json, pool_prometheus_text, stats_event_json, stats_json,
};

/// Numbers of a worker that every pool may tell, in the order of `lib/pool/reading.js`: state, requests, uptime, rss, heapUsed.
const NUMBERS: usize = 5;

/// What was read of a pool last, and what its listeners know of it.
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

/// A pool as it was read. Texts are parted by U+0000, which they do not hold; numbers are NaN where they are not known.
#[napi(object)]
pub struct PoolReading {
    pub size: f64,
    /// The pool's own numbers.
    pub extra_names: Vec<String>,
    pub extra: Float64Array,
    /// The pool does not know which workers serve.
    pub busy_unknown: bool,
    /// Of each worker its id and its app, in turn.
    pub texts: String,
    /// Of each worker its numbers, in turn.
    pub numbers: Float64Array,
    /// The workers' further numbers: all of the first name, all of the second …
    pub worker_extra_names: Vec<String>,
    pub worker_extra: Float64Array,
}

/// What is odd about a pool that was read.
#[napi(object)]
pub struct PoolOddities {
    pub doubled_ids: bool,
    pub total: u32,
}

/// A pool of which nothing was read yet.
#[napi(catch_unwind)]
pub fn open_pool() -> External<PoolHandle> {
    External::new(PoolHandle::default())
}

/// Takes over what was read.
#[napi(catch_unwind)]
pub fn set_pool(handle: &External<PoolHandle>, reading: PoolReading) -> PoolOddities {
    let mut pool = Pool {
        size: reading.size,
        extra: reading.extra_names.into_iter().zip(reading.extra.iter().copied()).collect(),
        workers: workers(&reading.texts, &reading.numbers, &reading.worker_extra),
        worker_extra: reading.worker_extra_names.into(),
        busy_unknown: reading.busy_unknown,
    };
    let oddities = PoolOddities { doubled_ids: pool.make_ids_distinct(), total: pool.counts().total() as u32 };
    *handle.latest.lock() = Some(Arc::new(pool));
    oddities
}

fn workers(texts: &str, numbers: &[f64], extra: &[f64]) -> Vec<Worker> {
    let mut texts = texts.split('\0');
    let (numbers, _) = numbers.as_chunks::<NUMBERS>();
    let count = numbers.len();
    let worker = |(at, &[state, requests, uptime, rss, heap_used]): (usize, &[f64; NUMBERS])| Worker {
        id: texts.next().unwrap_or("").to_owned(),
        app: texts.next().unwrap_or("").to_owned(),
        state: State::from_number(state),
        requests,
        uptime,
        rss,
        heap_used,
        extra: extra.iter().skip(at).step_by(count).copied().collect(),
    };
    numbers.iter().enumerate().map(worker).collect()
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

/// The pool's counts and what changed since the last call as JSON.
#[napi(catch_unwind)]
pub fn pool_changes(handle: &External<PoolHandle>, timestamp: String) -> Uint8Array {
    let pool = handle.pool();
    let (changed, gone) = handle.changes.lock().tell(&pool);
    stats_event_json(&pool, &changed, false, &gone, &timestamp).into()
}

/// All that the last call of `poolChanges` knew, as JSON.
#[napi(catch_unwind)]
pub fn pool_told(handle: &External<PoolHandle>, timestamp: String) -> Uint8Array {
    let pool = handle.changes.lock().told().cloned().unwrap_or_default();
    let workers: Vec<&Worker> = pool.workers.iter().collect();
    stats_event_json(&pool, &workers, true, &[], &timestamp).into()
}

/// The exposition of the pool, if one is given, as it was set last when the reading begins, and of the collector, if one is given.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn pool_prometheus<'env>(
    env: &'env Env,
    handle: Option<&External<PoolHandle>>,
    collector: Option<&External<Handle>>,
    namespace: String,
    workers: bool,
    uptime: f64,
) -> Result<Reading<'env>> {
    let latest: Option<LatestPool> = handle.map(|handle| handle.latest.clone());
    let collector: Option<Arc<Collector>> = collector.map(|collector| collector.collector()).transpose()?;
    let how = PoolExposition { namespace, workers, uptime };
    read_later(env, Priority::Scrape, move || {
        let pool = latest.map(|latest| latest.lock().clone().unwrap_or_default());
        pool_prometheus_text(&how, pool.as_deref(), collector.as_deref())
    })
}
