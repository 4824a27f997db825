//! How many label sets there may be, and how many there are.

use std::slice;
use std::time::Duration;

use napi::Result;
use napi::bindgen_prelude::External;
use napi_derive::napi;

use super::memory::SharedArray;
use super::reference::CollectorReference;
use crate::cells::room::UNLIMITED;
use crate::collector::{FamilyCardinality, Scope, SelfMetricsMode};

/// What a room limits, for JavaScript: the number of a family, or one of these.
const WHOLE: i32 = -1;
const FAMILIES: i32 = -2;

fn scope(number: i32) -> Scope {
    match number {
        WHOLE => Scope::Whole,
        FAMILIES => Scope::Families,
        family => Scope::Family(family as u32),
    }
}

/// The words of the room of a family, of all families (-1), or for families (-2). `lib/record/layout.js` has their places.
#[napi(catch_unwind, ts_return_type = "Uint32Array | null")]
pub fn room(reference: &External<CollectorReference>, number: i32) -> Result<Option<SharedArray>> {
    let room = reference.collector()?.room(scope(number));
    Ok(room.map(|room| SharedArray::words(room, |room| room.words())))
}

/// The table of what exists in a room, as hashes. `src/cells/room.rs` documents it.
#[napi(catch_unwind, ts_return_type = "Uint32Array | null")]
pub fn known_series(reference: &External<CollectorReference>, number: i32) -> Result<Option<SharedArray>> {
    let known = reference.collector()?.known(scope(number));
    Ok(known.map(|known| SharedArray::words(known, |known| known.words())))
}

/// One number, in which the calling thread counts what it folds.
#[napi(catch_unwind, ts_return_type = "Float64Array | null")]
pub fn open_folds(reference: &External<CollectorReference>, number: i32) -> Result<Option<SharedArray>> {
    let folds = reference.collector()?.room(scope(number)).map(|room| room.open_folds());
    Ok(folds.map(|word| SharedArray::cells(word, |word| slice::from_ref(word))))
}

/// The label of a family that is folded.
#[napi(object)]
pub struct FoldedLabel {
    pub name: String,
    /// The number of its values.
    pub values: u32,
    /// Whether this is the first call.
    pub is_first: bool,
}

/// The label of a family that is folded: the one with most values, or `fallback` if the family has no series with labels.
#[napi(catch_unwind)]
pub fn folded_label(reference: &External<CollectorReference>, number: i32, fallback: String) -> Result<FoldedLabel> {
    let (label, is_first) = reference.collector()?.folded_label(scope(number), fallback);
    Ok(FoldedLabel { name: label.name, values: label.values, is_first })
}

/// Whether the series of a label set with these values exists, in any thread.
#[napi(catch_unwind)]
pub fn is_known(reference: &External<CollectorReference>, set: u32, values: Vec<String>) -> Result<bool> {
    let attachment = reference.attachment()?;
    Ok(attachment.collector.is_known(&attachment.shard, set, values.iter().map(String::as_str)))
}

/// Changes the limit of a collector. Not finite for no limit.
#[napi(catch_unwind)]
pub fn set_max_series(reference: &External<CollectorReference>, limit: f64) -> Result<()> {
    reference.collector()?.set_max_series(limit_of(limit));
    Ok(())
}

/// Counts a callback that has failed.
#[napi(catch_unwind)]
pub fn count_callback_failure(reference: &External<CollectorReference>) -> Result<()> {
    reference.collector()?.count_callback_failure();
    Ok(())
}

/// Whether expositions include what a collector reports about itself: always, never, or by default if they are for a server that
/// scrapes, or if there are problems.
#[napi(catch_unwind)]
pub fn set_self_metrics(reference: &External<CollectorReference>, shown: Option<bool>) -> Result<()> {
    reference.collector()?.set_self_metrics(self_metrics_mode(shown));
    Ok(())
}

pub(super) fn self_metrics_mode(shown: Option<bool>) -> SelfMetricsMode {
    match shown {
        Some(true) => SelfMetricsMode::Always,
        Some(false) => SelfMetricsMode::Never,
        None => SelfMetricsMode::Automatic,
    }
}

/// A time to live as JavaScript has it, in milliseconds. Not finite for any time.
pub(super) fn ttl_of(millis: f64) -> Duration {
    Duration::try_from_secs_f64(millis / 1000.0).unwrap_or(Duration::MAX)
}

/// The time to live for JavaScript.
pub(super) fn ttl_for_javascript(ttl: Duration) -> f64 {
    if ttl == Duration::MAX { f64::INFINITY } else { ttl.as_secs_f64() * 1000.0 }
}

/// A limit as JavaScript has it.
pub(super) fn limit_of(limit: f64) -> u32 {
    if limit < f64::from(UNLIMITED) { limit as u32 } else { UNLIMITED }
}

/// The limit for JavaScript.
pub(super) fn limit_for_javascript(limit: u32) -> f64 {
    if limit == UNLIMITED { f64::INFINITY } else { f64::from(limit) }
}

/// A family, its series and its labels.
#[napi(object)]
pub struct Cardinality {
    pub kind: String,
    pub name: String,
    pub series: u32,
    pub max_series: f64,
    pub folded: f64,
    pub labels: Vec<LabelValues>,
}

/// A label, and the number of its values.
#[napi(object)]
pub struct LabelValues {
    pub name: String,
    pub values: u32,
}

impl From<FamilyCardinality> for Cardinality {
    fn from(family: FamilyCardinality) -> Self {
        let labels = family.labels.into_iter().map(|label| LabelValues { name: label.name, values: label.values });
        Self {
            kind: family.kind.name().to_owned(),
            name: family.name,
            series: family.series,
            max_series: limit_for_javascript(family.max_series.unwrap_or(UNLIMITED)),
            folded: family.folded,
            labels: labels.collect(),
        }
    }
}

/// The families with most series, at most `limit`.
#[napi(catch_unwind)]
pub fn cardinality(reference: &External<CollectorReference>, limit: u32) -> Result<Vec<Cardinality>> {
    let families = reference.collector()?.cardinality(limit as usize);
    Ok(families.into_iter().map(Cardinality::from).collect())
}
