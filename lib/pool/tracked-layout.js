'use strict'

// Where things are in the cells of a tracked worker. `src/pool/tracked.rs` says the same; `tests/layout.rs` reads this file to
// prove it.

const STATE = 0
const REQUESTS = 1
/** Seconds; while the worker is busy, less its age when that began, and so negative. */
const BUSY = 2
const RSS = 3
const HEAP_USED = 4

/** States by their numbers. */
const STATES = ['creating', 'ready', 'active', 'idle', 'terminated']
/** The number of a worker that is not listed any more. */
const ENDED = 5

module.exports = { BUSY, ENDED, HEAP_USED, REQUESTS, RSS, STATE, STATES }
