'use strict'

// Offsets in the memory of a histogram object, which JavaScript owns. An HdrHistogram lends it to Rust:
// `src/histogram/hdr_object.rs` says the same, and `tests/histogram_objects.rs` reads this file to prove it.

/** Offsets in the head. */
const MIN = 0
const MAX = 1
const ZERO = 2
const OVERFLOW = 3
/** Pages begin here: each has a count for each of its cells. */
const PAGES = 4
/** A page has two to the power of this many cells, or those of a power of two where they are fewer. */
const PAGE_BITS = 7

module.exports = { MAX, MIN, OVERFLOW, PAGES, PAGE_BITS, ZERO }
