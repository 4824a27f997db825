'use strict'

// All cases, in the order of the tables.
//
// A case has a name, the section of its rows (one of `sections`; default: the first), rows (a title, bars, and a key if several
// things are measured), a unit, a number of rounds, and contenders: functions that run in a process of their own and return `measure`
// and mostly `check`. An `isFresh` case has a new process for each round; a `baseline` is a contender whose value is subtracted
// from the others'.

const { distributionCases } = require('./distributions')
const { labelSets, usedLabelSets } = require('./label-sets')
const { histogram, summary } = require('./timing')
const { usedCase } = require('./used')

/** Titles of the tables. */
const sections = {
  main: 'Recording and reading',
  scrapes: 'Scrapes in each format',
  labels: 'Sets of labels',
  distributions: 'Distributions of values',
  used: 'In a process that has used every kind of instrument',
}

const [bucketed, frugal, hdr, snapshots] = require('./histogram-objects')
const [eventsCounter, eventsHistogram, eventsTimer, eventsStrategy, eventsReport] = require('./events')

/** What is called for each event. */
const recordings = [
  require('./counter'),
  require('./name'),
  require('./bound'),
  require('./labels'),
  require('./labels-mixed'),
  histogram,
  summary,
  require('./timing-labels'),
  require('./timer'),
  bucketed,
  frugal,
  hdr,
  eventsCounter,
  eventsHistogram,
  eventsTimer,
]

const cases = [
  ...recordings,
  snapshots,
  eventsStrategy,
  eventsReport,
  ...require('./scene'),
  require('./creation'),
  ...require('./scrape'),
  ...require('./scrape-formats'),
  ...require('./memory'),
  require('./require'),
  ...require('./growth'),
  ...require('./threads'),
  require('./streams'),
  require('./default-metrics'),
  require('./express'),
  ...require('./prom-client'),
  ...require('./prom-client-registry'),
  ...require('./opentelemetry'),
  ...labelSets,
  ...distributionCases,
  ...recordings.map(usedCase),
  usedLabelSets,
]

/** @param {string} name @returns {any} */
function findCase(name) {
  const found = cases.find((each) => each.name === name)
  if (found === undefined) throw new Error(`there is no case ${name}: ${cases.map((each) => each.name).join(', ')}`)
  return found
}

module.exports = { cases, findCase, sections }
