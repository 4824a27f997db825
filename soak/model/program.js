'use strict'

// Creates a program from a seed: epochs, in each of which every thread has a batch of operations. Threads run their batches at the
// same time, so no thread's result may depend on another: a series that one thread removes or reads is exclusive to it in this epoch.
// Everything else may interact.

const { Random } = require('../random')
const { Batch } = require('./batch')
const { SERIES } = require('./families')
const { shuffle } = require('./spelling')

/** @typedef {import('./types').Epoch} Epoch */
/** @typedef {import('./types').GeneratorOptions} GeneratorOptions */

const THREADS = 4
/** The features of a program, which can be left out. */
const FEATURES = /** @type {const} */ ({
  foreign: 'removal of series that other threads have used',
  keep: 'kept handles',
  stale: 'use of handles after their series was removed',
  touch: '`labels()` without a recording',
  same: 'a check that `labels()` returns a kept handle',
  clear: '`clear()` of everything',
  restart: '`reset()` of a family',
  unregister: '`unregister()` of a family',
  totals: '`setTotal()` of counters',
  huge: 'values of 1e16 and 1e17',
  downs: 'decrements',
  zeros: 'zeros',
  inherited: 'labels whose prototype has enumerable keys',
  churn: 'many series that are created and removed',
  flood: 'label sets that have no room',
  gauges: 'gauges',
  extremes: 'exact extremes after a removal by another thread',
  ends: 'threads that end',
  watch: 'a thread that reads while others record',
  collect: 'forced garbage collections',
})

/** The number of series of a program, and of those that are used more. */
const USED = 80
const HOT = 25
/** The choices for the maximum of operations in a batch. */
const SIZES = [10, 30, 100, 600]
const WINDOWS = ['0 a', '0 b', '0 c']
const ENDINGS = /** @type {const} */ (['returns', 'exits', 'terminated'])
const ALL = Array.from({ length: THREADS }, (_, thread) => thread)

class Generator {
  #options
  #random
  /** @type {number[]} */
  #series
  #operations = 0
  /** the state of the threads, from epoch to epoch */
  #memory = {
    /** by thread: slots to series and the life in which it was kept @type {Map<number, { at: number, life: number }>[]} */
    slots: ALL.map(() => new Map()),
    /** how often each series was removed */
    lives: SERIES.map(() => 0),
    /** threads that have used each series since it was removed @type {Set<number>[]} */
    users: SERIES.map(() => new Set()),
    /** operations of all threads, for unique names */
    steps: 0,
  }

  /** @param {GeneratorOptions} options */
  constructor(options) {
    this.#options = options
    this.#random = new Random(options.seed)
    const usable = SERIES.filter(({ family }) => family.kind !== 'gauge' || !options.without.has('gauges'))
    const all = usable.map(({ at }) => at)
    shuffle(all, this.#random)
    this.#series = all.slice(0, USED)
  }

  program() {
    const epochs = [this.#opening()]
    while (this.#operations < this.#options.operations) epochs.push(this.#epoch())
    return { epochs }
  }

  /** Every thread opens a window, the main thread several. @returns {Epoch} */
  #opening() {
    const windows = ALL.map((thread) => (thread === 0 ? WINDOWS : [`${thread} own`]))
    const batches = windows.map((names) => names.map((window) => /** @type {const} */ ({ do: 'open', window })))
    return { batches, resets: [], reports: [], ends: [] }
  }

  /** @returns {Epoch} */
  #epoch() {
    const random = this.#random
    const luck = random.below(100)
    const batches = luck < 65 ? this.#together() : luck < 85 || this.#lacks('watch') ? this.#alone() : this.#watched()
    const resets = [...WINDOWS, 'common'].filter(() => random.below(4) === 0)
    const reports = ALL.filter((thread) => thread > 0 && random.below(4) === 0)
    const ends = []
    if (random.below(50) === 0 && !this.#lacks('ends')) {
      const thread = 1 + random.below(THREADS - 1)
      ends.push({ thread, how: random.pick(ENDINGS) })
      this.#memory.slots[thread].clear()
      for (const users of this.#memory.users) users.delete(thread)
    }
    return { batches, resets, reports, ends }
  }

  /** Concurrent threads, with all operations that are allowed. */
  #together() {
    const order = [...ALL]
    shuffle(order, this.#random)
    const claims = new Map()
    const tracer = this.#random.below(THREADS)
    /** @type {Epoch['batches']} */
    const batches = ALL.map(() => [])
    for (const thread of order) {
      if (this.#random.below(5) > 0)
        batches[thread] = this.#batch(thread, claims, { removes: true, traces: thread === tracer })
    }
    return batches
  }

  /** One thread, with any operation. */
  #alone() {
    const thread = this.#random.below(THREADS)
    const batch = this.#batch(thread, new Map(), { removes: true, traces: true, isAlone: true })
    return ALL.map((other) => (other === thread ? batch : []))
  }

  /** A thread that only reads, and others that only record. @returns {Epoch['batches']} */
  #watched() {
    const watcher = 1 + this.#random.below(THREADS - 1)
    const claims = new Map()
    return ALL.map((thread) => (thread === watcher ? [{ do: 'watch' }] : this.#batch(thread, claims, {})))
  }

  /** @param {number} thread @param {Map<number, import('./batch').Claim>} claims @param {import('./batch').Abilities} abilities */
  #batch(thread, claims, abilities) {
    const batch = new Batch({
      thread,
      claims,
      abilities,
      random: this.#random,
      memory: this.#memory,
      series: this.#series,
      hot: HOT,
      options: this.#options,
    })
    const operations = batch.operations(1 + this.#random.below(this.#random.pick(SIZES)))
    this.#operations += batch.weight
    return operations
  }

  /** @param {keyof typeof FEATURES} feature */
  #lacks(feature) {
    return this.#options.without.has(feature)
  }
}

/** @param {GeneratorOptions} options @returns {import('./types').Program} */
function programOf(options) {
  return new Generator(options).program()
}

module.exports = { FEATURES, THREADS, programOf }
