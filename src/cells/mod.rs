//! The shared half: memory that Rust owns and one JavaScript thread writes. It knows nothing of names, kinds' meaning or
//! readers; it hands out cells and remembers which series each belongs to.
//!
//! The protocol:
//! - A cell is written by one thread (its shard's), as a plain 64-bit store, and read by any thread as a relaxed 64-bit
//!   atomic load. Every cell stands for itself, so no ordering between cells is needed: a reader that sees one cell's
//!   new value and another's old one reports a state between two recordings.
//! - In a distribution's pages a cell is two counts of 32 bits, and in its directory four entries of 16 bits: each is
//!   written by a store of its own, and read with its whole cell.
//! - A cell is claimed, and its claim recorded here, before its first write.
//! - A cell is never given to a second series while its chunk lives.

mod chunk;
mod counts;
mod directory;
pub mod layout;
mod shard;
mod span;
mod storage;
pub mod sync;
mod texts;

pub use chunk::{Arena, Chunk, Claim, ClaimRole};
pub use counts::Counts;
pub use directory::DirectoryEntry;
pub(crate) use directory::Shape;
pub(crate) use shard::WORTH_RENEWING;
pub use shard::{CellIndex, Shard};
pub use storage::Storage;
