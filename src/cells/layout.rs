//! Offsets and limits that JavaScript's half shares: `lib/record/layout.js` says the same, and `tests/layout.rs` reads
//! that file to prove it.

use std::mem::size_of;

/// Cell indexes are `chunk number << CHUNK_BITS | offset`, so no chunk has more cells than this allows.
pub const CHUNK_BITS: u32 = 13;
/// The most cells of a chunk.
pub const CHUNK_CELLS: u32 = 1 << CHUNK_BITS;

/// A distribution begins with its sum,
pub const SUM: u32 = 0;
/// the smallest value (+∞ while there is none),
pub const MIN: u32 = 1;
/// the largest (−∞ while there is none),
pub const MAX: u32 = 2;
/// and, when it is log-linear, the number of zeros
pub const ZERO: u32 = 3;
/// and a directory: 32 bits for each power of two, 0 where no page exists. With bounds, the bounds' cells come here
/// instead of zeros and directory.
pub const DIRECTORY: u32 = 4;
/// The first cell of a distribution with bounds: one for each bound, and one for what is beyond the last.
pub const BOUNDED: u32 = 3;

/// A directory's entry is a page's offset in the same chunk, or with this bit a cell index in another chunk.
pub const FAR: u32 = 1 << 31;

/// Powers of two that a directory entry takes: two entries share a cell.
pub const ENTRIES_PER_CELL: u32 = (size_of::<u64>() / size_of::<u32>()) as u32;
