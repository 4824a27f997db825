//! Readings: at once as text, or as bytes from the reader thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};

use napi::bindgen_prelude::{External, Object};
use napi::{Env, Error, Result};
use napi_derive::napi;

use super::buffer_pool::{buffer, to_array};
use super::handle::{Handle, pairs};
use super::memory::SharedArray;
use crate::collector::{Collector, Kind, Priority, Snapshot, Window, is_queued, read_in_turn, reader_has_room};
use crate::exposition::{
    Escaping, ExpositionRequest, FORMATS, FamilyQuery, Format, PROMETHEUS_TEXT, WantedNames, exposition, families_json,
    json_snapshot, name_clashes, snapshot_text, value_text,
};

/// A window of JavaScript's own. Like a handle, it keeps no collector alive.
pub struct WindowHandle {
    collector: Weak<Collector>,
    // shared with readings that wait
    window: Arc<Window>,
}

/// Makes a window.
#[napi(catch_unwind)]
pub fn open_window(handle: &External<Handle>) -> Result<External<WindowHandle>> {
    let collector = Arc::downgrade(&handle.collector()?);
    Ok(External::new(WindowHandle { collector, window: Arc::default() }))
}

/// The snapshot of a window as JSON text; null, and nothing is reset, where it has more than `longest` UTF-16 units.
#[napi(catch_unwind)]
pub fn window_snapshot(window: &External<WindowHandle>, reset: bool, longest: f64) -> Result<Option<String>> {
    let gone = || Error::from_reason("the collector is gone; please report this");
    let collector = window.collector.upgrade().ok_or_else(gone)?;
    Ok(snapshot(&collector, &window.window, reset, longest))
}

/// The same of the common window.
#[napi(catch_unwind)]
pub fn common_snapshot(handle: &External<Handle>, reset: bool, longest: f64) -> Result<Option<String>> {
    let collector = handle.collector()?;
    Ok(snapshot(&collector, collector.common_window(), reset, longest))
}

fn snapshot(collector: &Collector, window: &Window, reset: bool, longest: f64) -> Option<String> {
    let text = |snapshot: &Snapshot| snapshot_text(snapshot, longest as usize);
    if reset { window.reset_if(collector, text).1 } else { text(&window.snapshot(collector)) }
}

/// One series' value as JSON, or null; `labels` are names and values in turn.
#[napi(catch_unwind)]
pub fn value(handle: &External<Handle>, kind: u8, name: String, labels: Vec<String>) -> Result<Option<String>> {
    let Some(kind) = Kind::from_number(kind) else {
        return Ok(None);
    };
    Ok(handle.collector()?.value(kind, &name, &pairs(labels)).map(|value| value_text(&value)))
}

/// The value, over all threads, of the series that has claimed this cell of the calling thread.
#[napi(catch_unwind)]
pub fn value_at(handle: &External<Handle>, cell: u32) -> Result<Option<String>> {
    let hold = handle.hold()?;
    let value = hold.collector.series_at(&hold.shard, cell).and_then(|series| hold.collector.value_of(series));
    Ok(value.map(|value| value_text(&value)))
}

/// A reading that is queued: its ticket and its bytes. Nothing where the queue is full.
pub type Reading<'env> = Option<(f64, Object<'env>)>;

/// The common window's snapshot as JSON bytes.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn json<'env>(env: &'env Env, handle: &External<Handle>) -> Result<Reading<'env>> {
    let collector = handle.collector()?;
    read_later(env, Priority::Scrape, move || json_snapshot(&collector.common_window().snapshot(&collector)))
}

/// The families of a collector as JSON, a line each: all of them or those of the given names, since the last reset of the window, if
/// one is given.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn families<'env>(
    env: &'env Env,
    handle: &External<Handle>,
    names: Option<Vec<String>>,
    window: Option<&External<WindowHandle>>,
) -> Result<Reading<'env>> {
    let collector = handle.collector()?;
    let window = window.map(|window| window.window.clone());
    read_later(env, Priority::Scrape, move || families_json(&collector, window.as_deref(), &FamilyQuery { names }))
}

/// The same, while the caller waits.
#[napi(catch_unwind, ts_return_type = "Uint8Array")]
pub fn families_sync(
    handle: &External<Handle>,
    names: Option<Vec<String>>,
    window: Option<&External<WindowHandle>>,
) -> Result<SharedArray> {
    let window = window.map(|window| &*window.window);
    Ok(to_array(families_json(&*handle.collector()?, window, &FamilyQuery { names })))
}

/// A format of expositions.
#[napi(object)]
pub struct ExpositionFormat {
    pub content_type: String,
    /// Whether names may have any characters.
    pub has_any_names: bool,
}

/// The formats by their numbers. The first is that of a client that asks for none; of those of one type the first is that of a
/// client that names no version.
#[napi(catch_unwind)]
pub fn exposition_formats() -> Vec<ExpositionFormat> {
    let described = |format: &Format| ExpositionFormat {
        content_type: format.content_type.to_owned(),
        has_any_names: format.has_any_names,
    };
    FORMATS.iter().map(described).collect()
}

/// What is asked of an exposition; all but the format may be absent.
#[napi(object)]
pub struct ExpositionOptions {
    /// The number of the format.
    pub format: u32,
    /// `underscores`, `dots`, `values` or `allow-utf-8`.
    pub escaping: Option<String>,
    /// The bounds of timings in milliseconds.
    pub buckets: Option<Vec<f64>>,
    /// Only these families.
    pub names: Option<Vec<String>>,
    /// Only series with these labels: names and values in turn.
    pub labels: Option<Vec<String>>,
    /// Whether text formats write when series began.
    pub created: Option<bool>,
}

impl ExpositionOptions {
    pub(super) fn request(self) -> ExpositionRequest {
        ExpositionRequest {
            format: FORMATS.get(self.format as usize).unwrap_or(&PROMETHEUS_TEXT),
            escaping: self.escaping.as_deref().and_then(Escaping::from_word).unwrap_or_default(),
            buckets: self.buckets,
            names: self.names.map(WantedNames::new),
            labels: pairs(self.labels.unwrap_or_default()),
            has_created: self.created.unwrap_or(false),
        }
    }
}

/// The Prometheus exposition.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn prometheus<'env>(
    env: &'env Env,
    handle: &External<Handle>,
    options: ExpositionOptions,
) -> Result<Reading<'env>> {
    let collector = handle.collector()?;
    let request = options.request();
    read_later(env, Priority::Scrape, move || exposition(&request, Some(&collector), buffer()))
}

/// The same, while the caller waits.
#[napi(catch_unwind, ts_return_type = "Uint8Array")]
pub fn prometheus_sync(handle: &External<Handle>, options: ExpositionOptions) -> Result<SharedArray> {
    let collector = handle.collector()?;
    Ok(to_array(exposition(&options.request(), Some(&collector), buffer())))
}

/// Two families that would be exposed under one name, each as its kind and its name.
#[napi(object)]
pub struct NameClash {
    pub earlier: Vec<String>,
    pub later: Vec<String>,
    /// What the later one is exposed as instead.
    pub exposed: String,
}

/// How many families there are, and the clashes of those that came after the first ones.
#[napi(object)]
pub struct NameClashes {
    pub families: u32,
    pub clashes: Vec<NameClash>,
}

/// The clashes of the families that came after the first `known` ones.
#[napi(catch_unwind, js_name = "nameClashes")]
pub fn clashes_of_names(handle: &External<Handle>, known: u32) -> Result<NameClashes> {
    let (families, clashes) = name_clashes(&*handle.collector()?, known as usize);
    let pair = |(kind, name): (&str, String)| vec![kind.to_owned(), name];
    let clashes = clashes.into_iter().map(|clash| NameClash {
        earlier: pair(clash.earlier),
        later: pair(clash.later),
        exposed: clash.exposed,
    });
    Ok(NameClashes { families: families as u32, clashes: clashes.collect() })
}

/// Whether the reading of this ticket has not begun: it will have all that was recorded so far.
#[napi(catch_unwind, js_name = "isQueued")]
pub fn is_reading_queued(ticket: f64) -> bool {
    is_queued(ticket as u64)
}

/// Bytes that the reader thread makes. When the caller's thread ends before, they are dropped.
pub(super) fn read_later(
    env: &Env,
    priority: Priority,
    read: impl FnOnce() -> Vec<u8> + Send + 'static,
) -> Result<Reading<'_>> {
    if !reader_has_room(priority) {
        return Ok(None);
    }
    let (deferred, promise) = env.create_deferred()?;
    let ticket = read_in_turn(priority, move || match catch_unwind(AssertUnwindSafe(read)) {
        Ok(bytes) => deferred.resolve(move |_| Ok(to_array(bytes))),
        Err(_) => deferred.reject(Error::from_reason("the reading failed; please report this")),
    });
    Ok(Some((ticket as f64, promise)))
}
