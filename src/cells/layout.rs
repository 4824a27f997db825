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
/// and a directory: 16 bits for each power of two, 0 where no page exists. With bounds, the bounds' cells come here
/// instead of zeros and directory.
pub const DIRECTORY: u32 = 4;
/// The first cell of a distribution with bounds: one for each bound, and one for what is beyond the last.
pub const BOUNDED: u32 = 3;

/// A directory's entry is a page's offset in the same chunk, or with this bit the number of a page in another chunk: its
/// place in the list of those that the head's chunk keeps.
pub const FAR: u32 = 1 << 15;

/// How many entries of a directory share a cell.
pub const ENTRIES_PER_CELL: u32 = (size_of::<u64>() / size_of::<u16>()) as u32;

/// How many counts of a page share a cell: they are whole numbers of 32 bits.
pub const COUNTS_PER_CELL: u32 = (size_of::<u64>() / size_of::<u32>()) as u32;

/// A page whose count gets here is emptied into the folded totals before it counts on.
pub const FULL: u32 = 0x7fff_ffff;
