'use strict'

// OTLP messages of a collector. Rust makes them on the reader thread.

const binding = require('../native')
const { Readings } = require('../readings')
const { callbacksOf } = require('../record/callbacks')
const { typedAttributes } = require('./attribute-values')
const { warnOfSameNames } = require('./same-names')

class Messages {
  #instruments
  #window
  #readings = new Readings()
  /** up to which family names were checked */
  #checked = 0

  /**
   * @param {import('../record/types').Instruments} instruments
   * @param {boolean} isDelta whether a message has the values since the last one
   */
  constructor(instruments, isDelta) {
    this.#instruments = instruments
    this.#window = isDelta ? binding.openWindow(instruments.reference) : undefined
  }

  /**
   * A request; without bytes if there are no metrics.
   * @param {Record<string, unknown>} attributes of the resource
   * @param {{ schemaUrl?: string, explicit?: boolean }} [options]
   */
  async next(attributes, { schemaUrl, explicit } = {}) {
    await callbacksOf(this.#instruments).run()
    const options = { resource: typedAttributes(attributes), schemaUrl, explicit }
    const start = () => binding.otlp(this.#instruments.reference, options, this.#window)
    // each message of a window has other values
    const bytes = await this.#readings.read(/** @type {any} */ (Symbol('message')), start)
    this.#check(bytes)
    return bytes
  }

  /** Reads the names in a message only if there are new families. @param {Uint8Array} bytes */
  #check(bytes) {
    const { families } = binding.nameClashes(this.#instruments.reference, this.#checked)
    if (families !== this.#checked) warnOfSameNames(bytes)
    this.#checked = families
  }
}

module.exports = { Messages }
