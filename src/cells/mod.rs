//! The shared memory, which Rust owns and one JavaScript thread writes. This module allocates cells and tracks which series has claimed
//! each. It has no names, kinds or readers.
//!
//! The protocol:
//! - Only the thread that owns the shard writes a cell, with plain stores; when another thread removes a distribution, Rust resets its
//!   extremes. Any thread reads a cell with a relaxed 64-bit atomic load. Cells are independent, so no ordering between them is needed:
//!   a reader that sees the new value of one cell and the old value of another reports a state between two recordings.
//! - In the pages of distributions, a cell contains two 32-bit counts, and in a directory, four 16-bit entries. JavaScript stores each
//!   count separately, Rust writes the directory, and readers load whole cells (`storage.rs` says why that is sound).
//! - Before the first write to a cell, its claim is recorded, here or in the shard's log.
//! - A cell has one handle in its thread. It is released, so that another series can claim it, only after that handle was reset. The
//!   collector releases cells under its value lock, so that no reading assigns a cell to two series.

mod chunk;
mod counts;
mod directory;
mod known_series;
mod label_sets;
pub mod layout;
mod log;
mod memory;
pub mod room;
mod shard;
mod sizes;
mod storage;
pub mod sync;
#[cfg(all(test, not(loom)))]
mod tests;
#[cfg(feature = "test-writers")]
mod writers;

pub(crate) use chunk::ClaimTemplate;
pub use chunk::{Chunk, Claim, ClaimRole};
pub use counts::Counts;
pub use directory::DirectoryEntry;
pub(crate) use directory::Shape;
pub use known_series::{KnownSeries, hash_of};
pub use label_sets::LabelSet;
pub use log::{Log, LogBuffer, Records};
pub use memory::CellIndex;
pub use room::{FoldedLabel, Room};
pub use shard::{Claimed, Shard};
pub use storage::Storage;
