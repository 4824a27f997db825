//! Tracked workers and their cells.

use napi::bindgen_prelude::TypedArrayType;
use napi::{Error, Result};
use napi_derive::napi;

use super::memory::SharedArray;
use crate::pool;

/// Tracks a worker of the calling thread until the array is finalised. Offsets are those of `lib/pool/tracked-layout.js`.
#[napi(catch_unwind, ts_return_type = "Float64Array")]
pub fn track_worker(id: String, app: Option<String>) -> SharedArray {
    let tracking = pool::track(id, app);
    let address = tracking.worker().address().cast();
    SharedArray::new(address, pool::layout::CELLS, TypedArrayType::Float64, tracking)
}

/// The workers of all threads as a JSON array.
#[napi(catch_unwind)]
pub fn tracked_workers() -> Result<String> {
    String::from_utf8(pool::tracked_workers_json()).map_err(|error| Error::from_reason(error.to_string()))
}
