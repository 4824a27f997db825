//! Tracked workers and their cells.

use napi::{Error, Result};
use napi_derive::napi;

use super::memory::SharedArray;
use crate::pool;

/// Tracks a worker of the calling thread, whose label in default metrics is `thread`, until the array is finalised. Offsets are
/// those of `lib/pool/tracked-layout.js`.
#[napi(catch_unwind, ts_return_type = "Float64Array")]
pub fn track_worker(id: String, app: Option<String>, thread: String) -> SharedArray {
    SharedArray::cells(pool::track(id, app, thread), |tracking| tracking.worker().words())
}

/// The workers of all threads as a JSON array.
#[napi(catch_unwind)]
pub fn tracked_workers() -> Result<String> {
    String::from_utf8(pool::tracked_workers_json()).map_err(|error| Error::from_reason(error.to_string()))
}

/// The number of a request's name, for the cell of a tracked worker. 0 if there are too many names.
#[napi(catch_unwind)]
pub fn request_name(name: String) -> u32 {
    pool::request_name(&name)
}

/// The tracked workers and the requests that they run now, as a JSON array.
#[napi(catch_unwind)]
pub fn present_requests() -> Result<String> {
    String::from_utf8(pool::present_requests_json()).map_err(|error| Error::from_reason(error.to_string()))
}
