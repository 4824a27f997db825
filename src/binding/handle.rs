//! The handle that JavaScript holds for a collector in one thread: it keeps the collector, and ends the shard.

use std::sync::Arc;

use napi::bindgen_prelude::External;
use napi_derive::napi;
use parking_lot::Mutex;

use super::memory::Scratch;
use crate::cells::Shard;
use crate::collector::{self, Collector, NewCollector};

/// A collector, and the calling thread's shard of it.
pub struct Handle {
    pub(super) collector: Arc<Collector>,
    pub(super) shard: Arc<Shard>,
    pub(super) scratch: Arc<Scratch>,
    // numbers of the chunks that JavaScript got
    pub(super) handed: Mutex<Vec<u32>>,
}

impl Handle {
    fn open(collector: Arc<Collector>) -> External<Self> {
        let shard = collector.open_shard();
        External::new(Self { collector, shard, scratch: Arc::default(), handed: Mutex::default() })
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let handed = self.handed.lock();
        for chunk in self.shard.chunks().iter().flatten().filter(|chunk| !handed.contains(&chunk.number())) {
            self.collector.fold(&self.shard, chunk);
        }
        self.collector.retire(&self.shard);
    }
}

/// The process' collector.
#[napi(catch_unwind)]
pub fn open_default() -> External<Handle> {
    Handle::open(collector::default_collector())
}

/// A collector of its own; `labels` are names and values in turn.
#[napi(catch_unwind)]
pub fn open_new(trace_limit: u32, labels: Vec<String>) -> External<Handle> {
    let options = NewCollector { trace_limit: trace_limit as usize, labels: pairs(labels) };
    Handle::open(collector::register(Collector::new(options)))
}

/// A collector that some thread of the process holds, or null.
#[napi(catch_unwind)]
pub fn open_attached(id: u32) -> Option<External<Handle>> {
    collector::attach(id).map(Handle::open)
}

/// The collector's number.
#[napi(catch_unwind)]
pub fn collector_id(handle: &External<Handle>) -> u32 {
    handle.collector.id()
}

/// Empties every reading; the caller's own gauges become unset.
#[napi(catch_unwind)]
pub fn clear(handle: &External<Handle>) {
    handle.collector.clear(&handle.shard);
}

/// Names and values in turn, as pairs.
pub(super) fn pairs(flat: Vec<String>) -> Vec<(String, String)> {
    let mut flat = flat.into_iter();
    let mut pairs = Vec::new();
    while let (Some(name), Some(value)) = (flat.next(), flat.next()) {
        pairs.push((name, value));
    }
    pairs
}
