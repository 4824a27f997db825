//! Offsets and limits that JavaScript's half shares: `lib/record/layout.js` says the same, and `tests/layout.rs` reads
//! that file to prove it.

use std::mem::size_of;

/// Cell indexes are `chunk number << CHUNK_BITS | offset`, so no chunk has more cells than this allows.
pub const CHUNK_BITS: u32 = 13;
/// The most cells of a chunk.
pub const CHUNK_CELLS: u32 = 1 << CHUNK_BITS;

/// The first cell of a chunk that can be claimed: 0 stands for none in directories and in JavaScript's handles.
pub const FIRST: u32 = 1;

/// A gauge that is merged by the time of setting has its value, then the time,
pub const TIME: u32 = 1;
/// then the exclusive or of their bits: what a reader sees of three stores is one setting only if they agree.
pub const CHECK: u32 = 2;

/// A distribution begins with its sum,
pub const SUM: u32 = 0;
/// the smallest value (+∞ while there is none),
pub const MIN: u32 = 1;
/// the largest (−∞ while there is none),
pub const MAX: u32 = 2;
/// and, when it is log-linear, the number of zeros
pub const ZERO: u32 = 3;
/// and, with labels, a directory of 16 bits for each power of two, 0 where no page exists.
pub const DIRECTORY: u32 = 4;
/// Without labels the pages of all powers of two come here, in order, instead of a directory.
pub const PAGES: u32 = 4;
/// The first cell of a distribution with bounds, which has no zeros: one for each bound, and one for what is beyond the last.
pub const BOUNDED: u32 = 3;

/// A directory's entry is a page's offset in the same chunk, or with this bit the number of a page in another chunk: its
/// place in the list of those that the head's chunk keeps.
pub const FAR: u32 = 1 << 15;

/// How many entries of a directory share a cell.
pub const ENTRIES_PER_CELL: u32 = (size_of::<u64>() / size_of::<u16>()) as u32;

/// How many counts of a page share a cell: they are whole numbers of 32 bits.
pub const COUNTS_PER_CELL: u32 = (size_of::<u64>() / size_of::<u32>()) as u32;

/// A distribution with a count that gets here is folded before it counts on.
pub const FULL: u32 = 0x7fff_ffff;
/// So is a sum beyond this: a float this large still holds thousandths, so that small values after it are not lost.
pub const LARGE: f64 = 17_592_186_044_416.0;
