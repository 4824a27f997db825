'use strict'

// The example's fleet on this machine: three instances under load, Prometheus with the shipped config, and VictoriaMetrics, to which
// it writes. Only addresses and intervals differ from the shipped files.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { setTimeout: delay } = require('node:timers/promises')
const { PrometheusServer } = require('../monitoring/prometheus-server')
const { until } = require('../support/until')
const { Instance } = require('./instance')
const { Load } = require('./load')
const { VictoriaMetrics } = require('./victoria-metrics')

const folder = path.resolve(__dirname, '..', '..', 'examples', 'fleet')
/** @param {string[]} names */
const read = (...names) => fs.readFileSync(path.join(folder, ...names), 'utf8')

const POLL_MILLIS = 50
/** Between two queries of the same. */
const pause = () => delay(POLL_MILLIS)

/** Replaces something that must be in the text. @param {string} text @param {RegExp | string} what @param {string} by */
function replaced(text, what, by) {
  const result = text.replace(what, by)
  assert.notEqual(result, text, `${what} is not in\n${text}`)
  return result
}

/** Scrapes and evaluates each second. @param {string} config */
function hurried(config) {
  const scraped = replaced(config, /(scrape_interval|evaluation_interval): 15s/g, '$1: 1s')
  return replaced(scraped, 'timeout: 10s', 'timeout: 1s')
}

class Fleet {
  instances = [new Instance(), new Instance(), new Instance()]
  loads = this.instances.map((instance, index) => new Load(instance, index + 1))
  prometheus = new PrometheusServer()
  victoriaMetrics = new VictoriaMetrics()

  /** Both databases, by name. */
  get databases() {
    return { Prometheus: this.prometheus.api, VictoriaMetrics: this.victoriaMetrics.api }
  }

  async start() {
    const instances = this.instances.map((instance) => instance.start())
    // Prometheus scrapes itself, too, so its address has to be known before its config
    await Promise.all([...instances, this.victoriaMetrics.start(), this.prometheus.start({ 'prometheus.yml': '' })])
    const addresses = this.instances.map(({ address }) => address)
    const own = new URL(this.prometheus.api.origin).host
    let config = hurried(read('prometheus', 'prometheus.yml'))
    config = replaced(config, /targets: \["shop-.*\]/, `targets: ${JSON.stringify(addresses)}`)
    config = replaced(config, '"localhost:9090"', JSON.stringify(own))
    config = replaced(config, 'http://victoria-metrics:8428', this.victoriaMetrics.api.origin)
    await this.prometheus.reload({
      'prometheus.yml': config,
      'rules.yml': read('prometheus', 'rules.yml'),
      // at once rather than after minutes, which promtool tests
      'alerts.yml': replaced(read('prometheus', 'alerts.yml'), /for: \w+/g, 'for: 1s'),
    })
  }

  async stop() {
    await Promise.all(this.loads.map((load) => load.stop()))
    await Promise.all(this.instances.map((instance) => instance.kill()))
    await Promise.all([this.prometheus.stop(), this.victoriaMetrics.stop()])
  }

  /**
   * What Prometheus has scraped of an instance's orders: a sum over the payments for each scrape, as `[seconds, orders]`.
   * @param {number} index
   * @param {number} [time]
   * @returns {Promise<[number, number][]>}
   */
  async scraped(index, time) {
    const { address } = this.instances[index]
    const series = await this.prometheus.api.samples(`shop_orders_total{instance="${address}"}[10m]`, time)
    const sums = new Map()
    for (const [at, value] of series.flatMap(([, samples]) => samples)) sums.set(at, (sums.get(at) ?? 0) + value)
    return [...sums].sort(([a], [b]) => a - b)
  }

  /**
   * Waits until Prometheus has scraped this instance `count` times after a moment.
   * @param {number} index
   * @param {number} count
   * @param {number} after
   */
  async untilScraped(index, count, after) {
    const scrapes = async () => (await this.scraped(index)).filter(([at]) => at > after)
    await until(scrapes, ({ length }) => length >= count, `instance ${index} has ${count} scrapes`, pause)
  }

  /**
   * Waits until a query has these values by instance.
   * @param {import('../monitoring/query-api').QueryApi} api
   * @param {string} query
   * @param {number[]} expected
   */
  async untilEqual(api, query, expected) {
    const values = async () => {
      const samples = await api.query(query)
      return this.instances.map(({ address }) => samples.find(([{ instance }]) => instance === address)?.[1])
    }
    const isEqual = (seen) => seen.every((value, index) => value === expected[index])
    await until(values, isEqual, `${query} is ${expected} in ${api.origin}`, pause)
  }
}

module.exports = { Fleet, folder, pause, read, replaced }
