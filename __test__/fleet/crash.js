'use strict'

// What happens to the fleet in the test: load on all instances, a crash of one of them under load, its restart, the end of the load. And
// what the instances counted meanwhile, by what their clients were answered.

const { until } = require('../support/until')
const { Fleet, pause } = require('./fleet')

/** @typedef {import('./load').Order} Order */

const KILLED = 1
/** Of each instance, before the crash and after it. */
const SCRAPES = { before: 10, after: 5 }
const ORDERS = { before: 200, after: 100 }

const now = () => Date.now() / 1000

/**
 * The seconds for which Prometheus takes the increase between the first and the last scrape to stand: also those to the ends of the range,
 * or half an interval where an end is farther than 1.1 intervals.
 * @param {number[]} scrapes @param {number} start of the range @param {number} end
 */
function extrapolated(scrapes, start, end) {
  const [from, to] = [scrapes[0], scrapes[scrapes.length - 1]]
  const interval = (to - from) / (scrapes.length - 1)
  const beyond = (/** @type {number} */ gap) => (gap < 1.1 * interval ? gap : interval / 2)
  return to - from + beyond(from - start) + beyond(end - to)
}

class Crash {
  fleet = new Fleet()
  /** In seconds: the middle of the load before the crash, the crash, and the end. */
  moments = { middle: 0, killed: 0, end: 0 }
  /** What Prometheus had scraped of the killed instance. */
  scrapedBefore = 0

  async run() {
    const { fleet, moments } = this
    await fleet.start()
    // so that no increment comes before the first sample of its series
    for (const index of fleet.instances.keys()) await fleet.untilScraped(index, 1, 0)
    const started = now()
    for (const load of fleet.loads) load.start()
    for (const index of fleet.instances.keys()) {
      const orders = () => this.ordersOf(index).length
      await until(orders, (count) => count >= ORDERS.before, `instance ${index} has orders`, pause)
      await fleet.untilScraped(index, SCRAPES.before, started)
    }
    moments.middle = now()

    const killed = fleet.instances[KILLED]
    const gone = killed.kill()
    moments.killed = now()
    await gone
    await this.#untilNoticed(killed.address)
    const scrapes = await fleet.scraped(KILLED)
    this.scrapedBefore = scrapes[scrapes.length - 1][1]
    await killed.start()
    const orders = () => this.ordersOf(KILLED).length
    await until(orders, (count) => count >= ORDERS.after, 'the second process has orders', pause)
    await fleet.untilScraped(KILLED, SCRAPES.after, now())

    for (const load of fleet.loads) await load.stop()
    await this.#untilStored()
    moments.end = now()
  }

  /**
   * What each process counted, and what Prometheus scraped of it: the killed instance had two.
   * @returns {Promise<{ orders: Order[], sent: number[], scrapes: [number, number][] }[]>}
   */
  async processes() {
    const { killed, end } = this.moments
    const all = this.fleet.loads.map(async ({ orders, sent }, index) => {
      const scrapes = await this.fleet.scraped(index, end)
      if (index !== KILLED) return [{ orders, sent, scrapes }]
      return [false, true].map((isSecond) => ({
        // by when it was sent: an answer may arrive after its instance is gone
        orders: orders.filter(({ began }) => began > killed === isSecond),
        sent: sent.filter((time) => time > killed === isSecond),
        scrapes: scrapes.filter(([at]) => at > killed === isSecond),
      }))
    })
    return (await Promise.all(all)).flat()
  }

  /** The process that was killed. */
  async killedProcess() {
    return (await this.processes())[KILLED]
  }

  /** The orders that the present process of an instance counted. @param {number} index */
  ordersOf(index) {
    const { orders } = this.fleet.loads[index]
    return index === KILLED ? orders.filter(({ began }) => began > this.moments.killed) : orders
  }

  /** Those of all present processes. */
  get orders() {
    return this.fleet.instances.flatMap((_, index) => this.ordersOf(index))
  }

  /** The durations of all orders that were answered, of all processes, in seconds. */
  get allSeconds() {
    return this.fleet.loads.flatMap(({ orders }) => orders).map(({ millis }) => millis / 1000)
  }

  /** The number of orders of which a database can know. */
  get kept() {
    return this.orders.length + this.scrapedBefore
  }

  /**
   * Orders a second in the middle of the load, as a database makes it of exact counts: between the scrapes in the range, with Prometheus'
   * extrapolation; or from the scrape before the range, with none, as VictoriaMetrics does.
   * @param {string} database
   * @param {number} seconds of the range
   */
  async rate(database, seconds) {
    const { middle } = this.moments
    const start = middle - seconds
    const rates = this.fleet.loads.map(async ({ orders }, index) => {
      const times = (await this.fleet.scraped(index, middle)).map(([at]) => at)
      const first = times.findIndex((at) => at > start)
      const isPrometheus = database === 'Prometheus'
      const scrapes = times.slice(isPrometheus ? first : first - 1)
      const [from, to] = [scrapes[0], scrapes[scrapes.length - 1]]
      const rate = orders.filter(({ ended }) => ended > from && ended <= to).length / (to - from)
      return isPrometheus ? (rate * extrapolated(scrapes, start, middle)) / seconds : rate
    })
    return (await Promise.all(rates)).reduce((total, rate) => total + rate, 0)
  }

  /** @param {string} address of the killed instance */
  async #untilNoticed(address) {
    const { databases, instances, prometheus } = this.fleet
    const isOfIt = (alert) => alert.startsWith('ShopInstanceDown ') && alert.endsWith(` ${address}`)
    const firing = () => prometheus.firing()
    await until(firing, (alerts) => alerts.some(isOfIt), 'ShopInstanceDown fires', pause)
    for (const [name, api] of Object.entries(databases)) {
      const gauges = () => api.query('shop_orders_waiting')
      const isAbsent = ({ length }) => length === instances.length - 1
      await until(gauges, isAbsent, `the gauge of the killed instance is absent in ${name}`, pause)
    }
  }

  async #untilStored() {
    const { databases, instances } = this.fleet
    const counted = instances.map((_, index) => this.ordersOf(index).length)
    for (const api of Object.values(databases)) {
      await this.fleet.untilEqual(api, 'sum by (instance) (shop_orders_total)', counted)
      // HTTP metrics are recorded when the response has ended
      const requests = 'sum by (instance) (http_server_request_duration_seconds_count{http_route="/orders"})'
      await this.fleet.untilEqual(api, requests, counted)
    }
  }
}

module.exports = { Crash }
