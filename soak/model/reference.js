'use strict'

// The model: what every reader must see after the operations so far, in plain numbers. It never reads a collector. The result of an
// operation is compared when the operation is applied.

const { HIDDEN, MAYBE, VISIBLE } = require('./amounts')
const { differencesOfSnapshot, differencesOfValue } = require('./comparison')
const { SERIES, matching } = require('./families')
const { Gauges, Reader } = require('./readers')

/** @typedef {import('./types').Operation} Operation */
/** @typedef {import('./types').Series} Series */

/** The life of a series, which all threads share. */
class Life {
  /** how often it was removed */
  number = 0
  /** whether it was used in this life */
  isUsed = false
  /** whether it existed when it was removed last */
  wasThere = false
  /** the thread that removed it last */
  remover = -1
  /** threads that have used it in any life @type {Set<number>} */
  users = new Set()

  /** @param {number} thread @param {boolean} wasThere */
  end(thread, wasThere) {
    this.number++
    this.remover = thread
    this.isUsed = false
    this.wasThere = wasThere
  }
}

class Reference {
  /** everything since the collector was created */
  whole = new Reader()
  gauges = new Gauges()
  /** @type {Map<string, InstanceType<typeof Reader>>} by the name of the window */
  windows = new Map([['common', new Reader()]])
  /** @type {Map<string, { at: number, life: number, hasCells: boolean, isUnregistered: boolean }>} by thread and slot */
  slots = new Map()
  /** the last total of each counter, by thread and series @type {Map<string, number>} */
  #totals = new Map()
  /** series whose extremes need only be as exact as their buckets, because another thread has removed them @type {Set<Series>} */
  coarse = new Set()
  /** recordings, and other calls */
  operations = 0
  #hasExactExtremes
  #lives = SERIES.map(() => new Life())

  /** @param {{ hasExactExtremes: boolean }} options whether extremes are exact after a removal by another thread */
  constructor({ hasExactExtremes }) {
    this.#hasExactExtremes = hasExactExtremes
  }

  /**
   * @param {number} thread
   * @param {Operation} operation
   * @param {any} result of the operation
   * @returns {string[]} its differences
   */
  apply(thread, operation, result) {
    this.operations++
    if (result?.error !== undefined) return [`it threw ${result.error}`]
    switch (operation.do) {
      case 'record':
      case 'set':
      case 'add':
      case 'total':
        return this.#record(thread, operation)
      case 'keep':
        return this.#keep(thread, operation)
      case 'same':
        return this.#same(thread, operation, result)
      case 'drop':
        this.slots.delete(`${thread} ${operation.slot}`)
        return []
      case 'touch':
        return this.#touch(thread, operation)
      case 'remove':
        return this.#remove(thread, SERIES[operation.at], result)
      case 'restart':
        return this.#restart(thread, operation.family)
      case 'unregister':
        return this.#unregister(thread, operation.family)
      case 'clear':
        return this.#clear(thread)
      case 'value':
        this.#use(thread, operation.at)
        return differencesOfValue(this, SERIES[operation.at], result.value)
      case 'churn':
        this.operations += 3 * operation.count - 1
        return result === 0 ? [] : [`${result} of its series did not exist when they were removed`]
      case 'flood':
        this.operations += operation.count - 1
        for (const reader of this.#readers) reader.flood(operation.family, operation.count)
        return []
      case 'slots':
        return this.#readSlots(thread, result)
      case 'trace':
        for (const { trace } of this.#readers) trace.push(String(operation.value))
        return []
      default:
        return this.#window(operation, result)
    }
  }

  /** @param {Operation} operation @param {any} result */
  #window(operation, result) {
    if (operation.do === 'open') this.windows.set(operation.window, this.whole.copy())
    if (operation.do !== 'read' && operation.do !== 'reset') return []
    const reader = this.windows.get(operation.window)
    if (reader === undefined) return []
    const differences = differencesOfSnapshot(this, reader, result)
    if (operation.do === 'reset') reader.reset()
    return differences
  }

  get #readers() {
    return [this.whole, ...this.windows.values()]
  }

  /** @param {number} thread @param {Extract<Operation, { times: number }>} operation */
  #record(thread, { do: verb, at, way, slot, value, times }) {
    const kept = this.slots.get(`${thread} ${slot}`)
    // a handle of an unregistered family records nothing
    if (way === 'slot' && (kept?.at !== at || kept.isUnregistered)) return []
    this.operations += times - 1
    const series = SERIES[at]
    if (verb === 'total') return this.#total(thread, series, value)
    this.#use(thread, at)
    if (verb === 'record') for (const reader of this.#readers) reader.record(series, value, times)
    else for (let time = 0; time < times; time++) this.gauges.set(series, thread, value, verb === 'add')
    return []
  }

  /** @param {number} thread @param {Series} series @param {number} total @returns {string[]} */
  #total(thread, series, total) {
    const key = `${thread} ${series.at}`
    const last = this.#totals.get(key) ?? 0
    this.#totals.set(key, total)
    const delta = total < last ? total : total - last
    if (delta > 0) for (const reader of this.#readers) reader.record(series, delta, 1)
    else this.#show(series, true)
    return this.#use(thread, series.at)
  }

  /** A counter is there from now on, at 0 if it was not. @param {Series} series @param {boolean} isSure */
  #show(series, isSure) {
    if (this.whole.shows(series)) return
    // a series that may have existed before stays absent from a window that was reset since
    const wasHidden = this.whole.counter(series).visible === HIDDEN
    this.whole.counter(series).touch(isSure ? VISIBLE : MAYBE)
    for (const window of this.windows.values()) window.counter(series).touch(isSure && wasHidden ? VISIBLE : MAYBE)
  }

  /** `labels()` alone. @param {number} thread @param {{ at: number }} operation @returns {string[]} */
  #touch(thread, { at }) {
    const life = this.#lives[at]
    const series = SERIES[at]
    if (series.family.kind !== 'counter' || series.labels.length === 0) return this.#use(thread, at)
    // a series that another thread removed may stay hidden until it is recorded
    this.#show(series, !life.users.has(thread) || (life.remover === thread && life.wasThere))
    return this.#use(thread, at)
  }

  /** @param {number} thread @param {number} at @returns {string[]} */
  #use(thread, at) {
    const life = this.#lives[at]
    life.users.add(thread)
    life.isUsed = true
    return []
  }

  /** @param {number} thread @param {{ at: number, slot: number }} operation @returns {string[]} */
  #keep(thread, { at, slot }) {
    this.#touch(thread, { at })
    const series = SERIES[at]
    // a family whose gauges are not set may be removed with its series without labels, and its handles with it
    const hasCells = series.family.kind !== 'gauge' || this.gauges.value(series) !== undefined
    this.slots.set(`${thread} ${slot}`, { at, life: this.#lives[at].number, hasCells, isUnregistered: false })
    return []
  }

  /** @param {number} thread @param {{ at: number, slot: number }} operation @param {boolean} isSame */
  #same(thread, operation, isSame) {
    const kept = this.slots.get(`${thread} ${operation.slot}`)
    const mustBe = kept?.at === operation.at && kept.hasCells && kept.life === this.#lives[operation.at].number
    this.#touch(thread, operation)
    const isLabelled = SERIES[operation.at].labels.length > 0
    return mustBe && isLabelled && !isSame ? ['labels() returned another object for the same series'] : []
  }

  /** @param {number} thread @param {Series} series @param {number} result */
  #remove(thread, series, result) {
    const all = matching(series)
    const isThere = (/** @type {Series} */ one) => this.whole.shows(one) || this.gauges.value(one) !== undefined
    const least = all.filter(isThere).length
    const most = all.filter((one) => isThere(one) || this.#lives[one.at].isUsed).length
    for (const one of all) this.#forget(thread, one)
    if (result >= least && result <= most) return []
    return [`remove() of ${series.key} returned ${result}, but from ${least} to ${most} existed`]
  }

  /**
   * All series of a family are removed, and a counter without labels is there again.
   * @param {number} thread
   * @param {string} name
   * @returns {string[]}
   */
  #restart(thread, name) {
    for (const { floods } of this.#readers) floods.delete(name)
    for (const series of SERIES.filter(({ family }) => family.name === name)) {
      const isPlainCounter = series.family.kind === 'counter' && series.labels.length === 0
      const wasThere = this.whole.shows(series)
      const { isUsed } = this.#lives[series.at]
      this.#forget(thread, series)
      if (!isPlainCounter || !(wasThere || isUsed)) continue
      this.#show(series, wasThere)
      this.#use(thread, series.at)
    }
    return []
  }

  /** @param {number} thread @param {string} name @returns {string[]} */
  #unregister(thread, name) {
    for (const series of SERIES.filter(({ family }) => family.name === name)) {
      this.#forget(thread, series)
      this.#lives[series.at].users.clear()
    }
    for (const kept of this.slots.values()) if (SERIES[kept.at].family.name === name) kept.isUnregistered = true
    return []
  }

  /** @param {number} thread @param {Series} series */
  #forget(thread, series) {
    this.#lives[series.at].end(thread, this.whole.shows(series))
    if (!this.#hasExactExtremes) this.coarse.add(series)
    for (const reader of this.#readers) reader.remove(series)
    this.gauges.remove(series)
    for (const key of this.#totals.keys()) if (key.endsWith(` ${series.at}`)) this.#totals.delete(key)
  }

  /** @param {number} thread @returns {string[]} */
  #clear(thread) {
    for (const series of SERIES) this.#forget(thread, series)
    for (const reader of this.#readers) reader.clear()
    return []
  }

  /** @param {number} thread @param {[slot: number, value: any][]} values */
  #readSlots(thread, values) {
    return values.flatMap(([slot, value]) => {
      const kept = this.slots.get(`${thread} ${slot}`)
      if (kept === undefined) return [`thread ${thread} has a handle in slot ${slot}`]
      if (kept.isUnregistered)
        return value === undefined ? [] : [`handle in slot ${slot} is ${value}, not unregistered`]
      return differencesOfValue(this, SERIES[kept.at], value).map((wrong) => `handle in slot ${slot}: ${wrong}`)
    })
  }

  /** A thread has ended, and so have its gauges, handles and windows. @param {number} thread */
  end(thread) {
    this.gauges.end(thread)
    for (const life of this.#lives) life.users.delete(thread)
    for (const slots of [this.slots, this.windows, this.#totals]) {
      for (const key of slots.keys()) if (key.startsWith(`${thread} `)) slots.delete(key)
    }
  }
}

module.exports = { Reference }
