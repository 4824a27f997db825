'use strict'

// Runs a program until something differs: all threads run their batches and synchronise, then every reader is compared with the model.

const { setImmediate } = require('node:timers/promises')
const { Collector, createMetrics } = require('../..')
const { collect } = require('../../__test__/support/garbage')
const { differencesOfValue } = require('./comparison')
const { Crew } = require('./crew')
const { Exposition } = require('./exposition')
const { SERIES } = require('./families')
const { differencesOfFloods } = require('./floods')
const { described } = require('./log')
const { THREADS } = require('./program')
const { Reference } = require('./reference')
const { samplesOf } = require('./watching')

/** @typedef {import('./types').Epoch} Epoch */
/** @typedef {import('./types').Operation} Operation */
/** @typedef {import('./types').Result} Result */
/** @typedef {{ without: ReadonlySet<string>, losesOne: boolean }} Options */
/** @typedef {{ wrong: string[], epoch: number, operations: number }} Outcome */

/** The turns of the event loop, each with a garbage collection, after which the gauges of an ended thread must be gone. */
const TURNS = 200
const TRACE_LIMIT = 100_000

class Run {
  #metrics = createMetrics(new Collector({ traceLimit: TRACE_LIMIT }))
  #reference
  #crew
  #epochs

  /** @param {import('./types').Program} program @param {Options} options */
  constructor({ epochs }, { without, losesOne }) {
    this.#epochs = epochs
    this.#reference = new Reference({ hasExactExtremes: !without.has('extremes') })
    const mayInherit = !without.has('inherited')
    this.#crew = new Crew(this.#metrics, { threads: THREADS, mayInherit, losesOne })
  }

  /** @returns {Promise<Outcome>} */
  async outcome() {
    let epoch = 0
    /** @type {string[]} */
    let wrong = []
    try {
      await this.#crew.ready()
      for (; epoch < this.#epochs.length && wrong.length === 0; epoch++) wrong = await this.#run(this.#epochs[epoch])
    } catch (error) {
      wrong = [`it failed: ${error instanceof Error ? error.stack : error}`]
    }
    await this.#crew.end()
    return { wrong, epoch, operations: this.#reference.operations }
  }

  /** @param {Epoch} epoch @returns {Promise<string[]>} */
  async #run({ batches, resets, reports, ends }) {
    const isWatched = batches.flat().some((operation) => operation.do === 'watch')
    const before = isWatched ? this.#rising() : undefined
    const wrong = this.#apply(batches, await this.#crew.run(batches), before)
    wrong.push(...(await this.#readings()))
    const reads = this.#reads([0, ...reports], resets)
    wrong.push(...this.#apply(reads, await this.#crew.run(reads)))
    for (const { thread, how } of ends) wrong.push(...(await this.#end(thread, how)))
    return wrong
  }

  /** @param {Operation[][]} batches @param {Result[][]} results @param {Map<string, number>} [before] */
  #apply(batches, results, before = new Map()) {
    /** @type {string[]} */
    const wrong = []
    /** @type {any[]} */
    const watched = []
    for (const [thread, batch] of batches.entries()) {
      const returned = new Map(results[thread])
      for (const [at, operation] of batch.entries()) {
        const result = returned.get(at)
        const differences = this.#reference.apply(thread, operation, result)
        wrong.push(...differences.map((difference) => `${described(thread, operation)}: ${difference}`))
        if (operation.do === 'watch' && differences.length === 0) watched.push(result)
      }
    }
    for (const one of watched) wrong.push(...this.#watched(one, before))
    return wrong
  }

  #rising() {
    return samplesOf(this.#metrics.prometheusSync().body)
  }

  /** @param {import('./types').Watched} watched @param {Map<string, number>} before */
  #watched({ wrong, first, last, seen }, before) {
    const after = this.#rising()
    const all = [...wrong]
    for (const [key, value] of Object.entries(first)) {
      if (value < (before.get(key) ?? 0)) all.push(`${key} was ${before.get(key)} before the first reading of ${value}`)
    }
    for (const [key, value] of Object.entries(last)) {
      if (!(value <= (after.get(key) ?? 0))) all.push(`${key} is ${after.get(key)} after a reading of ${value}`)
    }
    const { counters, distributions, floods } = this.#reference.whole
    all.push(...differencesOfFloods(floods, Object.entries(seen)))
    for (const [series, counted] of counters) {
      if (!counted.isRight(seen[series.key] ?? 0))
        all.push(`${series.key} adds up to ${seen[series.key]}, not ${counted.net}`)
    }
    for (const [{ key }, { count }] of distributions) {
      if (seen[key] !== count) all.push(`the counts of ${key} add up to ${seen[key]}, not ${count}`)
    }
    return all.map((difference) => `while others recorded: ${difference}`)
  }

  /** The readings of this thread without a window. */
  async #readings() {
    const metrics = this.#metrics
    const isAlone = this.#reference.operations % 4 !== 0
    const { body } = isAlone ? metrics.prometheusSync() : await metrics.prometheus()
    const values = SERIES.flatMap((series) => {
      const labels = series.labels.length === 0 ? undefined : Object.fromEntries(series.labels)
      return differencesOfValue(this.#reference, series, metrics.value(series.family.name, labels))
    })
    return [...new Exposition(this.#reference, body).differences(), ...values]
  }

  /**
   * The readings of threads: their windows and handles, and for the main thread also the common window.
   * @param {number[]} threads
   * @param {string[]} resets windows of the main thread that are reset
   * @returns {Operation[][]}
   */
  #reads(threads, resets) {
    const windows = [...this.#reference.windows.keys()]
    return Array.from({ length: THREADS }, (_, thread) => {
      if (!threads.includes(thread)) return []
      const own = windows.filter((window) => window.startsWith(`${thread} `) || (thread === 0 && window === 'common'))
      const reads = own.map((window) => ({ do: verbOf(window, resets), window }))
      return [{ do: 'slots' }, ...reads]
    })
  }

  /** @param {number} thread @param {import('./types').Ending} how */
  async #end(thread, how) {
    await this.#crew.replace(thread, how)
    this.#reference.end(thread)
    const { gauges } = this.#reference
    const read = () => this.#metrics.snapshot().gauges
    const areRight = () => {
      const now = read()
      const expected = gauges.visible()
      return (
        Object.keys(now).length === expected.length &&
        expected.every((series) => now[series.key] === gauges.value(series))
      )
    }
    for (let turn = 0; turn < TURNS && !areRight(); turn++) {
      collect()
      await setImmediate()
    }
    const open = [{ do: /** @type {const} */ ('open'), window: `${thread} own` }]
    const batches = Array.from({ length: THREADS }, (_, other) => (other === thread ? open : []))
    return [
      ...this.#apply(batches, await this.#crew.run(batches)),
      ...(areRight() ? [] : [`gauges after thread ${thread} has ended: ${JSON.stringify(read())}`]),
    ]
  }
}

/** @param {string} window @param {string[]} resets @returns {'read' | 'reset'} */
function verbOf(window, resets) {
  return resets.includes(window) ? 'reset' : 'read'
}

/** @param {import('./types').Program} program @param {Options} options */
function runProgram(program, options) {
  return new Run(program, options).outcome()
}

module.exports = { runProgram }
