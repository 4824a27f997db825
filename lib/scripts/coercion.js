'use strict'

// Converts the arguments of other people's scripts. A mistake in a metric must not break the script's frame: a value of the wrong
// type is converted, as a bridge between two languages would, and a value that cannot be converted is dropped, with one process
// warning for each module and kind of mistake.

/** @typedef {keyof typeof MISTAKES} Mistake */

const MISTAKES = {
  delta: 'a delta that is not a finite number: it counted 0',
  exemplar: 'options that are not { exemplar } with labels: it recorded without an exemplar',
  duration: 'a duration that is not a finite number: nothing was recorded',
  fields: 'trace fields that cannot be converted to strings: the event was kept without them',
  function: 'a value that is not a function: nothing was called',
  labels: 'labels that are not a plain object of declared names and values: it recorded without labels',
  name: 'a name that is empty or cannot be converted to a string: nothing was recorded',
  prefix: 'a prefix that cannot be converted to a string: it used the default prefix',
  reason: 'a reason that cannot be converted to a string: it counted as unknown',
  value: 'a value that is not a number of its range: nothing was recorded',
}

/** What this thread has warned of, as `module mistake`. @type {Set<string>} */
const warned = new Set()

/** @param {unknown} value @returns {string | undefined} undefined if it cannot be converted */
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

/** Whether this package made the error. @param {any} error */
function isTallystickError(error) {
  try {
    return String(error.code).startsWith('ERR_TALLYSTICK_')
  } catch {
    return false
  }
}

class Coercion {
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
    process.emitWarning(`${method}() of ${this.#module} got ${MISTAKES[mistake]}`, {
      type: 'TallystickWarning',
      code: 'TALLYSTICK_SCRIPT',
    })
    return undefined
  }

  /** @param {unknown} name @param {string} method @returns {string | undefined} undefined if nothing can be recorded */
  name(name, method) {
    return textOf(name) || this.warn('name', method)
  }

  /** @param {unknown} suffix may be empty @param {string} method @returns {string | undefined} */
  suffix(suffix, method) {
    return textOf(suffix) ?? this.warn('name', method)
  }

  /** @param {unknown} prefix @param {string} method @returns {string | undefined} undefined for the default prefix */
  prefix(prefix, method) {
    return textOf(prefix) ?? this.warn('prefix', method)
  }

  /** @param {unknown} reason @param {string} method @returns {string | undefined} undefined for the unknown reason */
  reason(reason, method) {
    return textOf(reason) ?? this.warn('reason', method)
  }

  /** Converts other types to whole numbers, as a bridge to integers would. @param {unknown} delta @param {string} method */
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

  /** NaN only if it is NaN. @param {unknown} value @param {string} method @returns {number | undefined} */
  value(value, method) {
    if (typeof value === 'number') return value
    const number = value === undefined || value === null ? Number.NaN : numberOf(value)
    return Number.isNaN(number) ? this.warn('value', method) : number
  }

  /**
   * Records with all that was given; if that fails, without the options, and then without the labels.
   * @param {(labels?: any, options?: any) => any} record
   * @param {any} labels
   * @param {any} options
   * @param {string} method
   * @param {(error: unknown) => boolean} [isFinal] whether an error has another cause
   */
  recordBest(record, labels, options, method, isFinal = () => false) {
    /** @type {unknown} */
    let failure
    /** @type {[Mistake | undefined, any[]][]} */
    const attempts = [
      [undefined, [labels]],
      ['labels', []],
    ]
    if (options !== undefined) attempts.splice(0, 1, [undefined, [labels, options]], ['exemplar', [labels]])
    for (const [mistake, rest] of attempts) {
      try {
        const result = record(...rest)
        if (mistake !== undefined) this.warnOf(failure, mistake, method)
        return result
      } catch (error) {
        if (isFinal(error) || !isTallystickError(error)) throw error
        failure = error
      }
    }
    throw failure
  }

  /**
   * Keeps an event, without its fields if they cannot be read: a proxy may throw anything.
   * @param {(fields?: any) => void} record
   * @param {any} fields
   */
  trace(record, fields) {
    try {
      record(fieldsOf(fields))
    } catch {
      this.warn('fields', 'trace')
      record()
    }
  }

  /**
   * Warns of an error that this package threw, so that the caller can retry without the wrong argument; throws any other error.
   * @param {unknown} error
   * @param {Mistake} mistake
   * @param {string} method
   */
  warnOf(error, mistake, method) {
    if (!isTallystickError(error)) throw error
    this.warn(mistake, method)
  }
}

/**
 * Fields that are not an object, as a bridge sees them: the characters of a string, the elements of an array.
 * @param {any} fields
 */
function fieldsOf(fields) {
  if (fields === undefined || fields === null) return undefined
  return typeof fields === 'object' && !Array.isArray(fields) ? fields : { ...fields }
}

module.exports = { Coercion }
