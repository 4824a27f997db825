'use strict'

// Offsets and limits of the memory that Rust and JavaScript share. `src/cells/layout.rs` and `src/histogram/log_linear.rs`
// say the same; `tests/layout.rs` reads this file to prove it.

/** A cell's index is `chunk number << CHUNK_BITS | offset`. */
const CHUNK_BITS = 13
const CHUNK_MASK = (1 << CHUNK_BITS) - 1

/** The ways of merging gauges, by Rust's numbers. */
const MERGES = ['sum', 'min', 'max', 'last']
const MERGE_LAST = 3

/** Offsets in the head of a distribution. */
const SUM = 0
const MIN = 1
const MAX = 2
/** The number of zeros of a log-linear distribution. */
const ZERO = 3
/** The directory of a labelled log-linear distribution: 16 bits for each power of two, 0 if it has no page. */
const DIRECTORY = 4
/** How many entries of a directory there are in a cell. */
const ENTRIES_PER_CELL = 4
/** The pages of an unlabelled log-linear distribution, for all powers of two in order. */
const PAGES = 4
/** The counts of a distribution with bounds: one for each bound, and one for values beyond the last. */
const BOUNDED = 3

/** A distribution without labels has its own chunk, with its head at this offset. */
const FLAT_HEAD = 1

/** The bit of a directory entry that marks the number of a page in another chunk, instead of an offset in the head's chunk. */
const FAR = 0x8000

/** Behind the value of a gauge that is merged by the time of setting. */
const TIME = 1
const CHECK = 2

/**
 * Tests make rare events common (`TALLYSTICK_TEST_SIZES=tiny`): counts fill and sums grow large soon, and Rust makes small chunks.
 */
const TINY = process.env.TALLYSTICK_TEST_SIZES === 'tiny'

/** A distribution is flushed when one of its counts gets here. */
const FULL = TINY ? 5 : 0x7fffffff

/** Or when its sum is larger than this: up to here a float holds thousandths, so that small values are not lost. */
const LARGE = TINY ? 1000 : 17592186044416

/** The exponents of directory entry 0, and how many entries there are. */
const TIMING_FIRST = 0
const TIMING_ENTRIES = 53
const HISTOGRAM_FIRST = -64
const HISTOGRAM_ENTRIES = 128

/** The words of a room: the most series, those for which room is taken, the most that are folded, and the present ones. */
const ROOM_LIMIT = 0
const ROOM_USED = 1
const ROOM_FOLDED_LIMIT = 2
const ROOM_FOLDED = 3
/** The first slot of a table of known series. The word before it is not 0 once the table is out of date. */
const KNOWN_FIRST = 1
/** A limit that is none. */
const UNLIMITED = 0xffffffff

/** Each multiple of this number of UTF-16 units in a label's name or value takes the room of one more series. */
const UNITS_PER_SERIES = 1024

/** In a record of the log, stands where a new series has its label set: the record is an exemplar. */
const EXEMPLAR_RECORD = 0xffffffff

/** The largest value of a timing, in nanoseconds. */
const MAX_NANOS = Number.MAX_SAFE_INTEGER

/** What a float's exponent bits exceed its exponent by. */
const EXPONENT_BIAS = 1023

/** How many bits of a float's fraction choose the bucket, by precision. */
const PRECISION_BITS = [0, 4, 7, 10]

module.exports = {
  BOUNDED,
  CHECK,
  CHUNK_BITS,
  CHUNK_MASK,
  DIRECTORY,
  ENTRIES_PER_CELL,
  EXEMPLAR_RECORD,
  EXPONENT_BIAS,
  FAR,
  FLAT_HEAD,
  FULL,
  HISTOGRAM_ENTRIES,
  HISTOGRAM_FIRST,
  KNOWN_FIRST,
  LARGE,
  MAX,
  MAX_NANOS,
  MERGES,
  MERGE_LAST,
  MIN,
  PAGES,
  PRECISION_BITS,
  ROOM_FOLDED,
  ROOM_FOLDED_LIMIT,
  ROOM_LIMIT,
  ROOM_USED,
  SUM,
  TIME,
  TIMING_ENTRIES,
  TIMING_FIRST,
  TINY,
  UNITS_PER_SERIES,
  UNLIMITED,
  ZERO,
}
