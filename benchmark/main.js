'use strict'

// `npm run benchmark`: Tallystick beside its peers.

const fs = require('node:fs')
const path = require('node:path')
const { setUp } = require('../scripts/setup')
const { cases } = require('./cases')
const { load } = require('./machine')
const { USAGE, readOptions } = require('./options')
const { installPeers } = require('./peers')
const { describeRun, withPart } = require('./report')
const { runRounds } = require('./rounds')
const { findRuntime } = require('./runtime')
const { rowsOf } = require('./table')

const RESULTS = path.join(__dirname, 'RESULTS.md')

/** How long a batch takes, and how many series there are. */
const FULL = {
  batchMillis: 20,
  series: 100_000,
  mediumSeries: 10_000,
  timings: 10_000,
  memoryCounters: 1_000_000,
  threadMillis: 500,
  growth: 1_000_000,
  clients: 1000,
}
const QUICK = {
  batchMillis: 2,
  warmUpMillis: 50,
  series: 10_000,
  mediumSeries: 1000,
  timings: 1000,
  memoryCounters: 100_000,
  threadMillis: 100,
  growth: 10_000,
  clients: 100,
}
const QUICK_ROUNDS = 3

/** @param {import('./options').Options} options */
async function runBenchmark(options) {
  setUp()
  installPeers()
  const { name, program } = findRuntime(options)
  const loadBefore = load()
  const { rows, absences } = await runCases(program, options)
  const part = describeRun({ program, loadBefore, rows, absences, rounds: options.rounds })
  console.log(`\n${part}\n`)
  const isWhole = options.cases.length === 0 && !options.quick
  if (isWhole) fs.writeFileSync(RESULTS, withPart(contentsOf(RESULTS), name, part))
  else console.log('(not written to RESULTS.md: that takes all cases, without --quick)')
}

/** @param {string} file */
function contentsOf(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : ''
}

/** @param {string} program @param {import('./options').Options} options */
async function runCases(program, options) {
  const parameters = options.quick ? QUICK : FULL
  const rows = []
  const absences = []
  for (const each of chosenCases(options)) {
    const rounds = options.rounds ?? (options.quick ? QUICK_ROUNDS : each.rounds)
    process.stderr.write(`${each.name} …`)
    const began = performance.now()
    const processes = options.quick ? 1 : (each.processes ?? 1)
    const outcome = await runRounds(each, { program }, { rounds, processes, parameters })
    process.stderr.write(` ${((performance.now() - began) / 1e3).toFixed(1)} s\n`)
    const { section = 'main' } = each
    rows.push(...rowsOf(each, outcome.results, parameters).map((row) => ({ section, ...row })))
    absences.push(...outcome.absences.map((absence) => ({ caseName: each.name, ...absence })))
  }
  return { rows, absences }
}

/** @param {import('./options').Options} options */
function chosenCases({ cases: beginnings, quick }) {
  const chosen = cases.filter(({ name }) => beginnings.length === 0 || beginnings.some((each) => name.startsWith(each)))
  if (chosen.length === 0)
    throw new Error(`no case has a name that begins with ${beginnings.join(' or ')}; --list prints all names`)
  return quick ? chosen.filter(({ series = 0 }) => series <= QUICK.growth) : chosen
}

async function main() {
  const options = readOptions(process.argv.slice(2))
  if (options.help) console.log(USAGE)
  else if (options.list) for (const { name } of cases) console.log(name)
  else await runBenchmark(options)
}

main().catch((error) => {
  console.error(`error: ${error.message}`)
  process.exitCode = 1
})
