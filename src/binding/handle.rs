//! The handle that JavaScript holds for a collector in one thread, and the anchor that keeps it.
//!
//! The handle itself keeps no collector alive: Bun does not finalise an `External` when a worker ends, but does finalise
//! arrays. So the thread's hold is an array too, of no use but this; JavaScript keeps it beside the handle.

use std::sync::{Arc, Weak};

use napi::bindgen_prelude::External;
use napi::{Error, Result};
use napi_derive::napi;
use parking_lot::Mutex;

use super::memory::{Scratch, SharedArray};
use super::registrar::Registrar;
use crate::cells::Shard;
use crate::collector::{self, Collector, NewCollector};

/// A collector, and the calling thread's shard of it.
pub struct Handle {
    collector: Weak<Collector>,
    pub(super) shard: Arc<Shard>,
    pub(super) scratch: Arc<Scratch>,
    // numbers of the chunks that JavaScript got
    pub(super) handed: Arc<Mutex<Vec<u32>>>,
    // until JavaScript has it
    anchor: Mutex<Option<Anchor>>,
}

/// What a thread's hold on a collector is: it ends the shard.
struct Anchor {
    collector: Arc<Collector>,
    shard: Arc<Shard>,
    handed: Arc<Mutex<Vec<u32>>>,
}

impl Handle {
    fn open(collector: Arc<Collector>) -> External<Self> {
        #[cfg(windows)]
        super::pinned::pin();
        let shard = collector.open_shard();
        let handed: Arc<Mutex<Vec<u32>>> = Arc::default();
        External::new(Self {
            collector: Arc::downgrade(&collector),
            shard: shard.clone(),
            scratch: Arc::default(),
            handed: handed.clone(),
            anchor: Mutex::new(Some(Anchor { collector, shard, handed })),
        })
    }

    /// The collector, which lives as long as JavaScript has the anchor.
    pub(super) fn collector(&self) -> Result<Arc<Collector>> {
        self.collector.upgrade().ok_or_else(gone)
    }

    pub(super) fn registrar(&self) -> Registrar {
        Registrar { collector: self.collector.clone(), shard: self.shard.clone(), scratch: self.scratch.clone() }
    }
}

/// What nobody sees who keeps the anchor.
pub(super) fn gone() -> Error {
    Error::from_reason("the collector is gone; please report this")
}

impl Drop for Anchor {
    fn drop(&mut self) {
        let handed = self.handed.lock();
        for chunk in self.shard.chunks().iter().flatten().filter(|chunk| !handed.contains(&chunk.number())) {
            self.collector.fold(&self.shard, chunk);
        }
        self.collector.retire(&self.shard);
    }
}

/// The hold on the collector, to be asked for once and kept as long as the handle. Its one word is 1 when most of what the
/// thread holds was removed, and it should begin anew.
#[napi(catch_unwind, ts_return_type = "Uint32Array | null")]
pub fn anchor(handle: &External<Handle>) -> Option<SharedArray> {
    let anchor = handle.anchor.lock().take()?;
    let word = anchor.shard.clone();
    Some(SharedArray::word(word.renewal_due(), anchor))
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
pub fn collector_id(handle: &External<Handle>) -> Result<u32> {
    Ok(handle.collector()?.id())
}

/// Empties every reading; the caller's own gauges become unset.
#[napi(catch_unwind)]
pub fn clear(handle: &External<Handle>) -> Result<()> {
    let collector = handle.collector()?;
    collector.clear(&handle.shard);
    collector.sweep_if_due();
    Ok(())
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
