'use strict'

// Process warnings about a pool's fields and about users' functions, once for each. Clients do not see them.

const { inspect } = require('node:util')

/** A bound on the warnings for a pool whose field names keep changing. */
const MAX_FIELDS = 100
const MAX_NAME = 80

class Warnings {
  /** @type {Set<string>} */
  #fields = new Set()
  /** @type {Set<string>} */
  #given = new Set()

  /** @param {string} field of a worker or of the pool @param {unknown} problem a wrong value, or what a getter threw */
  field(field, problem) {
    if (this.#fields.has(field) || this.#fields.size === MAX_FIELDS) return
    this.#fields.add(field)
    const message = `the field ${field.slice(0, MAX_NAME)} of a pool has unusable values, which are ignored, for example: ${shown(problem)}`
    warn(message, 'TALLYSTICK_POOL_FIELD')
  }

  /** @param {string} what failed, such as `authorize` @param {unknown} error */
  failure(what, error) {
    if (!this.#given.has(what)) this.give(what, `${what} failed: ${shown(error)}`, 'TALLYSTICK_POOL_FAILURE')
  }

  /** @param {string} key @param {string} message @param {string} code */
  give(key, message, code) {
    if (this.#given.has(key)) return
    this.#given.add(key)
    warn(message, code)
  }

  /** For another pool. */
  forget() {
    this.#fields.clear()
    this.#given.clear()
  }
}

/** @param {string} message @param {string} code */
function warn(message, code) {
  process.emitWarning(message, { type: 'TallystickWarning', code })
}

/** @param {unknown} value */
function shown(value) {
  try {
    const text = inspect(value, { depth: 1, breakLength: Number.POSITIVE_INFINITY })
    return text.length > 2000 ? `${text.slice(0, 2000)}…` : text
  } catch {
    return typeof value
  }
}

module.exports = { Warnings }
