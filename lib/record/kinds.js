'use strict'

// The kinds of metric, each in a file of this folder that exports its `kind` (`Kind` in `types.d.ts` says what that is). A new
// kind is a new file and a line here, as in `src/collector/kinds/`.

/**
 * In the order of the numbers that Rust gives them: `tests/layout.rs` reads these lines to prove it. A kind is loaded when its
 * first instrument is made, because most processes do not use all of them.
 * @type {Record<string, () => import('./types').Kind>}
 */
const KINDS = {
  counter: () => require('./counter').kind,
  gauge: () => require('./gauge').kind,
  timing: () => require('./timing').kind,
  histogram: () => require('./histogram').kind,
}

const WORDS = Object.keys(KINDS)

/** The number that Rust gives a kind. @param {string} word */
function numberOf(word) {
  return WORDS.indexOf(word)
}

module.exports = { KINDS, numberOf }
