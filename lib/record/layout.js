'use strict'

// Where things are in the memory that Rust and JavaScript share. `src/cells/layout.rs` and `src/histogram/log_linear.rs`
// say the same; `tests/layout.rs` reads this file to prove it.

/** A cell's index is `chunk number << CHUNK_BITS | offset`. */
const CHUNK_BITS = 13
const CHUNK_MASK = (1 << CHUNK_BITS) - 1

/** Kinds, as Rust numbers them. */
const COUNTER = 0
const GAUGE = 1
const TIMING = 2
const HISTOGRAM = 3

/** How gauges are merged, as Rust numbers it. */
const MERGES = ['sum', 'min', 'max', 'last']
const MERGE_LAST = 3

/** Offsets in the head of a distribution. */
const SUM = 0
const MIN = 1
const MAX = 2
const ZERO = 3
const DIRECTORY = 4
const PAGES = 4

/** A distribution without labels has a chunk of its own, in which its head is here. */
const FLAT_HEAD = 1
const BOUNDED = 3

/** The bit of a directory entry that says: the number of a page in another chunk, not an offset in the head's chunk. */
const FAR = 0x8000

/** Behind the value of a gauge that is merged by the time of setting. */
const TIME = 1
const CHECK = 2

/**
 * Tests make rare things common (`TALLYSTICK_TEST_SIZES=tiny`): counts are full and sums are large soon, and Rust makes small
 * chunks.
 */
const TINY = process.env.TALLYSTICK_TEST_SIZES === 'tiny'

/** A distribution with a count that gets here is folded before it counts on. */
const FULL = TINY ? 5 : 0x7fffffff

/** So is a sum beyond this: a float this large still holds thousandths, so that small values after it are not lost. */
const LARGE = TINY ? 1000 : 17592186044416

/** The exponents of directory entry 0, and how many entries there are. */
const TIMING_FIRST = 0
const TIMING_ENTRIES = 53
const HISTOGRAM_FIRST = -64
const HISTOGRAM_ENTRIES = 128

/** The last nanosecond of a timing's range. */
const MAX_NANOS = Number.MAX_SAFE_INTEGER

/** The exponent bits of a float stand this far above its true exponent. */
const EXPONENT_BIAS = 1023

/** How many bits of a float's fraction choose the cell, by precision. */
const PRECISION_BITS = [0, 4, 7, 10]

module.exports = {
  BOUNDED,
  CHECK,
  CHUNK_BITS,
  CHUNK_MASK,
  COUNTER,
  DIRECTORY,
  EXPONENT_BIAS,
  FAR,
  FLAT_HEAD,
  FULL,
  GAUGE,
  HISTOGRAM,
  HISTOGRAM_ENTRIES,
  HISTOGRAM_FIRST,
  LARGE,
  MAX,
  MAX_NANOS,
  MERGES,
  MERGE_LAST,
  MIN,
  PAGES,
  PRECISION_BITS,
  SUM,
  TIME,
  TIMING,
  TIMING_ENTRIES,
  TIMING_FIRST,
  TINY,
  ZERO,
}
