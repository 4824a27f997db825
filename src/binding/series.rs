//! A collector's series and events for readers that page through them.

use std::sync::{Arc, Weak};

use napi::bindgen_prelude::{External, Object};
use napi::{Env, Error, Result};
use napi_derive::napi;
use parking_lot::Mutex;

use super::handle::Handle;
use super::read::read_later;
use crate::collector::{Collector, Recent};
use crate::exposition::{SeriesQuery, series_detail, series_lines, series_page, trace_json};

/// A reader of a collector's series. Like a handle, it keeps no collector alive.
pub struct SeriesHandle {
    collector: Weak<Collector>,
    recent: Arc<Mutex<Recent>>,
}

impl SeriesHandle {
    fn read<'env>(
        &self,
        env: &'env Env,
        read: impl FnOnce(&Collector, &mut Recent) -> Vec<u8> + Send + 'static,
    ) -> Result<Object<'env>> {
        let gone = || Error::from_reason("the collector is gone; please report this");
        let collector = self.collector.upgrade().ok_or_else(gone)?;
        let recent = self.recent.clone();
        read_later(env, move || read(&collector, &mut recent.lock()))
    }
}

/// Makes a reader.
#[napi(catch_unwind)]
pub fn open_series(handle: &External<Handle>) -> Result<External<SeriesHandle>> {
    Ok(External::new(SeriesHandle { collector: Arc::downgrade(&handle.collector()?), recent: Arc::default() }))
}

/// A page of series as JSON; `after` is the last key of the page before.
#[napi(catch_unwind, ts_return_type = "Promise<Uint8Array>")]
pub fn series<'env>(
    env: &'env Env,
    handle: &External<SeriesHandle>,
    prefix: String,
    text: String,
    limit: u32,
    after: Option<String>,
    timestamp: String,
) -> Result<Object<'env>> {
    let query = SeriesQuery { prefix, text, limit: limit as usize, after, timestamp };
    handle.read(env, move |collector, recent| series_page(collector, recent, &query))
}

/// One series as JSON with its distribution; no bytes for one that is not there.
#[napi(catch_unwind, ts_return_type = "Promise<Uint8Array>")]
pub fn series_of_key<'env>(env: &'env Env, handle: &External<SeriesHandle>, key: String) -> Result<Object<'env>> {
    handle.read(env, move |collector, recent| series_detail(collector, recent, &key).unwrap_or_default())
}

/// Series as JSON, a line for each key, which is empty for one that is not there.
#[napi(catch_unwind, ts_return_type = "Promise<Uint8Array>")]
pub fn series_of_keys<'env>(
    env: &'env Env,
    handle: &External<SeriesHandle>,
    keys: Vec<String>,
) -> Result<Object<'env>> {
    handle.read(env, move |collector, recent| series_lines(collector, recent, &keys))
}

/// The newest events after a sequence number as JSON.
#[napi(catch_unwind, ts_return_type = "Promise<Uint8Array>")]
pub fn trace_after<'env>(env: &'env Env, handle: &External<Handle>, after: f64, limit: u32) -> Result<Object<'env>> {
    let collector = handle.collector()?;
    read_later(env, move || trace_json(&collector, after as u64, limit as usize))
}
