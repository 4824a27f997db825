//! A collector's series, for the web page.

use std::sync::{Arc, Weak};

use napi::bindgen_prelude::External;
use napi::{Env, Result};
use napi_derive::napi;
use parking_lot::Mutex;

use super::read::{QueuedReading, read_later};
use super::reference::{CollectorReference, gone};
use crate::collector::{Collector, Priority, Rates};
use crate::exposition::{SeriesQuery, list_series, series_detail, series_lines};

/// A reader of a collector's series, with its rates. It does not keep the collector alive.
pub struct SeriesReference {
    collector: Weak<Collector>,
    rates: Arc<Mutex<Rates>>,
}

impl SeriesReference {
    fn read<'env>(
        &self,
        env: &'env Env,
        read: impl FnOnce(&Collector, &mut Rates) -> Vec<u8> + Send + 'static,
    ) -> Result<QueuedReading<'env>> {
        let collector = self.collector.upgrade().ok_or_else(gone)?;
        let rates = self.rates.clone();
        read_later(env, Priority::WebPage, move || read(&collector, &mut rates.lock()))
    }
}

/// Creates a reader of series.
#[napi(catch_unwind)]
pub fn open_series(reference: &External<CollectorReference>) -> Result<External<SeriesReference>> {
    Ok(External::new(SeriesReference { collector: Arc::downgrade(&reference.collector()?), rates: Arc::default() }))
}

/// Lists series as JSON. `after` is the `next` of the previous call.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn series<'env>(
    env: &'env Env,
    reference: &External<SeriesReference>,
    prefix: String,
    text: String,
    limit: u32,
    after: Option<String>,
    timestamp: String,
) -> Result<QueuedReading<'env>> {
    let query = SeriesQuery { prefix, text, limit: limit as usize, after, timestamp };
    reference.read(env, move |collector, rates| list_series(collector, rates, &query))
}

/// One series as JSON, with its distribution. No bytes if there is no such series.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn series_of_key<'env>(
    env: &'env Env,
    reference: &External<SeriesReference>,
    key: String,
) -> Result<QueuedReading<'env>> {
    reference.read(env, move |collector, rates| series_detail(collector, rates, &key).unwrap_or_default())
}

/// Series as JSON, one line per key. The line is empty if there is no such series.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn series_of_keys<'env>(
    env: &'env Env,
    reference: &External<SeriesReference>,
    keys: Vec<String>,
) -> Result<QueuedReading<'env>> {
    reference.read(env, move |collector, rates| series_lines(collector, rates, &keys))
}
