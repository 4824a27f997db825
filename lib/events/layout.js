'use strict'

// Where things are in the memory of a histogram object, which JavaScript owns. An HdrHistogram lends it to Rust:
// `src/histogram/hdr_object.rs` says the same, and `tests/histogram_objects.rs` reads this file to prove it.

/** Offsets in the head. */
const MIN = 0
const MAX = 1
const ZERO = 2
const OVERFLOW = 3
/** Pages begin here: each has a count for every cell of a power of two, then their sum. */
const PAGES = 4

module.exports = { MAX, MIN, OVERFLOW, PAGES, ZERO }
