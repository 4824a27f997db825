'use strict'

// For how long a handle may go by the extremes that it has read. It remembers them so that a value between them is compared with
// no cell. In the cells they only grow apart, also where several handles write them, but for one thing: when a thread removes series,
// Rust lets the extremes in that thread's cells begin anew. A handle that went on with the old ones would not be seen again.

/** What was remembered counts as long as this number stays. */
const extremes = { beginnings: 0 }

/** Called where Rust has let extremes of this thread begin anew. */
function forgetExtremes() {
  extremes.beginnings++
}

module.exports = { extremes, forgetExtremes }
