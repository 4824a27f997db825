//! The Rust half of Tallystick: everything but recording.
//!
//! This crate owns memory in which JavaScript records numbers. It reads that memory and encodes snapshots and expositions.
//! Dependencies point one way: `binding → pool → exposition → collector → histogram, cells`.
//!
//! ```
//! use tallystick::collector::{Collector, FamilyOptions, Kind, NewCollector};
//!
//! let collector = Collector::new(NewCollector::default());
//! let shard = collector.open_shard();
//! let family = collector.family(Kind::Counter, "jobs.done", FamilyOptions::default())?;
//! let cell = collector.register(&shard, family, &[]);
//! shard.write(cell, 3.0); // JavaScript writes through its own view of the chunk
//!
//! let snapshot = collector.common_window().snapshot(&collector);
//! assert_eq!(snapshot.counters, [("jobs.done".to_owned(), 3.0)]);
//! # Ok::<(), tallystick::collector::FamilyConflict>(())
//! ```

#[cfg(not(loom))]
mod binding;
pub mod cells;
pub mod collector;
mod escaping;
pub mod exposition;
pub mod histogram;
mod os;
pub mod pool;
#[cfg(not(loom))]
pub mod process;
mod sorting;
