'use strict'

// The default reports of one aggregator: numbers from a window in Rust, as objects.

const binding = require('../native')

/** @typedef {import('../..').DistributionReport} DistributionReport */
/** @typedef {ReturnType<typeof import('./quantiles').checkedQuantiles>} Quantiles */

class Reports {
  #window
  #quantiles
  /** @type {string[]} of the last report with other names */
  #names = []
  /** @type {Float64Array} of the report that is being read */
  #numbers = new Float64Array(0)
  /** the next number to read */
  #at = 0

  /** @param {import('../record/types').Reference} reference @param {number[]} kinds of families @param {Quantiles} quantiles */
  constructor(reference, kinds, quantiles) {
    const shares = Array.from({ length: quantiles.length }, (_, at) => quantiles.shareAt(at))
    this.#window = binding.openReports(reference, kinds, shares)
    this.#quantiles = quantiles
  }

  /** @param {number[] | undefined} families default: all @param {boolean} clears @returns {import('../..').Report} */
  read(families, clears) {
    const { names, numbers } = binding.report(this.#window, families, clears)
    if (names !== undefined) this.#names = names
    this.#numbers = numbers
    this.#at = 0
    const [counters, gauges] = [this.#next(), this.#next()]
    const next = () => this.#next()
    return {
      counters: objectOf(this.#names.slice(0, counters), next),
      gauges: objectOf(this.#names.slice(counters, counters + gauges), next),
      histograms: objectOf(this.#names.slice(counters + gauges), () => this.#distribution()),
    }
  }

  #next() {
    return this.#numbers[this.#at++]
  }

  /** @returns {DistributionReport} */
  #distribution() {
    const extremes = { min: this.#next(), max: this.#next(), overflow: this.#next() }
    return /** @type {DistributionReport} */ (this.#quantiles.snapshot(extremes, this.#fill))
  }

  /** @param {unknown} _quantiles @param {Float64Array} values */
  #fill = (_quantiles, values) => {
    for (let at = 0; at < values.length; at++) values[at] = this.#next()
  }

  clearCounters() {
    binding.clearReported(this.#window, false)
  }

  clearHistograms() {
    binding.clearReported(this.#window, true)
  }
}

/** @template Value @param {string[]} names @param {() => Value} next */
function objectOf(names, next) {
  /** @type {Record<string, Value>} */
  const object = {}
  for (const name of names) put(object, name, next())
  return object
}

/**
 * Sets a property of any name, `__proto__` included.
 * @param {Record<string, unknown>} object
 * @param {string} name
 * @param {unknown} value
 */
function put(object, name, value) {
  if (name !== '__proto__') object[name] = value
  else Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true })
}

module.exports = { Reports, put }
