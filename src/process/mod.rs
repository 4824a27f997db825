//! Metrics that every process has: of the process, from the operating system, and of the event loops of its threads, from cells that
//! these write. They are determined on the reader thread, when a collector is read.
//!
//! What only JavaScript can measure (heaps, garbage collections, handles) is in `lib/default-metrics/`.

mod heartbeat;
mod lag;
mod run;
mod source;

pub use heartbeat::{Heartbeat, Membership, layout};
pub use run::{NewRun, RunConflict, RunOptions, join, runs, start, stop};
