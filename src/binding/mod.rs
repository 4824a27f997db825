//! The functions that `lib/` calls. They convert arguments and results, and contain no logic. None is on the recording path.
//!
//! `lib/` detects errors that users can cause, or receives them as values. An error object created here would belong to another realm
//! than the user's code in Jest or a `vm` context.

#![allow(unsafe_code, reason = "memory is handed to JavaScript here")]
#![allow(clippy::needless_pass_by_value, reason = "napi converts arguments into owned values")]
#![cfg_attr(test, allow(dead_code, reason = "in unit tests napi registers no function"))]

mod buffer_pool;
mod cardinality;
mod default_metrics;
mod family;
mod histogram_objects;
mod history;
mod memory;
mod new_series;
mod otlp;
#[cfg(windows)]
mod pinned;
mod pool;
mod prom_client;
mod read;
mod reference;
mod removal;
mod report;
mod series;
mod trace;
mod tracked;

/// References may be finalised on another thread than the one that created them.
const _: () = {
    const fn finalised_anywhere<T: Send>() {}
    finalised_anywhere::<reference::CollectorReference>();
    finalised_anywhere::<pool::PoolReference>();
    finalised_anywhere::<read::WindowReference>();
    finalised_anywhere::<report::ReportReference>();
    finalised_anywhere::<series::SeriesReference>();
};
