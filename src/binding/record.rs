//! Families, label sets, new series and removals.

use std::sync::Arc;

use napi::bindgen_prelude::{External, Uint32ArraySlice};
use napi::{Either, Error, Result};
use napi_derive::napi;
use serde::{Deserialize, Deserializer};

use super::cardinality::{limit_for_javascript, limit_of, ttl_for_javascript, ttl_of};
use super::memory::SharedArray;
use super::reference::{Attachment, CollectorReference, pairs};
use crate::cells::ClaimRole;
use crate::collector::{
    FamilyConflict, FamilyOptions, Kind, Merge, NameTranslation, Priority, Removed, run_on_reader, slide_by_timer,
};
use crate::histogram::Precision;

/// The options of a family. Numbers are those of `lib/record/layout.js`.
#[napi(object, object_from_js = false)]
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FamilyRequest {
    pub help: Option<String>,
    pub unit: Option<String>,
    /// Sorted.
    pub label_names: Option<Vec<String>>,
    pub merge: Option<u8>,
    pub precision: Option<u8>,
    #[serde(skip)]
    pub buckets: Option<Vec<f64>>,
    #[serde(skip)]
    pub quantiles: Option<Vec<f64>>,
    /// The number of a way to translate names.
    pub translation: Option<u8>,
    /// Whether a gauge's values may be added up.
    pub is_sum: Option<bool>,
    /// Whether values are whole numbers.
    pub is_int: Option<bool>,
    /// Whether callbacks observe the values before readings.
    pub is_observed: Option<bool>,
    /// Of a histogram without buckets: whether the exposed quantiles cover recent values only.
    pub is_summary: Option<bool>,
    /// In milliseconds.
    pub max_age: Option<f64>,
    pub age_buckets: Option<u32>,
    /// May be infinite.
    #[serde(deserialize_with = "infinite_if_null")]
    pub max_series: Option<f64>,
    /// In milliseconds; may be infinite.
    #[serde(deserialize_with = "infinite_if_null")]
    pub ttl: Option<f64>,
}

/// JSON has no infinity: `JSON.stringify` writes null.
fn infinite_if_null<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<f64>, D::Error> {
    Ok(Some(Option::deserialize(deserializer)?.unwrap_or(f64::INFINITY)))
}

impl From<FamilyRequest> for FamilyOptions {
    fn from(request: FamilyRequest) -> Self {
        Self {
            help: request.help,
            unit: request.unit,
            label_names: request.label_names,
            merge: request.merge.and_then(Merge::from_number),
            precision: request.precision.and_then(Precision::from_digits),
            buckets: request.buckets,
            quantiles: request.quantiles,
            translation: request.translation.and_then(NameTranslation::from_number),
            is_sum: request.is_sum,
            is_int: request.is_int,
            is_observed: request.is_observed,
            is_summary: request.is_summary.unwrap_or(false),
            max_age: request.max_age,
            age_buckets: request.age_buckets,
            max_series: request.max_series.map(limit_of),
            ttl: request.ttl.map(ttl_of),
        }
    }
}

/// A family's options, and whether it has a series.
#[napi(object, object_from_js = false)]
pub struct FamilyState {
    pub in_use: bool,
    pub options: FamilyRequest,
}

impl From<FamilyOptions> for FamilyRequest {
    fn from(options: FamilyOptions) -> Self {
        Self {
            help: options.help,
            unit: options.unit,
            label_names: options.label_names,
            merge: options.merge.map(|merge| merge as u8),
            precision: options.precision.map(|precision| precision as u8),
            buckets: options.buckets,
            quantiles: options.quantiles,
            translation: options.translation.map(|translation| translation as u8),
            is_sum: options.is_sum,
            is_int: options.is_int,
            is_observed: options.is_observed,
            is_summary: options.is_summary.then_some(true),
            max_age: options.max_age,
            age_buckets: options.age_buckets,
            max_series: options.max_series.map(limit_for_javascript),
            ttl: options.ttl.map(ttl_for_javascript),
        }
    }
}

/// The option that contradicts the family, and the family's options.
#[napi(object, object_from_js = false)]
pub struct Conflict {
    pub option: String,
    pub known: FamilyRequest,
}

impl From<FamilyConflict> for Conflict {
    fn from(conflict: FamilyConflict) -> Self {
        Self { option: conflict.option.to_owned(), known: (*conflict.known).into() }
    }
}

/// The number of a family, which stays valid until the caller releases the family; or a conflict. The request is the JSON of a
/// [`FamilyRequest`]: to read its properties through Node-API takes five times as long. Bounds and quantiles are passed apart, as they
/// have to be exact.
#[napi(catch_unwind)]
pub fn family(
    reference: &External<CollectorReference>,
    kind: u8,
    name: String,
    request: Option<String>,
    buckets: Option<Vec<f64>>,
    quantiles: Option<Vec<f64>>,
) -> Result<Either<u32, Conflict>> {
    let kind = Kind::from_number(kind).unwrap_or(Kind::Counter);
    let request: FamilyRequest = match request {
        Some(json) => serde_json::from_str(&json).map_err(|error| Error::from_reason(error.to_string()))?,
        None => FamilyRequest::default(),
    };
    let options = FamilyOptions::from(FamilyRequest { buckets, quantiles, ..request });
    let attachment = reference.attachment()?;
    let is_summary = options.is_summary;
    Ok(match attachment.collector.hold_family(&attachment.shard, kind, &name, options) {
        Ok(family) => {
            if is_summary {
                slide_by_timer(&attachment.collector);
            }
            Either::A(family)
        }
        Err(conflict) => Either::B(conflict.into()),
    })
}

/// The options of a family, from all threads, with the `ttl` in effect. Options that determine its cells are final once it is in use.
#[napi(catch_unwind)]
pub fn family_options(reference: &External<CollectorReference>, family: u32) -> Result<FamilyState> {
    let collector = reference.collector()?;
    let Some(family) = collector.get_family(family) else {
        return Ok(FamilyState { in_use: false, options: FamilyOptions::default().into() });
    };
    let options = FamilyOptions { ttl: collector.ttl_of(&family), ..family.options.clone() };
    Ok(FamilyState { in_use: family.in_use(), options: options.into() })
}

/// Sets help and unit for all families with a name. Returns a conflict or null.
#[napi(catch_unwind)]
pub fn describe(
    reference: &External<CollectorReference>,
    name: String,
    help: Option<String>,
    unit: Option<String>,
) -> Result<Option<Conflict>> {
    let description = FamilyOptions { help, unit, ..FamilyOptions::default() };
    let described = reference.collector()?.describe(&name, &description);
    Ok(described.err().map(Conflict::from))
}

/// The number of a label set: a family and label names in the order in which the log will have the values.
#[napi(catch_unwind)]
pub fn label_set(reference: &External<CollectorReference>, family: u32, names: Vec<String>) -> Result<u32> {
    let attachment = reference.attachment()?;
    Ok(attachment.collector.label_set(&attachment.shard, family, names.iter().map(String::as_str)))
}

/// The number of a label set for the series whose first labels have these values. The log then has the values of the other labels.
#[napi(catch_unwind)]
pub fn label_subset(reference: &External<CollectorReference>, set: u32, values: Vec<String>) -> Result<Option<u32>> {
    let attachment = reference.attachment()?;
    Ok(attachment.collector.label_subset(&attachment.shard, set, values.iter().map(String::as_str)))
}

/// Frees the numbers of label sets.
#[napi(catch_unwind)]
pub fn drop_label_sets(reference: &External<CollectorReference>, numbers: Vec<u32>) -> Result<()> {
    let attachment = reference.attachment()?;
    attachment.collector.drop_label_sets(&attachment.shard, &numbers);
    Ok(())
}

/// Fills the array with cells claimed for future series of a label set. The log assigns series to them. Returns how many: fewer, or
/// none, if the family has no room for more series.
#[napi(catch_unwind)]
pub fn reserve(reference: &External<CollectorReference>, set: u32, mut cells: Uint32ArraySlice) -> Result<u32> {
    let attachment = reference.attachment()?;
    let reserved = attachment.collector.reserve(&attachment.shard, set, cells.len() as u32);
    // SAFETY: JavaScript created the array for this call and waits for the result, so nothing else accesses it.
    #[expect(unsafe_code, reason = "the only way to write to a JavaScript array")]
    let slots = unsafe { cells.as_mut() };
    slots.iter_mut().zip(&reserved).for_each(|(slot, cell)| *slot = u32::from(*cell));
    Ok(reserved.len() as u32)
}

/// The most full buffers of a log that wait for the reader thread (2 MB). Beyond that, the recording thread reads the log itself.
const MAX_FULL_BUFFERS: usize = 32;

/// The number of the log's next buffer, which is empty, for at least this many words of records.
#[napi(catch_unwind)]
pub fn next_log(reference: &External<CollectorReference>, words: u32) -> Result<u32> {
    let attachment = reference.attachment()?;
    let Attachment { collector, shard } = &*attachment;
    if shard.log().full() >= MAX_FULL_BUFFERS {
        collector.read_log(shard);
    }
    let number = shard.log().next(words as usize);
    if shard.log().full() >= MAX_FULL_BUFFERS / 2 && shard.log().make_due() {
        let (collector, shard) = (Arc::downgrade(collector), shard.clone());
        run_on_reader(Priority::Log, move || {
            shard.log().begin();
            if let Some(collector) = collector.upgrade() {
                collector.read_log(&shard);
            }
        });
    }
    Ok(number as u32)
}

/// A buffer of the log. `src/cells/log.rs` documents the format.
#[napi(catch_unwind, ts_return_type = "Uint32Array | null")]
pub fn log_buffer(reference: &External<CollectorReference>, number: u32) -> Result<Option<SharedArray>> {
    let buffer = reference.attachment()?.shard.log().buffer(number as usize);
    Ok(buffer.map(|buffer| SharedArray::words(buffer, |buffer| buffer.words())))
}

/// Claims the cells of a series whose values are too long for the log.
#[napi(catch_unwind)]
pub fn register_values(reference: &External<CollectorReference>, set: u32, values: Vec<String>) -> Result<u32> {
    let attachment = reference.attachment()?;
    Ok(attachment.collector.register_in_set(&attachment.shard, set, values.iter().map(String::as_str)).into())
}

/// Claims another cell of a counter: that of its decrements, or the one that counts increments by 0.
#[napi(catch_unwind)]
pub fn sibling(reference: &External<CollectorReference>, cell: u32, is_of_zeros: bool) -> Result<u32> {
    let attachment = reference.attachment()?;
    let role = if is_of_zeros { ClaimRole::Zeros } else { ClaimRole::Decrements };
    Ok(attachment.collector.claim_sibling(&attachment.shard, cell.into(), role).into())
}

/// Allocates a page of a distribution in a label set.
#[napi(catch_unwind)]
pub fn page(reference: &External<CollectorReference>, set: u32, head: u32, entry: u32) -> Result<u32> {
    let attachment = reference.attachment()?;
    Ok(attachment.collector.claim_page_in_set(&attachment.shard, set, head.into(), entry).into())
}

/// Moves the values of the claim at a cell into the flushed totals, because a count is full or the sum is large.
#[napi(catch_unwind)]
pub fn flush(reference: &External<CollectorReference>, cell: u32) -> Result<()> {
    let attachment = reference.attachment()?;
    attachment.collector.flush_cell(&attachment.shard, cell.into());
    Ok(())
}

/// Removes the series whose labels include all of these from all readings. `labels` alternates names and values. The caller has
/// reset their handles. Returns how many had recorded values.
#[napi(catch_unwind)]
pub fn remove(reference: &External<CollectorReference>, kind: u8, name: String, labels: Vec<String>) -> Result<u32> {
    let Attachment { collector, shard } = &*reference.attachment()?;
    Ok(Kind::from_number(kind).map_or(0, |kind| collector.remove_matching(shard, kind, &name, &pairs(labels))))
}

/// Removes the series that has exactly these labels. The caller has reset its handle.
#[napi(catch_unwind)]
pub fn remove_series(
    reference: &External<CollectorReference>,
    kind: u8,
    name: String,
    labels: Vec<String>,
) -> Result<bool> {
    let Attachment { collector, shard } = &*reference.attachment()?;
    Ok(Kind::from_number(kind).is_some_and(|kind| collector.remove(shard, kind, &name, &pairs(labels))))
}

/// Hides the series that has exactly these labels from readings, or shows it again.
#[napi(catch_unwind)]
pub fn set_series_hidden(
    reference: &External<CollectorReference>,
    kind: u8,
    name: String,
    labels: Vec<String>,
    is_hidden: bool,
) -> Result<()> {
    let collector = reference.collector()?;
    if let Some(kind) = Kind::from_number(kind) {
        collector.set_hidden(kind, &name, &pairs(labels), is_hidden);
    }
    Ok(())
}

/// Removes all series of a family. The caller has reset their handles and forgotten the numbers of its label sets. Returns whether
/// the family had a series without labels.
#[napi(catch_unwind)]
pub fn reset_family(reference: &External<CollectorReference>, kind: u8, name: String) -> Result<bool> {
    let Attachment { collector, shard } = &*reference.attachment()?;
    Ok(Kind::from_number(kind).is_some_and(|kind| collector.reset(shard, kind, &name)))
}

/// Frees the name of a family of this kind in all threads. The caller has dropped the family. Returns false if there was none.
#[napi(catch_unwind)]
pub fn unregister_family(reference: &External<CollectorReference>, kind: u8, name: String) -> Result<bool> {
    let Attachment { collector, shard } = &*reference.attachment()?;
    Ok(Kind::from_number(kind).is_some_and(|kind| collector.unregister(shard, kind, &name)))
}

/// Whether any thread has a family of this kind and name.
#[napi(catch_unwind)]
pub fn has_family(reference: &External<CollectorReference>, kind: u8, name: String) -> Result<bool> {
    let collector = reference.collector()?;
    Ok(Kind::from_number(kind).is_some_and(|kind| collector.has_family(kind, &name)))
}

/// The result of a removal.
#[napi(object)]
pub struct Removal {
    /// Whether the series had recorded values.
    pub was_recorded: bool,
    /// Whether the family had no other series and was removed too. The caller then drops it.
    pub is_family: bool,
}

/// Removes the series without labels.
#[napi(catch_unwind)]
pub fn remove_unlabelled(reference: &External<CollectorReference>, kind: u8, name: String) -> Result<Removal> {
    let Attachment { collector, shard } = &*reference.attachment()?;
    let kind = Kind::from_number(kind);
    let (was_recorded, is_family) = kind.map_or((false, false), |kind| collector.remove_unlabelled(shard, kind, &name));
    Ok(Removal { was_recorded, is_family })
}

/// A series or a family that another thread has removed.
#[napi(object)]
pub struct RemovedNames {
    pub kind: u8,
    pub name: String,
    /// Alternating names and values; absent for a whole family.
    pub labels: Option<Vec<String>>,
    /// The number of a family that was unregistered. Another one may have its name by now.
    pub unregistered: Option<u32>,
}

impl From<Removed> for RemovedNames {
    fn from(Removed { kind, name, labels, unregistered }: Removed) -> Self {
        let flat = |labels: Vec<(String, String)>| labels.into_iter().flat_map(|(name, value)| [name, value]).collect();
        Self { kind: kind as u8, name, labels: labels.map(flat), unregistered }
    }
}

/// Releases the cells of series that other threads have removed. The caller resets the handles of the returned series at once.
#[napi(catch_unwind)]
pub fn release_removed(reference: &External<CollectorReference>) -> Result<Vec<RemovedNames>> {
    let attachment = reference.attachment()?;
    Ok(attachment.collector.release_removed(&attachment.shard).into_iter().map(RemovedNames::from).collect())
}

/// Appends an event to the trace. `fields` alternates names and values.
#[napi(catch_unwind)]
pub fn trace(reference: &External<CollectorReference>, time: f64, name: String, fields: Vec<String>) -> Result<()> {
    reference.collector()?.trace(time, name, pairs(fields));
    Ok(())
}
