'use strict'

// The layout of the cells of a tracked worker, as in `src/pool/tracked.rs`; `tests/layout.rs` checks that both agree.

const STATE = 0
const REQUESTS = 1
/** Seconds; while the worker is busy, minus its age when that began, and therefore negative. */
const BUSY = 2
const RSS = 3
const HEAP_USED = 4
/** The age in seconds at which the present request began. */
const BEGAN = 5
/** The number of the present request's name, 0 for none. */
const TASK = 6

/** States by their numbers. */
const STATES = ['creating', 'ready', 'active', 'idle', 'terminated']
/** In place of a state: the worker is no longer listed. */
const ENDED = 5

module.exports = { BEGAN, BUSY, ENDED, HEAP_USED, REQUESTS, RSS, STATE, STATES, TASK }
