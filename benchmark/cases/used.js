'use strict'

// Each recording once more, in processes that have used every kind before. The ratios are shown and not judged.

const { unjudged } = require('../bars')
const { usedContenders } = require('../every-kind')

/** @param {any} loopCase */
function usedCase({ contenders, rows, ...rest }) {
  return {
    ...rest,
    name: `used-${rest.name}`,
    section: 'used',
    rounds: 6,
    processes: 3,
    rows: rows.map((/** @type {any} */ { bars = [], ...row }) => ({ ...row, bars: bars.map(unjudged) })),
    contenders: usedContenders(contenders),
  }
}

module.exports = { usedCase }
