//! Label sets, cells, and the log of new series.

use napi::Result;
use napi::bindgen_prelude::{External, Uint32ArraySlice};
use napi_derive::napi;

use super::memory::SharedArray;
use super::reference::CollectorReference;
use crate::cells::ClaimRole;

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

/// The number of the log's next buffer, which is empty, for at least this many words of records.
#[napi(catch_unwind)]
pub fn next_log(reference: &External<CollectorReference>, words: u32) -> Result<u32> {
    let attachment = reference.attachment()?;
    Ok(attachment.collector.next_log(&attachment.shard, words as usize) as u32)
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
