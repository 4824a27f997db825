'use strict'

// The layout of the cells of a heartbeat, as in `src/process/heartbeat.rs`; `tests/layout.rs` checks that both agree.

/** When the next beat is due: milliseconds after the thread joined. */
const DUE = 0
/** How many milliseconds late the latest beat was. */
const LATENESS = 1
/** Not 0 once the run is stopped: the one cell that Rust writes. */
const STOPPED = 2

module.exports = { DUE, LATENESS, STOPPED }
