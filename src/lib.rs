//! Tallystick's half in Rust: everything but recording itself.
//!
//! JavaScript writes numbers into cells of memory that this crate owns; this crate hands the memory out, reads it, and
//! makes snapshots and expositions of it. Arrows point one way: `binding → pool → exposition → collector → histogram, cells`.
//!
//! ```
//! use tallystick::collector::{Collector, FamilyOptions, Kind, NewCollector};
//!
//! let collector = Collector::new(NewCollector::default());
//! let shard = collector.open_shard();
//! let family = collector.family(Kind::Counter, "jobs.done", FamilyOptions::default())?;
//! let cell = collector.register(&shard, family, &[]);
//! shard.write(cell, 3.0); // JavaScript does this through its own view of the chunk
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
pub mod pool;
#[cfg(not(loom))]
pub mod process;
