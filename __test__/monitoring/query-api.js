'use strict'

// The HTTP API of Prometheus, which VictoriaMetrics also has.

const assert = require('node:assert/strict')

class QueryApi {
  origin

  /** @param {string} origin */
  constructor(origin) {
    this.origin = origin
  }

  /**
   * The samples of a query, as `[labels, value]`.
   * @param {string} query
   * @param {number} [time] of the evaluation, in seconds; default now
   */
  async query(query, time) {
    const result = await this.#result(query, time)
    return result.map(({ metric, value }) => [metric, Number(value[1])])
  }

  /**
   * The stored samples of a range selector, as `[labels, [[seconds, value], …]]`.
   * @param {string} selector as `up[5m]`
   * @param {number} [time] of the evaluation, in seconds; default now
   */
  async samples(selector, time) {
    const result = await this.#result(selector, time)
    return result.map(({ metric, values }) => [metric, values.map(([at, value]) => [at, Number(value)])])
  }

  /** @param {string} what path and query after `/api/v1/` */
  async get(what) {
    const response = await fetch(`${this.origin}/api/v1/${what}`)
    const { status, data, error } = await response.json()
    assert.equal(status, 'success', `${what}: ${error}`)
    return data
  }

  /** @param {string} query @param {number} [time] */
  async #result(query, time = Date.now() / 1000) {
    // nocache: VictoriaMetrics would otherwise evaluate it as of half a minute ago
    const parameters = new URLSearchParams({ query, time: String(time), nocache: '1' })
    const { result } = await this.get(`query?${parameters}`)
    return result
  }
}

module.exports = { QueryApi }
