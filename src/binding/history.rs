//! The history of a collector, for the web page.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use napi::bindgen_prelude::External;
use napi::{Env, Result};
use napi_derive::napi;

use super::memory::SharedArray;
use super::read::{QueuedReading, read_later};
use super::reference::CollectorReference;
use crate::collector::{History, HistoryRequest, Priority, keep_history};
use crate::exposition::{cardinality_json, history_json};

/// What is requested of a history.
#[napi(object)]
pub struct HistoryQuery {
    /// Keys of series, or patterns.
    pub keys: Vec<String>,
    /// Labels by which series that match one pattern are grouped.
    pub by: Vec<String>,
    /// Only intervals that end later; in milliseconds since the epoch, or, if negative, before the end of the latest interval.
    pub after: f64,
    /// The most groups of one pattern.
    pub limit: u32,
    /// Two values (of the last five minutes, and of the time before) instead of one for each interval.
    pub summary: bool,
    /// Whether distributions have their buckets in each interval.
    pub buckets: bool,
}

impl From<HistoryQuery> for HistoryRequest {
    fn from(query: HistoryQuery) -> Self {
        let HistoryQuery { keys, by, after, limit, summary, buckets } = query;
        Self { keys, by, after, limit: limit as usize, is_summary: summary, has_buckets: buckets && !summary }
    }
}

/// Keeps a history.
struct Holder {
    word: AtomicU32,
    #[allow(dead_code, reason = "it is only held")]
    history: Arc<History>,
}

/// Samples the collector's history each second until all arrays that this function returned are finalised.
#[napi(catch_unwind, ts_return_type = "Uint32Array")]
pub fn keep_collector_history(reference: &External<CollectorReference>) -> Result<SharedArray> {
    let history = keep_history(&reference.collector()?);
    Ok(held(history))
}

/// Adds a sample to the collector's history at a time, in milliseconds since the epoch, for tests of a time that has passed. The array
/// keeps the history, and does not make it sample itself.
#[napi(catch_unwind, ts_return_type = "Uint32Array")]
pub fn sample_collector_history(reference: &External<CollectorReference>, time: f64) -> Result<SharedArray> {
    let collector = reference.collector()?;
    let history = collector.open_history();
    history.sample(&collector, time);
    Ok(held(history))
}

fn held(history: Arc<History>) -> SharedArray {
    let holder = Holder { word: AtomicU32::new(0), history };
    SharedArray::word(holder, |holder| &holder.word)
}

/// What the history says of some series, as JSON.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn history<'env>(
    env: &'env Env,
    reference: &External<CollectorReference>,
    query: HistoryQuery,
) -> Result<QueuedReading<'env>> {
    let collector = reference.collector()?;
    let request = HistoryRequest::from(query);
    read_later(env, Priority::WebPage, move || history_json(&collector, &request))
}

/// Which families and labels have the most series, as JSON.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn page_cardinality<'env>(env: &'env Env, reference: &External<CollectorReference>) -> Result<QueuedReading<'env>> {
    let collector = reference.collector()?;
    read_later(env, Priority::WebPage, move || cardinality_json(&collector))
}
