'use strict'

// `npm run benchmark`: Tallystick beside its peers, in one table.

const fs = require('node:fs')
const path = require('node:path')
const { bunPath } = require('../scripts/bun')
const { setUp } = require('../scripts/setup')
const { cases } = require('./cases')
const { describeMachine, load } = require('./machine')
const { USAGE, readOptions } = require('./options')
const { installPeers } = require('./peers')
const { runRounds } = require('./rounds')
const { markdownTable, missedBars, rowsOf } = require('./table')

/** What cases are told: how long a batch is, and how many series there are. */
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
  const program = options.bun ? bunPath() : process.execPath
  if (!program) throw new Error('there is no bun for this platform in node_modules')
  const loadBefore = load()
  const { rows, absences } = await runCases(program, options)
  const report = describeRun({ program, loadBefore, rows, absences, rounds: options.rounds })
  console.log(`\n${report}`)
  const isWhole = options.cases.length === 0 && !options.quick
  if (isWhole) fs.writeFileSync(path.join(__dirname, options.bun ? 'RESULTS.bun.md' : 'RESULTS.md'), report)
  else console.log('(not written to RESULTS.md: that takes all cases, without --quick)')
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
    rows.push(...rowsOf(each, outcome.results, parameters))
    absences.push(...outcome.absences.map((absence) => ({ caseName: each.name, ...absence })))
  }
  return { rows, absences }
}

/** @param {import('./options').Options} options */
function chosenCases({ cases: beginnings, quick }) {
  const chosen = cases.filter(({ name }) => beginnings.length === 0 || beginnings.some((each) => name.startsWith(each)))
  if (chosen.length === 0) throw new Error(`no case begins so: there are ${cases.map(({ name }) => name).join(', ')}`)
  return quick ? chosen.filter(({ series = 0 }) => series <= QUICK.growth) : chosen
}

/** @param {{ program: string, loadBefore: string, rows: import('./table').Row[], absences: any[], rounds?: number }} run */
function describeRun({ program, loadBefore, rows, absences, rounds }) {
  const { machine, runtime, peers } = describeMachine(program)
  const missed = missedBars(rows)
  const left = absences.map(
    ({ caseName, contender, reason }) => `- ${caseName}: ${contender} (${reason.split('\n')[0]})`,
  )
  return [
    '# Tallystick beside its peers',
    '',
    `Made by \`npm run benchmark\` on ${new Date().toISOString().slice(0, 10)}; lower is better. Each contender has processes of its own`,
    '(seven one after the other where single calls are timed), in which an ArrayBuffer was detached; contenders take turns within a',
    'round, and a value is the median of the rounds. What was recorded was read back in the end and is exactly what the calls add up',
    'to; a contender that lost any is left out. The ratio is how many times ours the faster of the two Prometheus clients takes, or,',
    'marked "of", what part ours is of theirs.',
    '',
    `- Machine: ${machine}`,
    `- ${runtime}; load average ${loadBefore} before, ${load()} after${rounds ? `; ${rounds} rounds only` : ''}`,
    `- Peers: ${peers}`,
    '',
    markdownTable(rows),
    '',
    missed.length === 0 ? 'Every bar is met.' : `Bars not met: ${missed.join('; ')}.`,
    ...(left.length === 0 ? [] : ['', 'Left out:', '', ...left]),
    '',
  ].join('\n')
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
