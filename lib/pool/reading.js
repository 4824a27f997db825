'use strict'

// Reads a pool into flat arrays, which Rust takes over in one call for all workers. No value of a pool is trusted: what is unusable
// is dropped, with one warning, and the rest is reported.

const binding = require('../native')
const { unreadablePool } = require('../errors/pool')
const { tracked } = require('./track-worker')
const { STATES } = require('./tracked-layout')

/** @typedef {import('../../binding').ListedWorkers} ListedWorkers */
/** @typedef {import('../../binding').PoolReading} PoolReading */
/** @typedef {import('./types').Source} Source */
/** @typedef {import('./types').Warnings} Warnings */

// The numbers of a worker: state, requests, uptime, rss, heapUsed, as in src/binding/pool.rs.
const NUMBERS = 5
const numbersOfStates = new Map(STATES.map((state, number) => [state, number]))
/** Separates texts; in a text of the pool it becomes U+FFFD. */
const SEPARATOR = '\0'

const { MAX_POOL_TEXT: MAX_TEXT, MAX_POOL_WORKERS: MAX_WORKERS } = binding
const MAX_EXTRA = 32
const MAX_EXTRA_NAME = 64

// The names of a report's own fields.
const OF_A_POOL = new Set(['size', 'active', 'idle', 'creating', 'total', 'utilization', '__proto__'])
const OF_A_WORKER = new Set(['id', 'app', 'state', 'requests', 'uptime', 'memory', '__proto__'])

/**
 * @param {Source} source
 * @param {Warnings} warnings
 * @returns {PoolReading}
 * @throws Error `ERR_TALLYSTICK_POOL` when the workers cannot be listed
 */
function readPool(source, warnings) {
  const size = amount(
    attempt('size', warnings, () => source.size()),
    'size',
    warnings,
  )
  if (Number.isNaN(size)) warnings.field('size', undefined)
  const extra = readExtra(
    attempt('extra', warnings, () => source.extra?.()),
    OF_A_POOL,
    warnings,
  )
  return {
    size: Number.isNaN(size) ? 0 : size,
    extraNames: extra.map(([name]) => name),
    extra: Float64Array.from(extra, ([, number]) => number),
    busyUnknown: source.busyUnknown === true,
    workers: readWorkers(source, warnings),
  }
}

/**
 * @param {Source} source @param {Warnings} warnings
 * @returns {ListedWorkers | undefined} undefined for the tracked workers, which Rust reads itself
 */
function readWorkers(source, warnings) {
  const listed = listWorkers(source, warnings)
  return listed && packed(listed, warnings)
}

/** The workers as they are now, and the ids that a Map has for them. @param {Source} source @param {Warnings} warnings */
function listWorkers(source, warnings) {
  try {
    const listed = /** @type {any} */ (source.workers())
    if (listed === tracked) return undefined
    const isMap = Object.prototype.toString.call(listed) === '[object Map]'
    const workers = [...take(isMap ? listed.values() : listed, warnings)]
    return { workers, ids: isMap ? [...listed.keys()] : undefined }
  } catch (cause) {
    throw unreadablePool(cause)
  }
}

/** An iterable may have no end. @param {Iterable<any>} iterable @param {Warnings} warnings */
function* take(iterable, warnings) {
  let count = 0
  for (const worker of iterable) {
    if (count++ === MAX_WORKERS) return warnings.field('workers', `more than ${MAX_WORKERS}`)
    yield worker
  }
}

/**
 * @param {{ workers: any[], ids: unknown[] | undefined }} listed
 * @param {Warnings} warnings
 */
function packed({ workers, ids }, warnings) {
  const texts = new Array(2 * workers.length)
  const numbers = new Float64Array(NUMBERS * workers.length)
  /** @type {Map<string, Float64Array>} a column for each additional number */
  const columns = new Map()
  for (let at = 0; at < workers.length; at++) {
    const fields = fieldsOf(workers[at], warnings)
    texts[2 * at] = idText(fields.id ?? ids?.[at], warnings)
    texts[2 * at + 1] = text(fields.app, 'app', warnings)
    numbers[NUMBERS * at] = stateNumber(fields.state, warnings)
    numbers[NUMBERS * at + 1] = amount(fields.requests, 'requests', warnings)
    numbers[NUMBERS * at + 2] = amount(fields.uptime, 'uptime', warnings)
    numbers[NUMBERS * at + 3] = amount(fields.rss, 'memory.rss', warnings)
    numbers[NUMBERS * at + 4] = amount(fields.heapUsed, 'memory.heapUsed', warnings)
    for (const [name, number] of readExtra(workers[at], OF_A_WORKER, warnings)) {
      const column = columnOf(columns, name, workers.length, warnings)
      if (column !== undefined) column[at] = number
    }
  }
  return { texts: texts.join(SEPARATOR), numbers, ...packedColumns(columns, workers.length) }
}

/**
 * Reads each field once: all at once, which is faster, and one by one if that throws.
 * @param {any} worker
 * @param {Warnings} warnings
 */
function fieldsOf(worker, warnings) {
  try {
    const memory = worker?.memory
    return {
      id: worker?.id,
      app: worker?.app,
      state: worker?.state,
      requests: worker?.requests,
      uptime: worker?.uptime,
      rss: memory?.rss,
      heapUsed: memory?.heapUsed,
    }
  } catch {
    return fieldsOneByOne(worker, warnings)
  }
}

/** @param {any} worker @param {Warnings} warnings */
function fieldsOneByOne(worker, warnings) {
  const read = (/** @type {string} */ name) => attempt(name, warnings, () => worker[name])
  const memory = read('memory')
  return {
    id: read('id'),
    app: read('app'),
    state: read('state'),
    requests: read('requests'),
    uptime: read('uptime'),
    rss: attempt('memory.rss', warnings, () => memory?.rss),
    heapUsed: attempt('memory.heapUsed', warnings, () => memory?.heapUsed),
  }
}

/** @param {Map<string, Float64Array>} columns @param {string} name @param {number} length @param {Warnings} warnings */
function columnOf(columns, name, length, warnings) {
  const known = columns.get(name)
  if (known !== undefined) return known
  if (columns.size === MAX_EXTRA) {
    warnings.field('further fields', `more than ${MAX_EXTRA}`)
    return undefined
  }
  const made = new Float64Array(length).fill(Number.NaN)
  columns.set(name, made)
  return made
}

/** @param {Map<string, Float64Array>} columns @param {number} length */
function packedColumns(columns, length) {
  const extra = new Float64Array(columns.size * length)
  let at = 0
  for (const column of columns.values()) extra.set(column, length * at++)
  return { extraNames: [...columns.keys()], extra }
}

/**
 * An object's additional numbers. Its other fields are ignored.
 * @param {any} from
 * @param {Set<string>} reserved
 * @param {Warnings} warnings
 * @returns {[string, number][]}
 */
function readExtra(from, reserved, warnings) {
  if (typeof from !== 'object' || from === null) return NOTHING
  let extra = NOTHING
  try {
    for (const name in from) {
      if (reserved.has(name)) continue
      const number = extraNumber(from, name, warnings)
      if (Number.isNaN(number) || extra.length === MAX_EXTRA) continue
      if (extra === NOTHING) extra = []
      extra.push([name, number])
    }
  } catch (error) {
    // a proxy that refuses to list its fields
    warnings.field('further fields', error)
  }
  return extra
}

/** @param {any} from @param {string} name @param {Warnings} warnings @returns {number} NaN if the value or the name is unusable */
function extraNumber(from, name, warnings) {
  const value = attempt(name, warnings, () => from[name])
  if (typeof value !== 'number') return Number.NaN
  const number = amount(value, name, warnings)
  const isName = name !== '' && name.length <= MAX_EXTRA_NAME && name.isWellFormed()
  return isName ? number : Number.NaN
}

/** @type {[string, number][]} */
const NOTHING = []

/**
 * What `read` returns; undefined if it throws.
 * @template T
 * @param {string} field
 * @param {Warnings} warnings
 * @param {() => T} read
 * @returns {T | undefined}
 */
function attempt(field, warnings, read) {
  try {
    return read()
  } catch (error) {
    warnings.field(field, error)
    return undefined
  }
}

/** @param {unknown} value @param {string} field @param {Warnings} warnings @returns {number} NaN if there is none */
function amount(value, field, warnings) {
  if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) return value
  if (value === undefined || value === null) return Number.NaN
  if (typeof value === 'bigint' && value >= 0n) return amount(Number(value), field, warnings)
  warnings.field(field, value)
  return Number.NaN
}

/** @param {unknown} value @param {Warnings} warnings */
function stateNumber(value, warnings) {
  const number = numbersOfStates.get(/** @type {any} */ (value))
  if (number !== undefined) return number
  if (value !== undefined && value !== null) warnings.field('state', value)
  return Number.NaN
}

/** @param {unknown} value @param {Warnings} warnings */
function idText(value, warnings) {
  const id = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value
  if (id === undefined || id === null || id === '') warnings.field('id', value)
  return text(id, 'id', warnings)
}

/** @param {unknown} value @param {string} field @param {Warnings} warnings @returns {string} empty if there is none */
function text(value, field, warnings) {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') {
    warnings.field(field, value)
    return ''
  }
  if (value.length > MAX_TEXT) {
    warnings.field(field, `${value.slice(0, MAX_TEXT)}…, of ${value.length} characters`)
    return text(value.slice(0, MAX_TEXT), field, warnings)
  }
  return value.includes(SEPARATOR) ? value.replaceAll(SEPARATOR, '\ufffd') : value
}

module.exports = { readPool }
