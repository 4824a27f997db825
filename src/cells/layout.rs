//! Offsets and limits shared with JavaScript. `lib/record/layout.js` has the same constants; `tests/layout.rs` compares them.

use std::mem::size_of;

/// A cell index is `chunk number << CHUNK_BITS | offset`, which limits the size of a chunk.
pub const CHUNK_BITS: u32 = 13;
/// The most cells of a chunk.
pub const CHUNK_CELLS: u32 = 1 << CHUNK_BITS;

/// The first cell of a chunk that can be claimed. Directories and JavaScript's handles use 0 for no cell.
pub const FIRST: u32 = 1;

/// The time of setting of a gauge with merge `last`, after its value.
pub const TIME: u32 = 1;
/// The exclusive or of the bits of value and time. A reader accepts the three cells only if they match.
pub const CHECK: u32 = 2;

/// A distribution's sum.
pub const SUM: u32 = 0;
/// A distribution's smallest value (+∞ if there is none).
pub const MIN: u32 = 1;
/// A distribution's largest value (−∞ if there is none).
pub const MAX: u32 = 2;
/// The number of zeros of a log-linear distribution.
pub const ZERO: u32 = 3;
/// The directory of a labelled log-linear distribution: 16 bits for each power of two, 0 if it has no page.
pub const DIRECTORY: u32 = 4;
/// The pages of an unlabelled log-linear distribution, for all powers of two in order. It has no directory.
pub const PAGES: u32 = 4;
/// The counts of a distribution with bounds, one cell each: one for each bound, and one for values beyond the last.
pub const BOUNDED: u32 = 3;

/// Set in a directory entry for a page in another chunk. The other bits are then an index into the list of far pages of the head's
/// chunk. Without this bit, an entry is the offset of a page in the head's chunk.
pub const FAR: u32 = 1 << 15;

/// The number of directory entries in a cell.
pub const ENTRIES_PER_CELL: u32 = (size_of::<u64>() / size_of::<u16>()) as u32;

/// The number of counts in a cell of a page. A count has 32 bits.
pub const COUNTS_PER_CELL: u32 = (size_of::<u64>() / size_of::<u32>()) as u32;

/// The position of the word with the most series of a room.
pub const ROOM_LIMIT: usize = 0;
/// The position of the word with the number of series for which room is taken.
pub const ROOM_USED: usize = 1;
/// The position of the word with the most series that have a folded label.
pub const ROOM_FOLDED_LIMIT: usize = 2;
/// The position of the word with the number of series that have a folded label.
pub const ROOM_FOLDED: usize = 3;
/// The number of words of a room.
pub const ROOM_WORDS: usize = 4;
/// Each multiple of this number of UTF-16 units in a label's name or value takes the room of one more series. So long values cannot
/// fill the memory. No limit on the length itself is necessary.
pub const UNITS_PER_SERIES: usize = 1024;
/// In a record of the log, stands where a new series has its label set: the record is an exemplar.
pub const EXEMPLAR_RECORD: u32 = u32::MAX;
/// The first slot of a table of known series. The word before it is not 0 once the table is out of date.
pub const KNOWN_FIRST: usize = 1;

/// A distribution is flushed when one of its counts reaches this number.
pub const FULL: u32 = 0x7fff_ffff;
/// A distribution is flushed when its sum exceeds this number. A float of this size still represents thousandths, so small values
/// that are added to it are not lost.
pub const LARGE: f64 = 17_592_186_044_416.0;
