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
const BOUNDED = 3

/**
 * The bit of a directory entry that says: the number of a page in another chunk, not an offset in the head's chunk. It is the
 * sign, so that of signed entries those above 0 are offsets.
 */
const FAR = 0x8000

/** A page whose count gets here is emptied into the folded totals before it counts on. */
const FULL = 0x7fffffff

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
  CHUNK_BITS,
  CHUNK_MASK,
  COUNTER,
  DIRECTORY,
  EXPONENT_BIAS,
  FAR,
  FULL,
  GAUGE,
  HISTOGRAM,
  HISTOGRAM_ENTRIES,
  HISTOGRAM_FIRST,
  MAX,
  MAX_NANOS,
  MERGES,
  MERGE_LAST,
  MIN,
  PRECISION_BITS,
  SUM,
  TIMING,
  TIMING_ENTRIES,
  TIMING_FIRST,
  ZERO,
}
