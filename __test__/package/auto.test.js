'use strict'

// New apps with the packed package and `tallystick/auto`: a real Prometheus scrapes them under load, and answers questions about their
// routes.

const assert = require('node:assert/strict')
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const { createInterface } = require('node:readline')
const { after, before, describe, test } = require('node:test')
const { bunPath } = require('../../scripts/bun')
const { PrometheusServer } = require('../monitoring/prometheus-server')
const { request } = require('../support/http')
const { Project } = require('./project')

/** Each prints its port. @type {Record<string, { runtime?: string, text: string }>} */
const apps = {
  express: {
    text: `import express from 'express'
import { Worker } from 'node:worker_threads'
new Worker(new URL('spinning.mjs', import.meta.url))
const app = express()
app.get('/users/:id', (req, res) => res.send(req.params.id))
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port))`,
  },
  fastify: {
    text: `import Fastify from 'fastify'
const app = Fastify()
app.get('/users/:id', async (request) => request.params.id)
await app.listen({ port: 0, host: '127.0.0.1' })
console.log(app.server.address().port)`,
  },
  hono: {
    text: `import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { honoRoutes } from 'tallystick'
const app = new Hono()
app.use(honoRoutes())
app.get('/users/:id', (context) => context.text(context.req.param('id')))
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log(port))`,
  },
  'hono-bun': {
    runtime: 'bun',
    text: `import { Hono } from 'hono'
import { honoRoutes } from 'tallystick'
const app = new Hono()
app.use(honoRoutes())
app.get('/users/:id', (context) => context.text(context.req.param('id')))
console.log(Bun.serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }).port)`,
  },
  'bun-serve': {
    runtime: 'bun',
    text: `const routes = { '/users/:id': (request) => new Response(request.params.id) }
console.log(Bun.serve({ routes, port: 0, hostname: '127.0.0.1' }).port)`,
  },
}

const hasBun = Boolean(bunPath())
const names = Object.keys(apps).filter((name) => hasBun || apps[name].runtime !== 'bun')
const skip = !process.env.TALLYSTICK_PROMETHEUS && 'there is no Prometheus'

/** Each second, so that a rate has two scrapes soon. @param {string[]} addresses */
const configOf = (addresses) => `
scrape_configs:
  - job_name: apps
    scrape_interval: 1s
    static_configs: [{ targets: ${JSON.stringify(addresses)} }]
`

/** An app in a process of its own. */
class App {
  #process
  #closed
  #lines

  /** @param {Project} project @param {string} name */
  constructor(project, name) {
    const { runtime = 'node', text } = apps[name]
    project.write(`auto-${name}.mjs`, text)
    const [program, option] = runtime === 'bun' ? [String(bunPath()), '--preload'] : [process.execPath, '--import']
    const env = { ...process.env, TALLYSTICK_PORT: '0' }
    this.#process = spawn(program, [option, 'tallystick/auto', `auto-${name}.mjs`], { cwd: project.folder, env })
    this.#closed = once(this.#process, 'close')
    // both are printed at any time, in any order
    this.#lines = [this.#process.stdout, this.#process.stderr].map((output) => once(createInterface(output), 'line'))
  }

  /** Until it serves. */
  async start() {
    const [[port], [metrics]] = await Promise.all(this.#lines)
    this.port = Number(port)
    this.metricsAddress = /http:\/\/([\d.:]+)\/metrics$/.exec(metrics)[1]
  }

  /** Requests of clients that each ask for something else. */
  async load() {
    const requests = Array.from({ length: 100 }, (_, at) => request(this.port, `/users/${at}`))
    for (const { status } of await Promise.all(requests)) assert.equal(status, 200)
  }

  async stop() {
    this.#process.kill('SIGKILL')
    await this.#closed
  }
}

describe('a Prometheus that scrapes new apps with tallystick/auto', { skip }, () => {
  const server = new PrometheusServer()
  /** @type {Record<string, App>} */
  const running = {}

  before(async () => {
    const project = new Project('frameworks')
    project.write('spinning.mjs', 'for (;;);')
    for (const name of names) running[name] = new App(project, name)
    await Promise.all(Object.values(running).map((app) => app.start()))
    const addresses = Object.values(running).map(({ metricsAddress }) => metricsAddress)
    await server.start({ 'prometheus.yml': configOf(addresses) })
  })

  after(async () => {
    await server.stop()
    await Promise.all(Object.values(running).map((app) => app.stop()))
  })

  /** The result of a query for an app, under load, once it is what is expected. @param {string} name @param {string} query */
  async function resultOf(name, query, isExpected = (samples) => samples.length > 0) {
    const app = running[name]
    let samples = []
    for (const deadline = Date.now() + 60_000; !isExpected(samples); ) {
      if (Date.now() > deadline) assert.fail(`${query} has ${JSON.stringify(samples)}`)
      await app.load()
      samples = await server.query(query.replaceAll('$instance', `instance="${app.metricsAddress}"`))
    }
    return samples
  }

  for (const name of names) {
    test(`answers the quantiles of the routes of ${name}`, async () => {
      const rates = 'sum by (le, http_route) (rate(http_server_request_duration_seconds_bucket{$instance}[10s]))'
      const isNumber = ([, value]) => Number.isFinite(value)
      const samples = await resultOf(name, `histogram_quantile(0.9, ${rates})`, (found) => found.some(isNumber))
      assert.deepEqual(
        samples.map(([{ http_route }]) => http_route),
        ['/users/:id'],
      )
      assert.ok(samples[0][1] > 0 && samples[0][1] < 10, `${samples[0][1]} s`)
    })

    test(`has one series of durations and the default metrics of ${name}`, async () => {
      const durations = await resultOf(name, 'http_server_request_duration_seconds_count{$instance}')
      assert.equal(durations.length, 1)
      const [[, cpu]] = await resultOf(name, 'process_cpu_seconds_total{$instance}')
      assert.ok(cpu > 0)
      const [[, heap]] = await resultOf(name, 'nodejs_heap_size_used_bytes{$instance, thread=""}')
      assert.ok(heap > 1e6)
    })
  }

  test('sees a thread that spins for ever, and the others as they are', async () => {
    const lags = await resultOf('express', 'nodejs_eventloop_lag_seconds{$instance}', (found) =>
      found.some(([, value]) => value > 3),
    )
    const stuck = lags.filter(([, value]) => value > 3).map(([{ thread }]) => thread)
    assert.deepEqual(stuck, ['1'])
    assert.equal(lags.length, 2)
  })
})
