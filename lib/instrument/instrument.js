'use strict'

// Starts and stops the observation of HTTP in this thread. Each collector is instrumented once, however many
// callers there are.

const { invalidOption } = require('../errors/options')
const { createMetrics } = require('../metrics')
const { Collector } = require('../record/collector')
const { checkedBuckets, copied, readOptions } = require('../record/options')

/** @typedef {import('../..').InstrumentHttpOptions} Options */

const OPTIONS = ['collector', 'server', 'client', 'servers', 'buckets']

/**
 * What runs, by collector and part, with the number of those who started it.
 * @type {Map<string, { users: number, part: any }>}
 */
const running = new Map()

/** @type {typeof import('../..').instrument} */
function instrument(options = {}) {
  const { collector = Collector.default, server = true, client = true, ...given } = readOptions(options, OPTIONS)
  checkSwitch('server', server)
  checkSwitch('client', client)
  const buckets = checkedBuckets(given.buckets)
  const servers = checkedServers(given.servers)
  const metrics = createMetrics(collector)
  /** @type {(() => void)[]} */
  const stops = []
  const stop = () => {
    for (const each of stops.splice(0)) each()
  }
  try {
    if (server) {
      const recorded = require('./server-metrics').serverMetricsOf(metrics, { buckets })
      const run = use(`server ${collector.id}`, () => startServers(recorded))
      stops.push(run.stop)
      for (const each of servers) run.part.listenTo(each)
    }
    if (client) {
      const recorded = require('./client-metrics').clientMetricsOf(metrics, { buckets })
      stops.push(use(`client ${collector.id}`, () => startClients(recorded)).stop)
    }
  } catch (error) {
    stop()
    throw error
  }
  return stop
}

/** @param {string} key @param {() => any} start */
function use(key, start) {
  const run = running.get(key) ?? { users: 0, part: start() }
  running.set(key, run)
  run.users++
  const stop = () => {
    if (--run.users > 0) return
    running.delete(key)
    run.part.stop()
  }
  return { part: run.part, stop }
}

/** @param {ReturnType<typeof import('./server-metrics').serverMetricsOf>} recorded */
function startServers(recorded) {
  const { startSources } = require('../http-routes/routes')
  const { ServerChannelsObserver } = require('./server-channels')
  const { ServerEventsObserver } = require('./server-events')
  const listening = new ServerEventsObserver(recorded)
  const http = new ServerChannelsObserver(recorded)
  const stopSources = startSources()
  return {
    /** @param {any} server */
    listenTo: (server) => listening.listenTo(server),
    stop() {
      stopSources()
      http.stop()
      listening.stop()
    },
  }
}

/** @param {ReturnType<typeof import('./client-metrics').clientMetricsOf>} recorded */
function startClients(recorded) {
  const { HttpClientObserver } = require('./http-client')
  const { UndiciObserver } = require('./undici')
  const observers = [new HttpClientObserver(recorded), new UndiciObserver(recorded)]
  return {
    stop() {
      for (const observer of observers) observer.stop()
    },
  }
}

/** @param {string} option @param {unknown} value */
function checkSwitch(option, value) {
  if (typeof value !== 'boolean') throw invalidOption(option, value, 'true or false')
}

/** @param {unknown} servers */
function checkedServers(servers) {
  if (servers === undefined) return []
  const list = copied(servers)
  const isServer = (/** @type {any} */ server) => typeof server?.prependListener === 'function'
  if (!list?.every(isServer)) throw invalidOption('servers', servers, 'an array of servers of node:http or node:http2')
  return list
}

module.exports = { instrument }
