//! A series' first use: names and cells.

use napi::bindgen_prelude::External;
use napi::{Either, Env, Result};
use napi_derive::napi;

use super::handle::{Handle, Hold, pairs};
use super::memory::tell_let_go;
use crate::cells::ClaimRole;
use crate::collector::{Collector, FamilyConflict, FamilyOptions, Kind, Merge};
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

/// The family's number, or what contradicts.
#[napi(catch_unwind)]
pub fn family(
    handle: &External<Handle>,
    kind: u8,
    name: String,
    request: Option<FamilyRequest>,
) -> Result<Either<u32, Conflict>> {
    let kind = Kind::from_number(kind).unwrap_or(Kind::Counter);
    let options = request.map_or_else(FamilyOptions::default, FamilyOptions::from);
    Ok(match handle.collector()?.family(kind, &name, options) {
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

/// The number of the text in the scratch.
#[napi(catch_unwind)]
pub fn symbol(handle: &External<Handle>, units: u32) -> Result<u32> {
    let hold = handle.hold()?;
    Ok(hold.collector.symbol(&hold.shard, &hold.scratch.text(units as usize)))
}

/// The number of a text that the scratch is too small for.
#[napi(catch_unwind)]
pub fn symbol_of(handle: &External<Handle>, text: String) -> Result<u32> {
    let hold = handle.hold()?;
    Ok(hold.collector.symbol(&hold.shard, &text))
}

/// Where the gauge that had this cell is now.
#[napi(catch_unwind)]
pub fn gauge(handle: &External<Handle>, cell: u32) -> Result<u32> {
    let hold = handle.hold()?;
    Ok(hold.collector.gauge(&hold.shard, cell))
}

/// Claims a counter's cell of downs.
#[napi(catch_unwind)]
pub fn downs(handle: &External<Handle>, cell: u32) -> Result<u32> {
    Ok(Collector::claim_beside(&handle.hold()?.shard, cell, ClaimRole::Downs))
}

/// Claims a counter's cell of touches.
#[napi(catch_unwind)]
pub fn touches(handle: &External<Handle>, cell: u32) -> Result<u32> {
    Ok(Collector::claim_beside(&handle.hold()?.shard, cell, ClaimRole::Touches))
}

/// Makes a page of a distribution.
#[napi(catch_unwind)]
pub fn page(handle: &External<Handle>, head: u32, entry: u32) -> Result<u32> {
    let hold = handle.hold()?;
    Ok(hold.collector.claim_page(&hold.shard, head, entry))
}

/// Moves the counts of a distribution's pages elsewhere, because one of them is full.
#[napi(catch_unwind)]
pub fn empty_pages(handle: &External<Handle>, head: u32) -> Result<()> {
    let hold = handle.hold()?;
    hold.collector.empty_pages(&hold.shard, head);
    Ok(())
}

/// Takes a series out of every reading; `labels` are names and values in turn. False when there was none.
#[napi(catch_unwind)]
pub fn remove(handle: &External<Handle>, kind: u8, name: String, labels: Vec<String>) -> Result<bool> {
    let Hold { collector, shard, .. } = &*handle.hold()?;
    let kind = Kind::from_number(kind);
    let removed = kind.is_some_and(|kind| collector.remove(shard, kind, &name, &pairs(labels)));
    collector.sweep_if_due();
    Ok(removed)
}

/// Begins anew: the numbers of the chunks that JavaScript lets go of, with all its texts' numbers.
#[napi(catch_unwind)]
pub fn renew(env: &Env, handle: &External<Handle>) -> Result<Vec<u32>> {
    let hold = handle.hold()?;
    let let_go = hold.collector.renew(&hold.shard);
    tell_let_go(env.raw(), &hold.shard, &let_go);
    Ok(let_go)
}

/// Keeps an event; `fields` are names and values in turn.
#[napi(catch_unwind)]
pub fn trace(handle: &External<Handle>, time: f64, name: String, fields: Vec<String>) -> Result<()> {
    handle.collector()?.trace(time, name, pairs(fields));
    Ok(())
}
