//! The shared half: memory that Rust owns and one JavaScript thread writes. It knows nothing of names, kinds' meaning or
//! readers; it hands out cells and remembers which series each belongs to.
//!
//! The protocol:
//! - A cell is written by one thread (its shard's) by plain stores, and read by any thread as a relaxed 64-bit atomic load.
//!   Every cell stands for itself, so no ordering between cells is needed: a reader that sees one cell's new value and
//!   another's old one reports a state between two recordings.
//! - In a distribution's pages a cell is two counts of 32 bits, in a directory four entries of 16: JavaScript writes each count by a
//!   store of its own, Rust writes the directory, and both are read with their whole cell (`storage.rs` says why that is sound).
//! - A cell is claimed, and its claim recorded here or in the shard's log, before its first write.
//! - A cell has one handle in its thread. It is released, for another series to claim, only once that handle has forgotten
//!   it; the collector releases under its value lock, so that no reading sees the cell of two series.

mod chunk;
mod counts;
mod directory;
pub mod layout;
mod log;
mod shard;
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
pub use log::{Log, LogBuffer, Records};
pub use shard::{CellIndex, Claimed, LabelSet, Shard};
pub use storage::Storage;
