//! Families and their options.

use napi::bindgen_prelude::External;
use napi::{Either, Error, Result};
use napi_derive::napi;
use serde::{Deserialize, Deserializer};

use super::cardinality::{limit_for_javascript, limit_of, ttl_for_javascript, ttl_of};
use super::reference::CollectorReference;
use crate::collector::{FamilyConflict, FamilyOptions, Kind, Merge, NameTranslation, slide_by_timer};
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

/// Whether any thread has a family of this kind and name.
#[napi(catch_unwind)]
pub fn has_family(reference: &External<CollectorReference>, kind: u8, name: String) -> Result<bool> {
    let collector = reference.collector()?;
    Ok(Kind::from_number(kind).is_some_and(|kind| collector.has_family(kind, &name)))
}
