//! A series' first use: names and cells.

use std::sync::Arc;

use napi::bindgen_prelude::{External, TypedArrayType, Uint32ArraySlice};
use napi::{Either, Result};
use napi_derive::napi;

use super::handle::{Handle, Hold, pairs};
use super::memory::SharedArray;
use crate::cells::ClaimRole;
use crate::collector::{FamilyConflict, FamilyOptions, Kind, Merge, Priority, Removed, read_in_turn};
use crate::histogram::Precision;

/// What a family is asked for with; the numbers are those of `lib/record/layout.js`.
#[napi(object)]
pub struct FamilyRequest {
    pub help: Option<String>,
    pub unit: Option<String>,
    /// Sorted.
    pub label_names: Option<Vec<String>>,
    pub merge: Option<u8>,
    pub precision: Option<u8>,
    pub buckets: Option<Vec<f64>>,
    pub quantiles: Option<Vec<f64>>,
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
        }
    }
}

/// A family's options, and whether it has a series.
#[napi(object)]
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
        }
    }
}

/// The option that contradicts, and what was said of the family before.
#[napi(object)]
pub struct Conflict {
    pub option: String,
    pub known: FamilyRequest,
}

impl From<FamilyConflict> for Conflict {
    fn from(conflict: FamilyConflict) -> Self {
        Self { option: conflict.option.to_owned(), known: (*conflict.known).into() }
    }
}

/// The family's number, which is its own until the caller forgets the family; or what contradicts.
#[napi(catch_unwind)]
pub fn family(
    handle: &External<Handle>,
    kind: u8,
    name: String,
    request: Option<FamilyRequest>,
) -> Result<Either<u32, Conflict>> {
    let kind = Kind::from_number(kind).unwrap_or(Kind::Counter);
    let options = request.map_or_else(FamilyOptions::default, FamilyOptions::from);
    let hold = handle.hold()?;
    Ok(match hold.collector.hold_family(&hold.shard, kind, &name, options) {
        Ok(family) => Either::A(family),
        Err(conflict) => Either::B(conflict.into()),
    })
}

/// What was said of a family by whomever. What decides about its cells is final once it is in use.
#[napi(catch_unwind)]
pub fn family_options(handle: &External<Handle>, family: u32) -> Result<FamilyState> {
    let known = handle.collector()?.get_family(family);
    Ok(FamilyState {
        in_use: known.as_ref().is_some_and(|family| family.in_use()),
        options: known.map_or_else(FamilyOptions::default, |family| family.options.clone()).into(),
    })
}

/// Help and unit of a name; what contradicts, or null.
#[napi(catch_unwind)]
pub fn describe(handle: &External<Handle>, name: String, request: FamilyRequest) -> Result<Option<Conflict>> {
    let described = handle.collector()?.describe(&name, &request.into());
    Ok(described.err().map(Conflict::from))
}

/// A number for the series of a family that have these label names, whose values will come in the same order.
#[napi(catch_unwind)]
pub fn label_set(handle: &External<Handle>, family: u32, names: Vec<String>) -> Result<u32> {
    let hold = handle.hold()?;
    Ok(hold.collector.label_set(&hold.shard, family, names.iter().map(String::as_str)))
}

/// Claims cells, as many as the array has room for, for series of a label set that the log will name.
#[napi(catch_unwind)]
pub fn reserve(handle: &External<Handle>, set: u32, mut cells: Uint32ArraySlice) -> Result<()> {
    let hold = handle.hold()?;
    let reserved = hold.collector.reserve(&hold.shard, set, cells.len() as u32);
    // SAFETY: JavaScript made the array for this call and waits for it, so that nobody else reads or writes it
    #[expect(unsafe_code, reason = "the only way to write an array of JavaScript's")]
    let room = unsafe { cells.as_mut() };
    room.iter_mut().zip(reserved).for_each(|(room, cell)| *room = cell);
    Ok(())
}

/// How many full buffers of a log wait for the reader thread (2 MB); the thread that writes more reads them itself.
const MOST_FULL: usize = 32;

/// The number of a buffer of the log with room for at least this many units, to be written from its beginning.
#[napi(catch_unwind)]
pub fn next_log(handle: &External<Handle>, units: u32) -> Result<u32> {
    let hold = handle.hold()?;
    let Hold { collector, shard } = &*hold;
    if shard.log().full() >= MOST_FULL {
        collector.read_log(shard);
    }
    let number = shard.log().next(units as usize);
    if shard.log().full() > 0 && shard.log().make_due() {
        let (collector, shard) = (Arc::downgrade(collector), shard.clone());
        read_in_turn(Priority::Log, move || {
            shard.log().begin();
            if let Some(collector) = collector.upgrade() {
                collector.read_log(&shard);
            }
        });
    }
    Ok(number as u32)
}

/// A buffer of the log: `src/cells/log.rs` says what is appended to it.
#[napi(catch_unwind, ts_return_type = "Uint32Array | null")]
pub fn log_buffer(handle: &External<Handle>, number: u32) -> Result<Option<SharedArray>> {
    let buffer = handle.hold()?.shard.log().buffer(number as usize);
    Ok(buffer.map(|buffer| {
        let (address, length) = (buffer.words().as_ptr().cast_mut().cast(), buffer.words().len());
        SharedArray::new(address, length, TypedArrayType::Uint32, buffer)
    }))
}

/// Claims the cells of a series whose values are too long for the log.
#[napi(catch_unwind)]
pub fn register_values(handle: &External<Handle>, set: u32, values: Vec<String>) -> Result<u32> {
    let hold = handle.hold()?;
    Ok(hold.collector.register_in_set(&hold.shard, set, values.iter().map(String::as_str)))
}

/// Claims a counter's cell of decrements.
#[napi(catch_unwind)]
pub fn decrements(handle: &External<Handle>, cell: u32) -> Result<u32> {
    let hold = handle.hold()?;
    Ok(hold.collector.claim_sibling(&hold.shard, cell, ClaimRole::Decrements))
}

/// Claims a counter's cell of increments by zero.
#[napi(catch_unwind)]
pub fn zeros(handle: &External<Handle>, cell: u32) -> Result<u32> {
    let hold = handle.hold()?;
    Ok(hold.collector.claim_sibling(&hold.shard, cell, ClaimRole::Zeros))
}

/// Makes a page of a distribution in a label set.
#[napi(catch_unwind)]
pub fn page(handle: &External<Handle>, set: u32, head: u32, entry: u32) -> Result<u32> {
    let hold = handle.hold()?;
    Ok(hold.collector.claim_page_in_set(&hold.shard, set, head, entry))
}

/// Moves what is claimed at a cell into the folded totals, because a count of it is full or its sum is large.
#[napi(catch_unwind)]
pub fn fold(handle: &External<Handle>, cell: u32) -> Result<()> {
    let hold = handle.hold()?;
    hold.collector.fold_cell(&hold.shard, cell);
    Ok(())
}

/// Takes a series out of every reading; `labels` are names and values in turn. The caller has forgotten its cells. False when
/// nothing was recorded.
#[napi(catch_unwind)]
pub fn remove(handle: &External<Handle>, kind: u8, name: String, labels: Vec<String>) -> Result<bool> {
    let Hold { collector, shard } = &*handle.hold()?;
    Ok(Kind::from_number(kind).is_some_and(|kind| collector.remove(shard, kind, &name, &pairs(labels))))
}

/// What was removed.
#[napi(object)]
pub struct Removal {
    /// Whether something was recorded.
    pub was_recorded: bool,
    /// Whether the family has no other series, and the caller forgets it too.
    pub is_family: bool,
}

/// The same of the series without labels.
#[napi(catch_unwind)]
pub fn remove_unlabelled(handle: &External<Handle>, kind: u8, name: String) -> Result<Removal> {
    let Hold { collector, shard } = &*handle.hold()?;
    let kind = Kind::from_number(kind);
    let (was_recorded, is_family) = kind.map_or((false, false), |kind| collector.remove_unlabelled(shard, kind, &name));
    Ok(Removal { was_recorded, is_family })
}

/// What another thread has removed.
#[napi(object)]
pub struct RemovedNames {
    pub kind: u8,
    pub name: String,
    /// Names and values in turn; absent for the family itself.
    pub labels: Option<Vec<String>>,
}

impl From<Removed> for RemovedNames {
    fn from(Removed { kind, name, labels }: Removed) -> Self {
        let flat = |labels: Vec<(String, String)>| labels.into_iter().flat_map(|(name, value)| [name, value]).collect();
        Self { kind: kind as u8, name, labels: labels.map(flat) }
    }
}

/// Releases the cells of series that other threads have removed: the caller forgets these at once.
#[napi(catch_unwind)]
pub fn release_removed(handle: &External<Handle>) -> Result<Vec<RemovedNames>> {
    let hold = handle.hold()?;
    Ok(hold.collector.release_removed(&hold.shard).into_iter().map(RemovedNames::from).collect())
}

/// Keeps an event; `fields` are names and values in turn.
#[napi(catch_unwind)]
pub fn trace(handle: &External<Handle>, time: f64, name: String, fields: Vec<String>) -> Result<()> {
    handle.collector()?.trace(time, name, pairs(fields));
    Ok(())
}
