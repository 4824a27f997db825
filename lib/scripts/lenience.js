'use strict'

// What other people's scripts may pass, and what becomes of it. A mistake in a metric must not end the frame that it is made in: a
// value of another type is converted, as a bridge between two languages converts it, and what cannot be converted is left out with a
// process warning, once for each module and kind of mistake.

/** @typedef {keyof typeof MISTAKES} Mistake */

const MISTAKES = {
  delta: 'a delta that is no finite number: 0 was counted',
  duration: 'a duration that is no finite number: nothing was recorded',
  fields: 'trace fields that have no string form: the event was kept without them',
  function: 'no function: nothing was called',
  labels: 'labels that are no plain object of declared names and values: it was recorded without labels',
  name: 'a name that is empty or has no string form: nothing was recorded',
  prefix: 'a prefix that has no string form: the default one was taken',
  reason: 'a reason that has no string form: it counts as unknown',
}

/** Of this thread, by module and mistake. @type {Set<string>} */
const warned = new Set()

/** @param {unknown} value @returns {string | undefined} undefined where it has no string form */
function textOf(value) {
  if (typeof value === 'string') return value
  try {
    return String(value)
  } catch {
    return undefined
  }
}

/** @param {any} value */
function numberOf(value) {
  try {
    return Number(value)
  } catch {
    return Number.NaN
  }
}

/** Whether an error is of this package's own making. @param {any} error */
function isOwn(error) {
  try {
    return String(error.code).startsWith('ERR_TALLYSTICK_')
  } catch {
    return false
  }
}

class LenientCalls {
  #module

  /** @param {string} module its whole name */
  constructor(module) {
    this.#module = module
  }

  /** @param {Mistake} mistake @param {string} method @returns {undefined} */
  warn(mistake, method) {
    const key = `${this.#module} ${mistake}`
    if (warned.has(key)) return undefined
    warned.add(key)
    process.emitWarning(`${method}() of ${this.#module} got ${MISTAKES[mistake]}`, { code: 'TALLYSTICK_SCRIPT' })
    return undefined
  }

  /** @param {unknown} name @param {string} method @returns {string | undefined} undefined where nothing can be recorded */
  name(name, method) {
    return textOf(name) || this.warn('name', method)
  }

  /** @param {unknown} suffix also an empty one @param {string} method @returns {string | undefined} */
  suffix(suffix, method) {
    return textOf(suffix) ?? this.warn('name', method)
  }

  /** @param {unknown} prefix @param {string} method @returns {string | undefined} undefined for the default one */
  prefix(prefix, method) {
    return textOf(prefix) ?? this.warn('prefix', method)
  }

  /** @param {unknown} reason @param {string} method @returns {string | undefined} undefined for the unknown one */
  reason(reason, method) {
    return textOf(reason) ?? this.warn('reason', method)
  }

  /** A whole number of what is no number, as a bridge to integers has it. @param {unknown} delta @param {string} method */
  delta(delta, method) {
    if (delta === undefined || delta === null) return undefined
    if (Number.isFinite(delta)) return /** @type {number} */ (delta)
    const number = Math.trunc(numberOf(delta))
    return Number.isFinite(number) ? number : (this.warn('delta', method) ?? 0)
  }

  /** @param {unknown} duration @param {string} method @returns {number | undefined} */
  duration(duration, method) {
    const number = typeof duration === 'number' ? duration : numberOf(duration)
    return Number.isFinite(number) ? number : this.warn('duration', method)
  }

  /** Warns of a wrong call, which is then made without what was wrong; any other error is thrown. @param {unknown} error @param {Mistake} mistake @param {string} method */
  excuse(error, mistake, method) {
    if (!isOwn(error)) throw error
    this.warn(mistake, method)
  }
}

/** What a bridge sees of fields that are no object: a text's characters, a list's elements. @param {any} fields */
function fieldsOf(fields) {
  if (fields === undefined || fields === null) return undefined
  return typeof fields === 'object' && !Array.isArray(fields) ? fields : { ...fields }
}

module.exports = { LenientCalls, fieldsOf }
