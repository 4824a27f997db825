'use strict'

// Threads that start and end, a constant number at a time, so that memory can be compared.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { setTimeout: delay } = require('node:timers/promises')
const { Worker } = require('node:worker_threads')
const { until } = require('../__test__/support/until')
const { Random } = require('./random')

/** @typedef {InstanceType<typeof import('./scenario').Scenario>} Scenario */
/** @typedef {(typeof ENDINGS)[number]} Ending */
/**
 * @typedef {{ collector: number, seed: number, rounds: number, ending: Ending, progress: SharedArrayBuffer, over: Int32Array, owner: string }} Life
 */

const ENDINGS = /** @type {const} */ (['returns', 'exits', 'waiting', 'spinning'])
/** Concurrent threads. The first one lives long, so that it applies the removals of others. */
const LANES = 3
const SHORT = 40
const LONG = 2000
/** The minimum of recordings of a spinning thread before it is terminated. */
const SPINS = 200
const PACE_MILLIS = 2
const pause = () => delay(PACE_MILLIS)

class Threads {
  #scenario
  #started = 0
  /** bounds of the recordings of spinning threads */
  #killed = { least: 0, most: 0 }

  /** @param {Scenario} scenario */
  constructor(scenario) {
    this.#scenario = scenario
  }

  async run() {
    await Promise.all(Array.from({ length: LANES }, (_, lane) => this.#runLane(lane)))
  }

  /** @param {number} lane */
  async #runLane(lane) {
    const random = new Random(this.#scenario.random.seed())
    for (let at = lane; !this.#scenario.isOver; at++) {
      const rounds = 1 + random.below(lane === 0 ? LONG : SHORT)
      await this.#live(random.seed(), rounds, ENDINGS[at % ENDINGS.length])
    }
  }

  /** @param {number} seed @param {number} rounds @param {Ending} ending */
  async #live(seed, rounds, ending) {
    const { metrics, over, tally } = this.#scenario
    const owner = `thread ${this.#started++}`
    const progress = new SharedArrayBuffer(8)
    /** @type {Life} */
    const life = { collector: metrics.collector.id, seed, rounds, ending, progress, over, owner }
    const worker = new Worker(path.join(__dirname, 'worker.js'), { workerData: life })
    const ended = once(worker, 'exit')
    const tallied = this.#messages(worker)
    // either may reject first, with the thread's error
    await Promise.race([tallied, ended.then(() => assert.fail(`${owner} ended without a tally`))])
    await this.#end(worker, life)
    await ended
    tally.did(`threads ended: ${ending}`)
    this.#scenario.livesEnded++
  }

  /** Handles a thread's messages until it sends its tally. @param {Worker} worker @returns {Promise<void>} */
  #messages(worker) {
    const { tally, work } = this.#scenario
    return new Promise((resolve, reject) => {
      worker.on('error', reject)
      worker.on('message', (message) => {
        try {
          for (const id of message.left ?? []) work.connections.removeLeft(id)
          if (message.tally === undefined) return
          tally.add(message.tally)
          resolve()
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  /** @param {Worker} worker @param {Life} life */
  async #end(worker, { ending, progress }) {
    if (ending === 'returns' || ending === 'exits') return worker.postMessage('end')
    const counts = new Int32Array(progress)
    if (ending === 'spinning') {
      const spins = () => Atomics.load(counts, 1)
      await until(spins, (count) => count >= SPINS, 'a thread spins', pause)
    }
    await worker.terminate()
    this.#killed.least += counts[1]
    this.#killed.most += counts[0]
  }

  /** @returns {string[]} the differences in the recordings of terminated threads */
  check() {
    const { counters, timings } = this.#scenario.wholeLife()
    const keys = Object.keys(counters).filter((key) => key.startsWith('killed'))
    const counted = keys.reduce((sum, key) => sum + counters[key], 0)
    const { least, most } = this.#killed
    const wrong = Object.entries({ counted, timed: timings.killed?.count ?? 0 })
      .filter(([, value]) => value < least || value > most)
      .map(([what, value]) => `threads that were terminated ${what} ${value}, not from ${least} to ${most}`)
    this.#scenario.tally.did('recordings of threads terminated in the midst of it', least)
    return wrong
  }
}

module.exports = { Threads }
