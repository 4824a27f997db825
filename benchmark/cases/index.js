'use strict'

// All cases, in the order of the table.
//
// A case has a name, rows (a title, the key of what is measured where that is several things, bars), a unit, how many rounds,
// and contenders: functions that run in a process of their own and return `measure` and mostly `check`. `isFresh` cases have a new
// process for each round; a `baseline` is a contender whose value is subtracted from the others'.

const { histogram, summary } = require('./timing')

const cases = [
  require('./counter'),
  require('./name'),
  require('./bound'),
  require('./labels'),
  require('./labels-mixed'),
  histogram,
  summary,
  require('./timing-labels'),
  require('./timer'),
  ...require('./histogram-objects'),
  ...require('./events'),
  ...require('./scene'),
  require('./creation'),
  ...require('./scrape'),
  ...require('./memory'),
  require('./require'),
  ...require('./growth'),
  ...require('./threads'),
  require('./streams'),
]

/** @param {string} name @returns {any} */
function findCase(name) {
  const found = cases.find((each) => each.name === name)
  if (found === undefined) throw new Error(`there is no case ${name}: ${cases.map((each) => each.name).join(', ')}`)
  return found
}

module.exports = { cases, findCase }
