//! What `lib/` calls: it converts, calls and answers, and decides nothing. No function here is on the recording path.
//!
//! Errors that a user can cause are found in `lib/` or come back as values, because an error made here belongs to another
//! realm than a user's code in Jest or a `vm` context.

#![allow(unsafe_code, reason = "memory is handed to JavaScript here")]
#![allow(clippy::needless_pass_by_value, reason = "napi converts arguments into owned values")]

mod handle;
mod histogram_objects;
mod lent;
mod memory;
#[cfg(windows)]
mod pinned;
mod pool;
mod read;
mod record;
mod report;
mod series;
mod tracked;
