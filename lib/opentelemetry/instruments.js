'use strict'

// The synchronous instruments of OpenTelemetry's API. A measurement that cannot be recorded is ignored with a diagnostic: the API must
// not throw.

const { warn } = require('./diagnostics')

/** @typedef {import('./types').Stream} Stream */
/** @typedef {{ find(attributes: any, context?: any): any }} Handles */

/** The number of the API's `ValueType.INT`. */
const INT = 0

/** What all synchronous instruments share. */
class Synchronous {
  #stream
  /** @type {Stream[]} further ones, by several views */
  #others
  #name
  #isInt
  #lowest

  /**
   * @param {Stream[]} streams
   * @param {{ name: string, valueType?: number }} descriptor
   * @param {number} lowest value that may be recorded
   */
  constructor(streams, { name, valueType }, lowest) {
    this.#stream = streams[0]
    this.#others = streams.slice(1)
    this.#name = name
    this.#isInt = valueType === INT
    this.#lowest = lowest
  }

  /** @param {number} value @param {any} attributes @param {any} context */
  _measure(value, attributes, context) {
    if (!this._accepts(value)) return this._refuse(value)
    if (this.#isInt) value = Math.trunc(value)
    try {
      if (this.#stream !== undefined) this._write(this.#stream.find(attributes, context), value)
      if (this.#others.length > 0) this.#measureOthers(value, attributes, context)
    } catch (error) {
      this._ignore(error)
    }
  }

  /** @param {unknown} error */
  _ignore(error) {
    warn(`a measurement of ${this.#name} was ignored: `, error)
  }

  /** @param {number} value @param {any} attributes @param {any} context */
  #measureOthers(value, attributes, context) {
    for (const stream of this.#others) writerOf(stream)(stream.find(attributes, context), value)
  }

  /** @param {unknown} value */
  _refuse(value) {
    warn(`${this.#name} cannot record `, value)
  }

  /** @param {any} handle @param {number} value */
  _write(handle, value) {
    // instruments whose views record them in an unusual way
    if (this.#stream !== undefined) writerOf(this.#stream)(handle, value)
  }

  /** The same instrument for one set of attributes. @param {any} attributes */
  bind(attributes) {
    return new Bound(this, this.#handlesOf(attributes), this.#isInt)
  }

  /** @param {any} attributes @returns {{ handle: any, write: (handle: any, value: number) => void }[]} */
  #handlesOf(attributes) {
    try {
      const streams = this.#stream === undefined ? [] : [this.#stream, ...this.#others]
      return streams.map((stream) => ({ handle: stream.find(attributes), write: writerOf(stream) }))
    } catch (error) {
      warn(`${this.#name} cannot be bound: `, error)
      return []
    }
  }

  /** @param {number} value */
  _accepts(value) {
    return typeof value === 'number' && value >= this.#lowest && value < Number.POSITIVE_INFINITY
  }
}

/** How values get into the series of a stream. @param {Stream} stream @returns {(handle: any, value: number) => void} */
function writerOf({ kind, isLast }) {
  if (kind === 'histogram') return (handle, value) => handle.observe(value)
  return isLast ? (handle, value) => handle.set(value) : (handle, value) => handle.inc(value)
}

class Counter extends Synchronous {
  /** @param {number} value @param {any} [attributes] @param {any} [context] */
  add(value, attributes, context) {
    this._measure(value, attributes, context)
  }
}

class UpDownCounter extends Counter {}

class Gauge extends Synchronous {
  /** @param {number} value @param {any} [attributes] @param {any} [context] */
  record(value, attributes, context) {
    this._measure(value, attributes, context)
  }
}

class Histogram extends Gauge {}

/** Those of instruments that are recorded in the usual way: V8 then knows the handles of each. */
class PlainCounter extends Counter {
  /** @param {any} handle @param {number} value */
  _write(handle, value) {
    handle.inc(value)
  }
}

class PlainUpDownCounter extends UpDownCounter {
  /** @param {any} handle @param {number} value */
  _write(handle, value) {
    handle.inc(value)
  }
}

class PlainGauge extends Gauge {
  /** @param {any} handle @param {number} value */
  _write(handle, value) {
    handle.set(value)
  }
}

class PlainHistogram extends Histogram {
  /** @param {any} handle @param {number} value */
  _write(handle, value) {
    handle.observe(value)
  }
}

/** An instrument that is bound to a set of attributes. */
class Bound {
  #instrument
  #handle
  #write
  #others
  #isInt

  /**
   * @param {Synchronous} instrument
   * @param {{ handle: any, write: (handle: any, value: number) => void }[]} handles
   * @param {boolean} isInt
   */
  constructor(instrument, [first, ...others], isInt) {
    this.#instrument = instrument
    this.#handle = first?.handle
    this.#write = first?.write ?? (() => {})
    this.#others = others
    this.#isInt = isInt
  }

  /** @param {number} value */
  add(value) {
    this.record(value)
  }

  /** @param {number} value */
  record(value) {
    if (!this.#instrument._accepts(value)) return this.#instrument._refuse(value)
    if (this.#isInt) value = Math.trunc(value)
    try {
      this.#write(this.#handle, value)
      for (const { handle, write } of this.#others) write(handle, value)
    } catch (error) {
      this.#instrument._ignore(error)
    }
  }
}

const BELOW_ZERO = -Number.MAX_VALUE

/** By the API's types: the class, its usual form with the kind that it then records, and the lowest value. */
const CLASSES = {
  COUNTER: { Any: Counter, Plain: PlainCounter, kind: 'counter', isLast: false, lowest: 0 },
  UP_DOWN_COUNTER: { Any: UpDownCounter, Plain: PlainUpDownCounter, kind: 'gauge', isLast: false, lowest: BELOW_ZERO },
  GAUGE: { Any: Gauge, Plain: PlainGauge, kind: 'gauge', isLast: true, lowest: BELOW_ZERO },
  HISTOGRAM: { Any: Histogram, Plain: PlainHistogram, kind: 'histogram', isLast: false, lowest: 0 },
}

/** @param {keyof typeof CLASSES} type @param {Stream[]} streams @param {{ name: string, valueType?: number }} descriptor */
function createInstrument(type, streams, descriptor) {
  const { Any, Plain, kind, isLast, lowest } = CLASSES[type]
  const isPlain = streams[0]?.kind === kind && streams[0].isLast === isLast
  return new (isPlain ? Plain : Any)(streams, descriptor, lowest)
}

module.exports = { INT, createInstrument, writerOf }
