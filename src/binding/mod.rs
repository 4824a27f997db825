//! What `lib/` calls: it converts, calls and answers, and decides nothing. No function here is on the recording path.
//!
//! Errors that a user can cause are found in `lib/` or come back as values, because an error made here belongs to another
//! realm than a user's code in Jest or a `vm` context.

#![allow(unsafe_code, reason = "memory is handed to JavaScript here")]
#![allow(clippy::needless_pass_by_value, reason = "napi converts arguments into owned values")]
#![cfg_attr(test, allow(dead_code, reason = "in unit tests napi registers no function"))]

mod buffer_pool;
mod default_metrics;
mod handle;
mod histogram_objects;
mod memory;
#[cfg(windows)]
mod pinned;
mod pool;
mod read;
mod record;
mod report;
mod series;
mod tracked;

/// JavaScript's objects over Rust's may be finalised on another thread than the one that made them.
const _: () = {
    const fn finalised_anywhere<T: Send>() {}
    finalised_anywhere::<handle::Handle>();
    finalised_anywhere::<pool::PoolHandle>();
    finalised_anywhere::<read::WindowHandle>();
    finalised_anywhere::<report::ReportHandle>();
    finalised_anywhere::<series::SeriesHandle>();
};
