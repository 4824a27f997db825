//! A thread's attachment to a collector: the reference that JavaScript passes to each call, and the anchor that keeps it alive.
//!
//! The reference itself is weak: when a worker ends, Bun finalises arrays, but neither an `External` nor a function. So an array, the
//! anchor, keeps the attachment alive. JavaScript holds it together with the reference.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use napi::bindgen_prelude::External;
use napi::{Error, Result};
use napi_derive::napi;
use parking_lot::Mutex;

use super::cardinality::{limit_of, ttl_of};
use super::memory::{SharedArray, contain_panic};
use crate::cells::Shard;
use crate::collector::{self, Collector, NewCollector};

/// A thread's attachment to a collector: the collector and the thread's shard. Only the arrays that JavaScript holds keep it alive.
pub struct Attachment {
    pub collector: Arc<Collector>,
    pub shard: Arc<Shard>,
}

/// A weak reference to an attachment, which JavaScript passes to each call.
pub struct CollectorReference {
    attachment: Weak<Attachment>,
    // until JavaScript takes it
    anchor: Mutex<Option<Anchor>>,
}

/// Flushes the shard when JavaScript no longer holds any of its arrays.
struct Anchor {
    attachment: Arc<Attachment>,
    /// Whether this thread made the collector.
    is_maker: bool,
}

impl CollectorReference {
    fn open(collector: Arc<Collector>, is_maker: bool) -> External<Self> {
        #[cfg(windows)]
        super::pinned::pin();
        let shard = collector.open_shard_of(thread());
        let attachment = Arc::new(Attachment { collector, shard });
        let reference = Arc::downgrade(&attachment);
        External::new(Self { attachment: reference, anchor: Mutex::new(Some(Anchor { attachment, is_maker })) })
    }

    /// The thread's attachment, which lives as long as the anchor.
    pub(super) fn attachment(&self) -> Result<Arc<Attachment>> {
        self.attachment.upgrade().ok_or_else(gone)
    }

    pub(super) fn collector(&self) -> Result<Arc<Collector>> {
        Ok(self.attachment()?.collector.clone())
    }
}

/// The error for a collector that was dropped. It cannot happen while JavaScript keeps the anchor.
pub(super) fn gone() -> Error {
    Error::from_reason("the collector is gone; please report this")
}

impl Drop for Anchor {
    fn drop(&mut self) {
        let Attachment { collector, shard } = &*self.attachment;
        if self.is_maker {
            collector.abandon();
        }
        // a reference whose anchor JavaScript never took drops it in a finaliser of napi-rs
        contain_panic(|| collector.flush(shard));
    }
}

/// The number of the calling thread, which all loaded copies of the package in it share.
pub(super) fn thread() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    thread_local! {
        static THREAD: u64 = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    THREAD.with(|thread| *thread)
}

/// The anchor: an array of one word that keeps the attachment alive. Take it once, and keep it as long as anything writes cells: its
/// finaliser flushes them. The word is 0 until another thread removes a series that this thread holds; JavaScript resets it to 0.
#[napi(catch_unwind, ts_return_type = "Uint32Array | null")]
pub fn anchor(reference: &External<CollectorReference>) -> Option<SharedArray> {
    let anchor = reference.anchor.lock().take()?;
    Some(SharedArray::word(anchor, |anchor| anchor.attachment.shard.removals()))
}

/// A number that differs from that of any other binary that the process has loaded.
#[napi]
pub fn binary_address() -> f64 {
    static MARK: AtomicU64 = AtomicU64::new(0);
    std::ptr::from_ref(&MARK).addr() as f64
}

/// The default collector of the process.
#[napi(catch_unwind)]
pub fn open_default() -> External<CollectorReference> {
    CollectorReference::open(collector::default_collector(), false)
}

/// A new collector. `labels` alternates names and values. `maxSeries` may be infinite, and so may the milliseconds of `ttl`.
#[napi(catch_unwind)]
pub fn open_new(
    trace_limit: u32,
    labels: Vec<String>,
    max_series: Option<f64>,
    ttl: Option<f64>,
) -> External<CollectorReference> {
    let options = NewCollector {
        trace_limit: trace_limit as usize,
        labels: pairs(labels),
        max_series: max_series.map(limit_of),
        ttl: ttl.map(ttl_of),
        ..NewCollector::default()
    };
    CollectorReference::open(collector::register(Collector::new(options)), true)
}

/// The collector with this id, or null if no thread of the process holds it.
#[napi(catch_unwind)]
pub fn open_attached(id: u32) -> Option<External<CollectorReference>> {
    collector::attach(id).map(|collector| CollectorReference::open(collector, false))
}

/// Whether the thread that made the collector has dropped it, or has ended.
#[napi(catch_unwind)]
pub fn is_abandoned(reference: &External<CollectorReference>) -> Result<bool> {
    Ok(reference.collector()?.is_abandoned())
}

/// The collector's id.
#[napi(catch_unwind)]
pub fn collector_id(reference: &External<CollectorReference>) -> Result<u32> {
    Ok(reference.collector()?.id())
}

/// Replaces the labels of every exposed series. `labels` alternates names and values.
#[napi(catch_unwind)]
pub fn set_labels(reference: &External<CollectorReference>, labels: Vec<String>) -> Result<()> {
    reference.collector()?.set_labels(&pairs(labels));
    Ok(())
}

/// Removes all series and the trace. The caller has reset all its handles.
#[napi(catch_unwind)]
pub fn clear(reference: &External<CollectorReference>) -> Result<()> {
    let attachment = reference.attachment()?;
    attachment.collector.clear(&attachment.shard);
    Ok(())
}

/// Converts alternating names and values to pairs.
pub(super) fn pairs(flat: Vec<String>) -> Vec<(String, String)> {
    let mut flat = flat.into_iter();
    let mut pairs = Vec::new();
    while let (Some(name), Some(value)) = (flat.next(), flat.next()) {
        pairs.push((name, value));
    }
    pairs
}
