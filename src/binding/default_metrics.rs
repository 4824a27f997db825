//! Default metrics: runs that any thread starts, and the cells of the threads that join.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use napi::bindgen_prelude::{External, Function};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Either, Result, Status};
use napi_derive::napi;
use parking_lot::Mutex;

use super::memory::{SharedArray, contain_panic};
use super::reference::{CollectorReference, pairs, thread};
use crate::collector::Kind;
use crate::process::{self, RunOptions};

/// How a run measures.
#[napi(object)]
pub struct DefaultMetricsRequest {
    pub prefix: String,
    /// Names and values in turn.
    pub labels: Vec<String>,
    /// Milliseconds between two beats.
    pub interval: f64,
    /// In milliseconds.
    pub gc_buckets: Option<Vec<f64>>,
    pub threads: bool,
    pub version: String,
    /// Seconds since the epoch.
    pub start_time: f64,
    /// The families that threads write: their kinds, and their names with the prefix.
    pub kinds: Vec<u8>,
    pub names: Vec<String>,
}

/// A run that threads may join.
#[napi(object)]
pub struct DefaultMetricsRun {
    pub id: u32,
    /// The id of its collector.
    pub collector: u32,
    pub prefix: String,
    /// Names and values in turn.
    pub labels: Vec<String>,
    pub interval: f64,
    pub gc_buckets: Option<Vec<f64>>,
    pub threads: bool,
}

impl From<DefaultMetricsRequest> for RunOptions {
    fn from(request: DefaultMetricsRequest) -> Self {
        let kinds = request.kinds.into_iter().filter_map(Kind::from_number);
        Self {
            prefix: request.prefix,
            labels: pairs(request.labels),
            interval: request.interval,
            gc_buckets: request.gc_buckets,
            threads: request.threads,
            version: request.version,
            start_time: Some(request.start_time),
            families: kinds.zip(request.names).collect(),
        }
    }
}

/// Starts a run, or finds the one of the same collector and prefix; returns its id, or the option that the two do not agree on.
#[napi(catch_unwind)]
pub fn start_default_metrics(
    reference: &External<CollectorReference>,
    request: DefaultMetricsRequest,
) -> Result<Either<u32, String>> {
    let collector = reference.collector()?;
    Ok(match process::start(&collector, request.into()) {
        Ok(id) => {
            notify();
            Either::A(id)
        }
        Err(conflict) => Either::B(conflict.option.to_owned()),
    })
}

/// A start of a run by a thread.
struct Start {
    id: u32,
    is_stopped: AtomicU32,
}

impl Drop for Start {
    fn drop(&mut self) {
        if *self.is_stopped.get_mut() == 0 {
            contain_panic(|| _ = process::stop(self.id));
        }
    }
}

/// Stops a run that the calling thread has started once the thread ends, unless it has stopped the run before: then it has set the
/// word of the array to 1.
#[napi(catch_unwind, ts_return_type = "Uint32Array")]
pub fn stop_default_metrics_at_end(id: u32) -> SharedArray {
    let start = Start { id, is_stopped: AtomicU32::new(0) };
    SharedArray::word(start, |start| &start.is_stopped)
}

/// All runs of the process.
#[napi(catch_unwind)]
pub fn default_metrics_runs() -> Vec<DefaultMetricsRun> {
    let runs = process::runs().into_iter();
    runs.map(|run| DefaultMetricsRun {
        id: run.id,
        collector: run.collector,
        prefix: run.options.prefix.clone(),
        labels: run.options.labels.iter().flat_map(|(name, value)| [name.clone(), value.clone()]).collect(),
        interval: run.options.interval,
        gc_buckets: run.options.gc_buckets.clone(),
        threads: run.options.threads,
    })
    .collect()
}

/// The heartbeat of the calling thread in a run, which measures the thread until the array is finalised; the offsets are those of
/// `lib/default-metrics/layout.js`. Null if the run was stopped, or measures the thread already.
#[napi(catch_unwind, ts_return_type = "Float64Array | null")]
pub fn join_default_metrics(id: u32, label: Option<String>) -> Option<SharedArray> {
    let membership = process::join(id, thread(), label)?;
    Some(SharedArray::cells(membership, |membership| membership.heartbeat().words()))
}

/// Ends a run that was stopped as often as it was started. False if others still use it.
#[napi(catch_unwind)]
pub fn stop_default_metrics(id: u32) -> bool {
    process::stop(id)
}

type Callback = ThreadsafeFunction<(), (), (), Status, false, true>;

/// The threads that wait for a run.
static WAITING: Mutex<BTreeMap<u64, Arc<Callback>>> = Mutex::new(BTreeMap::new());

/// Keeps a thread among them.
struct Waiting {
    number: u64,
    word: AtomicU32,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let callback = WAITING.lock().remove(&self.number);
        drop(callback);
    }
}

/// Calls a function on the event loop of the calling thread whenever a run is started, until the array is finalised. It does not keep
/// the thread alive.
#[napi(catch_unwind, ts_return_type = "Uint32Array")]
pub fn await_default_metrics(callback: Function<(), ()>) -> Result<SharedArray> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let callback = callback.build_threadsafe_function::<()>().weak::<true>().build()?;
    let waiting = Waiting { number: NEXT.fetch_add(1, Ordering::Relaxed), word: AtomicU32::new(0) };
    WAITING.lock().insert(waiting.number, Arc::new(callback));
    Ok(SharedArray::word(waiting, |waiting| &waiting.word))
}

fn notify() {
    let waiting: Vec<Arc<Callback>> = WAITING.lock().values().cloned().collect();
    for callback in waiting {
        // a thread that is about to end does not join
        let _ = callback.call((), ThreadsafeFunctionCallMode::NonBlocking);
    }
}
