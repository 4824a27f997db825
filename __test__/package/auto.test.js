'use strict'

// New apps with the packed package and `tallystick/auto`: each has the durations of its routes, under load, as Prometheus reads them.

const assert = require('node:assert/strict')
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const { createInterface } = require('node:readline')
const { before, test } = require('node:test')
const { bunPath } = require('../../scripts/bun')
const { request } = require('../support/http')
const { Project } = require('./project')

/** @type {Record<string, { runtime?: string, text: string }>} */
const apps = {
  express: {
    text: `import express from 'express'
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

/** @type {Project} */
let project
before(() => {
  project = new Project('frameworks')
})

for (const [name, { runtime = 'node', text }] of Object.entries(apps)) {
  const skip = runtime === 'bun' && !bunPath() && 'there is no bun for this platform'
  test(`an app with ${name} is measured by its route`, { skip }, async () => {
    project.write(`auto-${name}.mjs`, text)
    const [program, option] = runtime === 'bun' ? [String(bunPath()), '--preload'] : [process.execPath, '--import']
    const env = { ...process.env, TALLYSTICK_PORT: '0' }
    const app = spawn(program, [option, 'tallystick/auto', `auto-${name}.mjs`], { cwd: project.folder, env })
    const closed = once(app, 'close')
    try {
      const [[address], [port]] = await Promise.all([
        once(createInterface(app.stderr), 'line'),
        once(createInterface(app.stdout), 'line'),
      ])
      const load = Array.from({ length: 100 }, (_, at) => request(Number(port), `/users/${at}`))
      for (const { status } of await Promise.all(load)) assert.equal(status, 200)
      const metricsPort = Number(/:(\d+)\/metrics$/.exec(address)[1])
      const isInfinite =
        /^http_server_request_duration_seconds_bucket\{[^}]*http_route="\/users\/:id"[^}]*le="\+Inf"[^}]*\} 100$/m
      let body
      do {
        body = (await request(metricsPort, '/metrics')).body
      } while (!isInfinite.test(body))
      assert.equal(body.match(/^http_server_request_duration_seconds_count/gm).length, 1)
    } finally {
      app.kill('SIGKILL')
      await closed
    }
  })
}
