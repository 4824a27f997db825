'use strict'

// Executes the operations of one thread through the public API, and keeps their handles and windows.

const { setImmediate } = require('node:timers/promises')
const { collect } = require('../../__test__/support/garbage')
const { FAMILIES, SERIES } = require('./families')
const { FLOODED } = require('./floods')
const { spelled } = require('./spelling')
const { watch } = require('./watching')

/** @typedef {import('./types').Operation} Operation */
/** @typedef {import('./types').Result} Result */
/** @typedef {import('./types').Family} Family */

/** The number of objects that an allocation leaves behind. */
const GARBAGE = 2000
/** One recording in this many is omitted with --lose-one. */
const LOST = 50

class Executor {
  #metrics
  #options
  /** @type {Map<string, any>} by name of the family */
  #instruments = new Map()
  /** @type {Map<number, { at: number, handle: any }>} */
  #slots = new Map()
  /** @type {Map<string, import('../..').Window>} */
  #windows = new Map()

  /**
   * @param {import('../..').Metrics} metrics
   * @param {{ mayInherit: boolean, losesOne: boolean, over: Int32Array }} options `over` is not 0 when watching must end
   */
  constructor(metrics, options) {
    this.#metrics = metrics
    this.#options = options
    for (const family of [...FAMILIES, ...FLOODED]) this.#instruments.set(family.name, this.#ask(family))
  }

  /** @param {Operation[]} operations @returns {Promise<Result[]>} the results or errors of some of them, by index */
  async run(operations) {
    /** @type {Result[]} */
    const results = []
    for (let at = 0; at < operations.length; at++) {
      const operation = operations[at]
      try {
        const result = this.#do(operation)
        if (result !== undefined) results.push([at, result])
      } catch (error) {
        results.push([at, { error: error instanceof Error ? error.stack : String(error) }])
      }
      if (operation.do === 'turn') await setImmediate()
    }
    return results
  }

  /** @param {Operation} operation @returns {any} */
  #do(operation) {
    switch (operation.do) {
      case 'record':
      case 'set':
      case 'add':
      case 'total':
        return this.#record(operation)
      case 'keep':
        this.#slots.set(operation.slot, { at: operation.at, handle: this.#handle(operation) })
        return undefined
      case 'same':
        return this.#slots.get(operation.slot)?.handle === this.#handle(operation)
      case 'drop':
        this.#slots.delete(operation.slot)
        return undefined
      case 'touch':
        this.#handle(operation)
        return undefined
      case 'remove':
        return this.#instrument(operation).remove(...this.#labels(operation))
      case 'restart':
        return this.#instrumentOf(operation.family).reset()
      case 'unregister':
        this.#metrics.unregister(operation.family)
        return undefined
      case 'value':
        return { value: this.#value(operation) }
      case 'churn':
        return this.#churn(operation)
      case 'flood':
        return this.#flood(operation)
      case 'slots':
        return [...this.#slots].map(([slot, { handle }]) => [slot, handle.value()])
      case 'open':
        this.#windows.set(operation.window, this.#metrics.collector.window())
        return undefined
      case 'read':
        return this.#window(operation.window)?.snapshot()
      case 'reset':
        return this.#window(operation.window)?.snapshotAndReset()
      case 'watch':
        return watch(this.#metrics, this.#options.over)
      default:
        return this.#disturb(operation)
    }
  }

  /** Operations that are not about a series. @param {Operation} operation */
  #disturb(operation) {
    if (operation.do === 'clear') this.#metrics.collector.clear()
    if (operation.do === 'collect') collect()
    if (operation.do === 'allocate') Array.from({ length: GARBAGE }, (_, at) => ({ at, list: [at] }))
    if (operation.do === 'trace') this.#metrics.trace('step', { value: operation.value })
  }

  /** @param {Extract<Operation, { times: number }>} operation */
  #record(operation) {
    const { at, way, slot, times, value, spelling } = operation
    const kept = this.#slots.get(slot)
    if (way === 'slot' && kept?.at !== at) return
    if (this.#options.losesOne && spelling % LOST === 0) return
    for (let time = 0; time < times; time++) {
      if (way === 'name') this.#recordByName(operation)
      else this.#recordWith(way === 'slot' ? kept?.handle : this.#handle(operation), operation, value)
    }
  }

  /** @param {any} handle @param {Extract<Operation, { times: number }>} operation @param {number} value */
  #recordWith(handle, operation, value) {
    const { kind } = SERIES[operation.at].family
    if (operation.do === 'total') handle.setTotal(value)
    else if (kind === 'counter') handle.inc(value === 1 ? undefined : value)
    else if (kind === 'histogram') handle.observe(value)
    else if (kind === 'timing') this.#time(handle, operation, value)
    else if (operation.do === 'set') handle.set(value)
    else if (value < 0) handle.dec(-value)
    else handle.inc(value)
  }

  /** @param {any} handle @param {{ spelling: number }} operation @param {number} nanos */
  #time(handle, { spelling }, nanos) {
    if (spelling % 3 === 0) handle.observeMillis(nanos / 1e6)
    else handle.observeNanos(spelling % 3 === 1 ? nanos : BigInt(nanos))
  }

  /** @param {Extract<Operation, { times: number }>} operation */
  #recordByName(operation) {
    const { name, kind } = SERIES[operation.at].family
    const [labels] = this.#labels(operation)
    if (kind === 'counter') this.#metrics.inc(name, operation.value, labels)
    else if (kind === 'timing') this.#metrics.observeNanos(name, operation.value, labels)
    else this.#recordWith(this.#handle(operation), operation, operation.value)
  }

  /** @param {{ at: number, spelling: number }} operation */
  #value(operation) {
    const { name } = SERIES[operation.at].family
    if (operation.spelling % 2 === 0) return this.#metrics.value(name, ...this.#labels(operation))
    // `labels()` would make a counter visible
    const { kind, name: _ } = SERIES[operation.at].family
    return kind === 'counter' ? this.#metrics.value(name, ...this.#labels(operation)) : this.#handle(operation).value()
  }

  /** Creates and removes series of all kinds. @param {{ from: string, count: number, turns: boolean }} operation */
  #churn({ from, count, turns }) {
    const instruments = FAMILIES.map(({ name }) => this.#instrumentOf(name))
    let missing = 0
    const remove = (/** @type {number} */ at) => {
      if (!instruments[at % instruments.length].remove({ id: `${from} ${at}` })) missing++
    }
    for (let at = 0; at < count; at++) {
      this.#recordOnce(FAMILIES[at % FAMILIES.length], instruments[at % instruments.length], `${from} ${at}`, at)
      if (turns) remove(at)
    }
    if (!turns) for (let at = 0; at < count; at++) remove(at)
    return missing
  }

  /**
   * Records once in each of many label sets, in one that was there before, and by name.
   * @param {Extract<Operation, { do: 'flood' }>} operation
   */
  #flood({ family, from, count, labels }) {
    const instrument = this.#instruments.get(family)
    for (let at = 0; at < count; at++) {
      const given = labelsOfFlood(`${from} ${at}`, at, labels)
      if (instrument.kind === 'timing') instrument.labels(given).observeNanos(at)
      else if (at % 2 === 0) instrument.labels(given).inc()
      else this.#metrics.inc(family, 1, given)
    }
  }

  /** @param {Family} family @param {any} instrument @param {string} id @param {number} at */
  #recordOnce({ kind }, instrument, id, at) {
    const handle = instrument.labels({ id })
    if (kind === 'counter') handle.inc(at % 3 === 0 ? -1 : 1)
    else if (kind === 'gauge') handle.set(at)
    else if (kind === 'timing') handle.observeNanos(2 ** (at % 40))
    else handle.observe(at % 50)
  }

  /** @param {{ at: number, spelling: number }} operation */
  #handle(operation) {
    const instrument = this.#instrument(operation)
    const [labels] = this.#labels(operation)
    return labels === undefined ? instrument : instrument.labels(labels)
  }

  /** @param {{ at: number, spelling: number }} operation */
  #instrument({ at, spelling }) {
    const { family } = SERIES[at]
    return spelling % 7 === 0 ? this.#ask(family) : this.#instrumentOf(family.name)
  }

  /** @param {string} name @returns {any} */
  #instrumentOf(name) {
    const family = FAMILIES.find((known) => known.name === name)
    return family?.isPassing ? this.#ask(family) : this.#instruments.get(name)
  }

  /** @param {Family} family @returns {any} */
  #ask({ name, kind, options }) {
    return /** @type {any} */ (this.#metrics)[kind]({ name, ...options })
  }

  /** Undefined for a series without labels, in most spellings. @param {{ at: number, spelling: number }} operation */
  #labels({ at, spelling }) {
    if (SERIES[at].labels.length === 0 && spelling % 5 !== 0) return []
    return [spelled(SERIES[at], spelling, this.#options.mayInherit)]
  }

  /** @param {string} window */
  #window(window) {
    return window === 'common' ? this.#metrics : this.#windows.get(window)
  }
}

/** @param {string} fresh @param {number} at @param {number} labels which of them are fresh @returns {Record<string, unknown>} */
function labelsOfFlood(fresh, at, labels) {
  if (labels === 0) return { id: fresh }
  if (labels === 1) return { a: at % 3, id: fresh }
  if (labels === 2) return { id: fresh, a: `${at} ${fresh}` }
  return { a: `a${at % 20}`, id: at % 7 }
}

module.exports = { Executor }
