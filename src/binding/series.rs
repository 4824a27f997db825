//! A collector's series and events for readers that page through them.

use std::sync::{Arc, OnceLock, Weak};
use std::time::{SystemTime, UNIX_EPOCH};

use napi::bindgen_prelude::External;
use napi::{Env, Error, Result};
use napi_derive::napi;
use parking_lot::Mutex;

use super::handle::Handle;
use super::read::{Reading, read_later};
use crate::collector::{Collector, Priority, Rates};
use crate::exposition::{SeriesQuery, list_series, series_detail, series_lines, trace_json};

/// A reader of a collector's series. Like a handle, it keeps no collector alive.
pub struct SeriesHandle {
    collector: Weak<Collector>,
    rates: Arc<Mutex<Rates>>,
}

impl SeriesHandle {
    fn read<'env>(
        &self,
        env: &'env Env,
        read: impl FnOnce(&Collector, &mut Rates) -> Vec<u8> + Send + 'static,
    ) -> Result<Reading<'env>> {
        let gone = || Error::from_reason("the collector is gone; please report this");
        let collector = self.collector.upgrade().ok_or_else(gone)?;
        let rates = self.rates.clone();
        read_later(env, Priority::WebPage, move || read(&collector, &mut rates.lock()))
    }
}

/// Makes a reader.
#[napi(catch_unwind)]
pub fn open_series(handle: &External<Handle>) -> Result<External<SeriesHandle>> {
    Ok(External::new(SeriesHandle { collector: Arc::downgrade(&handle.collector()?), rates: Arc::default() }))
}

/// A page of series as JSON; `after` is the last key of the page before.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn series<'env>(
    env: &'env Env,
    handle: &External<SeriesHandle>,
    prefix: String,
    text: String,
    limit: u32,
    after: Option<String>,
    timestamp: String,
) -> Result<Reading<'env>> {
    let query = SeriesQuery { prefix, text, limit: limit as usize, after, timestamp };
    handle.read(env, move |collector, rates| list_series(collector, rates, &query))
}

/// One series as JSON with its distribution; no bytes for one that is not there.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn series_of_key<'env>(env: &'env Env, handle: &External<SeriesHandle>, key: String) -> Result<Reading<'env>> {
    handle.read(env, move |collector, rates| series_detail(collector, rates, &key).unwrap_or_default())
}

/// Series as JSON, a line for each key, which is empty for one that is not there.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn series_of_keys<'env>(
    env: &'env Env,
    handle: &External<SeriesHandle>,
    keys: Vec<String>,
) -> Result<Reading<'env>> {
    handle.read(env, move |collector, rates| series_lines(collector, rates, &keys))
}

/// The newest events after a sequence number as JSON.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn trace_after<'env>(env: &'env Env, handle: &External<Handle>, after: f64, limit: u32) -> Result<Reading<'env>> {
    let collector = handle.collector()?;
    read_later(env, Priority::WebPage, move || trace_json(&collector, after as u64, limit as usize))
}

/// What tells the events of a collector apart from those of another one, also in an earlier process.
#[napi(catch_unwind)]
pub fn trace_epoch(handle: &External<Handle>) -> Result<String> {
    static STARTED_MICROS: OnceLock<u128> = OnceLock::new();
    let since_1970 = || SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
    Ok(format!("{:x}.{}", STARTED_MICROS.get_or_init(since_1970), handle.collector()?.id()))
}
