//! The handle that JavaScript holds for a collector in one thread, and the anchor that keeps it.
//!
//! The handle itself keeps nothing alive: Bun does not finalise an `External` or a function when a worker ends, but does
//! finalise arrays. So the thread's hold is an array too, of no use but this; JavaScript keeps it beside the handle.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use napi::bindgen_prelude::External;
use napi::{Error, Result};
use napi_derive::napi;
use parking_lot::Mutex;

use super::memory::{SharedArray, contain_panic};
use crate::cells::Shard;
use crate::collector::{self, Collector, NewCollector};

/// A collector, and the calling thread's shard of it: kept by the arrays that JavaScript got, and by nothing else.
pub struct Hold {
    pub collector: Arc<Collector>,
    pub shard: Arc<Shard>,
}

/// What JavaScript passes with each call.
pub struct Handle {
    hold: Weak<Hold>,
    // until JavaScript has it
    anchor: Mutex<Option<Anchor>>,
}

/// Folds the shard when JavaScript holds nothing of it any more.
struct Anchor {
    hold: Arc<Hold>,
}

impl Handle {
    fn open(collector: Arc<Collector>) -> External<Self> {
        #[cfg(windows)]
        super::pinned::pin();
        let shard = collector.open_shard_of(thread());
        let hold = Arc::new(Hold { collector, shard });
        External::new(Self { hold: Arc::downgrade(&hold), anchor: Mutex::new(Some(Anchor { hold })) })
    }

    /// The thread's hold, which lives as long as JavaScript has the anchor.
    pub(super) fn hold(&self) -> Result<Arc<Hold>> {
        self.hold.upgrade().ok_or_else(gone)
    }

    pub(super) fn collector(&self) -> Result<Arc<Collector>> {
        Ok(self.hold()?.collector.clone())
    }
}

/// What nobody sees who keeps the anchor.
pub(super) fn gone() -> Error {
    Error::from_reason("the collector is gone; please report this")
}

impl Drop for Anchor {
    fn drop(&mut self) {
        let Hold { collector, shard } = &*self.hold;
        // a handle whose anchor JavaScript never took drops it in a finaliser of napi-rs
        contain_panic(|| collector.fold(shard));
    }
}

/// The calling thread's number: two loaded copies of the package in one thread have the same.
pub(super) fn thread() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    thread_local! {
        static THREAD: u64 = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    THREAD.with(|thread| *thread)
}

/// The hold on the collector, to be asked for once and kept as long as anything that writes cells: when it is gone, the cells are
/// folded. Its one word is 0 until another thread removes something that this one holds; JavaScript sets it back.
#[napi(catch_unwind, ts_return_type = "Uint32Array | null")]
pub fn anchor(handle: &External<Handle>) -> Option<SharedArray> {
    let anchor = handle.anchor.lock().take()?;
    let shard = anchor.hold.shard.clone();
    Some(SharedArray::word(shard.removals(), anchor))
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

/// Empties every reading. The caller has forgotten all cells.
#[napi(catch_unwind)]
pub fn clear(handle: &External<Handle>) -> Result<()> {
    let hold = handle.hold()?;
    hold.collector.clear(&hold.shard);
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
