//! Readings: synchronous ones, mostly as text, and bytes from the reader thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Weak};

use napi::bindgen_prelude::{External, Object};
use napi::{Either, Env, Error, Result};
use napi_derive::napi;

use super::buffer_pool::{buffer, to_array};
use super::cardinality::self_metrics_mode;
use super::memory::SharedArray;
use super::reference::{CollectorReference, gone, pairs};
use crate::collector::{Collector, Kind, Priority, Snapshot, Window, is_queued, reader_accepts, run_on_reader};
use crate::exposition::{
    Escaping, ExpositionRequest, FORMATS, FamilyQuery, Format, PROMETHEUS_TEXT, WantedNames, exposition, families_json,
    json_snapshot, name_clashes, snapshot_text, value_text,
};

/// A window. It does not keep its collector alive.
pub struct WindowReference {
    collector: Weak<Collector>,
    // shared with queued readings
    window: Arc<Window>,
}

impl WindowReference {
    pub(super) fn window(&self) -> Arc<Window> {
        self.window.clone()
    }
}

/// Creates a window.
#[napi(catch_unwind)]
pub fn open_window(reference: &External<CollectorReference>) -> Result<External<WindowReference>> {
    let collector = Arc::downgrade(&reference.collector()?);
    Ok(External::new(WindowReference { collector, window: Arc::default() }))
}

/// The snapshot of a window as JSON text. If it has more than `longest` UTF-16 units, returns null and resets nothing.
#[napi(catch_unwind)]
pub fn window_snapshot(window: &External<WindowReference>, reset: bool, longest: f64) -> Result<Option<String>> {
    let collector = window.collector.upgrade().ok_or_else(gone)?;
    Ok(snapshot(&collector, &window.window, reset, longest))
}

/// Like `windowSnapshot`, for the window that all threads share.
#[napi(catch_unwind)]
pub fn common_snapshot(reference: &External<CollectorReference>, reset: bool, longest: f64) -> Result<Option<String>> {
    let collector = reference.collector()?;
    Ok(snapshot(&collector, collector.common_window(), reset, longest))
}

fn snapshot(collector: &Collector, window: &Window, reset: bool, longest: f64) -> Option<String> {
    let text = |snapshot: &Snapshot| snapshot_text(snapshot, longest as usize);
    if reset { window.reset_if(collector, text).1 } else { text(&window.snapshot(collector)) }
}

/// The value of one series as JSON, or null. `labels` alternates names and values.
#[napi(catch_unwind)]
pub fn value(
    reference: &External<CollectorReference>,
    kind: u8,
    name: String,
    labels: Vec<String>,
) -> Result<Option<String>> {
    let Some(kind) = Kind::from_number(kind) else {
        return Ok(None);
    };
    Ok(reference.collector()?.value(kind, &name, &pairs(labels)).map(|value| value_text(&value)))
}

/// The value of the series that has claimed this cell of the calling thread, merged over all threads.
#[napi(catch_unwind)]
pub fn value_at(reference: &External<CollectorReference>, cell: u32) -> Result<Option<String>> {
    let attachment = reference.attachment()?;
    let value = attachment.collector.value_at(&attachment.shard, cell.into());
    Ok(value.map(|value| value_text(&value)))
}

/// A queued reading: its ticket and a promise of its bytes. `None` if the queue is full.
pub type QueuedReading<'env> = Option<(f64, Object<'env>)>;

/// The snapshot of the shared window as JSON bytes.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn json<'env>(env: &'env Env, reference: &External<CollectorReference>) -> Result<QueuedReading<'env>> {
    let collector = reference.collector()?;
    read_later(env, Priority::Scrape, move || json_snapshot(&collector.common_window().snapshot(&collector)))
}

/// The families of a collector as JSON, one a line: all of them, or those with the given names. With a window, values are those since
/// its last reset, and `resets` starts it over.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn families<'env>(
    env: &'env Env,
    reference: &External<CollectorReference>,
    names: Option<Vec<String>>,
    window: Option<&External<WindowReference>>,
    resets: bool,
) -> Result<QueuedReading<'env>> {
    let collector = reference.collector()?;
    let window = window.map(|window| window.window.clone());
    let query = FamilyQuery { names, resets };
    read_later(env, Priority::Scrape, move || families_json(&collector, window.as_deref(), &query))
}

/// Like `families`, synchronously.
#[napi(catch_unwind, ts_return_type = "Uint8Array")]
pub fn families_sync(
    reference: &External<CollectorReference>,
    names: Option<Vec<String>>,
    window: Option<&External<WindowReference>>,
    resets: bool,
) -> Result<SharedArray> {
    let window = window.map(|window| &*window.window);
    Ok(to_array(families_json(&*reference.collector()?, window, &FamilyQuery { names, resets })))
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

/// The options of an exposition. All but the format are optional.
#[napi(object)]
pub struct ExpositionOptions {
    /// The number of the format.
    pub format: u32,
    /// `underscores`, `dots`, `values` or `allow-utf-8`.
    pub escaping: Option<String>,
    /// The default bounds of timings, in milliseconds.
    pub buckets: Option<Vec<f64>>,
    /// Only these families.
    pub names: Option<Vec<String>>,
    /// Only series with these labels: names and values in turn.
    pub labels: Option<Vec<String>>,
    /// Whether text formats write when series began.
    pub created: Option<bool>,
    /// Whether it includes what the collector reports about itself; by default only if there are problems.
    pub self_metrics: Option<bool>,
}

impl ExpositionOptions {
    pub(super) fn request(self) -> ExpositionRequest {
        ExpositionRequest {
            format: FORMATS.get(self.format as usize).unwrap_or(&PROMETHEUS_TEXT),
            escaping: self.escaping.as_deref().and_then(Escaping::from_name).unwrap_or_default(),
            buckets: self.buckets,
            names: self.names.map(WantedNames::new),
            labels: pairs(self.labels.unwrap_or_default()),
            has_created: self.created.unwrap_or(false),
            self_metrics: self_metrics_mode(self.self_metrics),
        }
    }
}

/// The Prometheus exposition.
#[napi(catch_unwind, ts_return_type = "[ticket: number, bytes: Promise<Uint8Array>] | null")]
pub fn prometheus<'env>(
    env: &'env Env,
    reference: &External<CollectorReference>,
    options: ExpositionOptions,
) -> Result<QueuedReading<'env>> {
    let collector = reference.collector()?;
    let request = options.request();
    read_later(env, Priority::Scrape, move || exposition(&request, Some(&collector), buffer()))
}

/// Like `prometheus`, synchronously.
#[napi(catch_unwind, ts_return_type = "Uint8Array")]
pub fn prometheus_sync(reference: &External<CollectorReference>, options: ExpositionOptions) -> Result<SharedArray> {
    let collector = reference.collector()?;
    Ok(to_array(exposition(&options.request(), Some(&collector), buffer())))
}

/// Two families that would be exposed under the same name, each as `[kind, name]`.
#[napi(object)]
pub struct NameClash {
    pub earlier: Vec<String>,
    pub later: Vec<String>,
    /// The name under which the later one is exposed instead.
    pub exposed: String,
}

/// How many families were ever declared, and the clashes of new ones.
#[napi(object)]
pub struct NameClashes {
    pub families: f64,
    pub clashes: Vec<NameClash>,
}

/// How many families were ever declared, and the clashes of those after the first `known`.
#[napi(catch_unwind, js_name = "nameClashes")]
pub fn clashes_of_names(reference: &External<CollectorReference>, known: f64) -> Result<NameClashes> {
    let (families, clashes) = name_clashes(&*reference.collector()?, known as u64);
    let pair = |(kind, name): (&str, String)| vec![kind.to_owned(), name];
    let clashes = clashes.into_iter().map(|clash| NameClash {
        earlier: pair(clash.earlier),
        later: pair(clash.later),
        exposed: clash.exposed,
    });
    Ok(NameClashes { families: families as f64, clashes: clashes.collect() })
}

/// Whether the reading with this ticket has not started. If so, it will contain everything recorded so far.
#[napi(catch_unwind, js_name = "isQueued")]
pub fn is_reading_queued(ticket: f64) -> bool {
    is_queued(ticket as u64)
}

/// A text that was written at once, or a reading that is queued.
pub type SoonText<'env> = Option<Either<String, (f64, Object<'env>)>>;

/// Makes a reading that is text at once if that is quick, and otherwise queues it. Only for readings that other clients make without
/// letting the event loop turn, too: a program may read until something happens.
pub(super) fn read_text_soon<'env>(
    env: &'env Env,
    collector: &Arc<Collector>,
    read: impl FnOnce(&Collector) -> Vec<u8> + Send + 'static,
) -> Result<SoonText<'env>> {
    if collector.is_quick_to_read() {
        let text = String::from_utf8(read(collector)).map_err(|error| Error::from_reason(error.to_string()))?;
        return Ok(Some(Either::A(text)));
    }
    let collector = collector.clone();
    Ok(read_later(env, Priority::Scrape, move || read(&collector))?.map(Either::B))
}

/// Queues a reading for the reader thread. If the calling thread ends first, the bytes are dropped.
pub(super) fn read_later(
    env: &Env,
    priority: Priority,
    read: impl FnOnce() -> Vec<u8> + Send + 'static,
) -> Result<QueuedReading<'_>> {
    if !reader_accepts(priority) {
        return Ok(None);
    }
    let (deferred, promise) = env.create_deferred()?;
    let ticket = run_on_reader(priority, move || match catch_unwind(AssertUnwindSafe(read)) {
        Ok(bytes) => deferred.resolve(move |_| Ok(to_array(bytes))),
        Err(_) => deferred.reject(Error::from_reason("the reading failed; please report this")),
    });
    Ok(Some((ticket as f64, promise)))
}
