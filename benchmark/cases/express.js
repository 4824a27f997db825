'use strict'

// What it costs to measure the requests of an Express app, beside the usual way with each peer: the processor time of the server.

const { fork } = require('node:child_process')
const { once } = require('node:events')
const path = require('node:path')
const { share } = require('../bars')
const { USER } = require('../http-load')
const { cheapest } = require('../statistics')

const PLAIN = 'not measured'
const REQUESTS = 500
const WARM_UP = 30
const BLOCKS = 30

/**
 * @typedef {object} Measuring
 * @property {any} [middleware] that the app uses first
 * @property {(server: any) => void} [observe]
 * @property {() => string | Promise<string>} [scrape]
 */

/** Each is called before Express is loaded. @type {Record<string, () => Measuring>} */
const contenders = {
  tallystick() {
    const { Collector, createMetrics, instrument } = require('../..')
    const collector = new Collector()
    // Bun has no channels for servers
    const observe = (/** @type {any} */ server) =>
      instrument({ collector, servers: process.versions.bun === undefined ? [] : [server] })
    return { observe, scrape: () => new TextDecoder().decode(createMetrics(collector).prometheusSync().body) }
  },
  'prom-client'() {
    const { register } = require('prom-client')
    const middleware = require('express-prom-bundle')({
      includeMethod: true,
      includePath: true,
      promRegistry: register,
    })
    return { middleware, scrape: () => register.metrics() }
  },
  opentelemetry() {
    const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http')
    const { PrometheusExporter, PrometheusSerializer } = require('@opentelemetry/exporter-prometheus')
    const { MeterProvider } = require('@opentelemetry/sdk-metrics')
    const reader = new PrometheusExporter({ preventServerStart: true })
    const instrumentation = new HttpInstrumentation()
    instrumentation.setMeterProvider(new MeterProvider({ readers: [reader] }))
    return { scrape: async () => new PrometheusSerializer().serialize((await reader.collect()).resourceMetrics) }
  },
  [PLAIN]: () => ({}),
}

/** @param {Measuring} measuring */
async function open({ middleware, observe, scrape }) {
  const app = require('express')()
  if (middleware !== undefined) app.use(middleware)
  app.get('/users/:id', (/** @type {any} */ request, /** @type {any} */ response) => {
    response.json({ ...USER, id: request.params.id })
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  observe?.(server)
  const load = fork(path.join(__dirname, '..', 'http-load.js'), [String(server.address().port)])
  await once(load, 'message')
  let sent = 0

  /** Microseconds of processor time a request. */
  const block = async () => {
    const before = process.cpuUsage()
    load.send(REQUESTS)
    await once(load, 'message')
    sent += REQUESTS
    const { user, system } = process.cpuUsage(before)
    return (user + system) / REQUESTS
  }

  return {
    measure: async () => {
      for (let at = 0; at < WARM_UP; at++) await block()
      const blocks = []
      for (let at = 0; at < BLOCKS; at++) blocks.push(await block())
      return cheapest(blocks)
    },
    check: async () => {
      load.disconnect()
      server.close()
      const body = (await scrape?.()) ?? ''
      const [, counted] = /^http_(?:server_)?(?:request_)?duration(?:_seconds)?_count.* (\d+)$/m.exec(body) ?? []
      if (scrape !== undefined && Number(counted) !== sent)
        throw new Error(`${counted} requests of ${sent} were counted`)
    },
  }
}

module.exports = {
  name: 'express',
  unit: 'µs',
  rounds: 5,
  isFresh: true,
  baseline: PLAIN,
  rows: [
    {
      title: 'a request to an Express app: more processor time; peers: `express-prom-bundle`, `instrumentation-http`',
      bars: [share(0.25, ['prom-client', 'opentelemetry'])],
    },
  ],
  contenders: Object.fromEntries(
    Object.entries(contenders).map(([name, measuring]) => [name, () => open(measuring())]),
  ),
}
