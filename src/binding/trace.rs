//! A collector's trace of events.

use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use napi::bindgen_prelude::External;
use napi::{Env, Result};
use napi_derive::napi;

use super::read::{QueuedReading, read_later};
use super::reference::{CollectorReference, pairs};
use crate::collector::Priority;
use crate::exposition::trace_json;

/// Appends an event to the trace. `fields` alternates names and values.
#[napi(catch_unwind)]
pub fn trace(reference: &External<CollectorReference>, time: f64, name: String, fields: Vec<String>) -> Result<()> {
    reference.collector()?.trace(time, name, pairs(fields));
    Ok(())
}

/// The newest events after a sequence number, as JSON.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn trace_after<'env>(
    env: &'env Env,
    reference: &External<CollectorReference>,
    after: f64,
    limit: u32,
) -> Result<QueuedReading<'env>> {
    let collector = reference.collector()?;
    read_later(env, Priority::WebPage, move || trace_json(&collector, after as u64, limit as usize))
}

/// An id of the collector that no other collector has, not even in an earlier process.
#[napi(catch_unwind)]
pub fn trace_epoch(reference: &External<CollectorReference>) -> Result<String> {
    static STARTED_MICROS: OnceLock<u128> = OnceLock::new();
    let since_1970 = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
    Ok(format!("{:x}.{}", STARTED_MICROS.get_or_init(since_1970), reference.collector()?.id()))
}
