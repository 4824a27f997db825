'use strict'

// Everything at once, in one process: all parts run concurrently until the time or the work is over, then their totals are checked.

const { Collectors } = require('./collectors')
const { Events } = require('./events')
const { Log } = require('./log')
const { Memory, inMB } = require('./memory')
const { readOptions } = require('./options')
const { Scenario } = require('./scenario')
const { Scrapes } = require('./scrapes')
const { summary } = require('./summary')
const { Threads } = require('./threads')
const { Windows } = require('./windows')

/** @typedef {import('./options').Options} Options */

/** The number of progress lines in a run, and the minimum time between two. */
const PROGRESS_LINES = 20
const LEAST_PROGRESS_MILLIS = 1000

/** Says how far it is. @param {InstanceType<typeof Scenario>} scenario @param {number} millis infinite where work decides */
function startProgress(scenario, millis) {
  const tell = () => {
    const seconds = Math.round((performance.now() - scenario.began) / 1000)
    const { recordings } = scenario.tally.activity
    console.log(`soak: ${seconds} s, ${recordings} recordings tallied, ${inMB(process.memoryUsage().rss)}`)
  }
  const pace = Number.isFinite(millis) ? millis / PROGRESS_LINES : 0
  const timer = setInterval(tell, Math.max(LEAST_PROGRESS_MILLIS, pace))
  return () => clearInterval(timer)
}

/** @param {Options} options @returns {Promise<string[]>} what went wrong */
async function soak(options) {
  const scenario = new Scenario(options)
  const [threads, memory] = [new Threads(scenario), new Memory(scenario)]
  const readers = [Scrapes, Windows, Log, Events].map((Part) => new Part(scenario))
  const stopProgress = startProgress(scenario, scenario.millisLeft)
  const writing = Promise.all([scenario.run(), threads.run()])
  scenario.threadsEnded = writing.catch(() => {})
  const reading = [...readers, memory, new Collectors(scenario)].map((part) => part.run())
  const failures = await failuresOf(scenario, [writing, ...reading])
  stopProgress()
  if (options.loseOne) scenario.tally.count('jobs')
  if (failures.length === 0) {
    failures.push(...(await failuresOf(scenario, [scenario.gaugesAreOurs()])))
    for (const part of [scenario, threads, memory, ...readers]) failures.push(...part.check())
  }
  console.log(summary(scenario.tally, memory.samples, options, failures))
  return failures
}

/** @param {InstanceType<typeof Scenario>} scenario @param {Promise<unknown>[]} running */
async function failuresOf(scenario, running) {
  const outcomes = await Promise.allSettled(
    running.map((part) =>
      part.catch((error) => {
        scenario.fail()
        throw error
      }),
    ),
  )
  return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [`${outcome.reason?.stack}`] : []))
}

if (require.main === module) {
  soak(readOptions(process.argv.slice(2))).then((failures) => {
    process.exitCode = failures.length === 0 ? 0 : 1
  })
}
