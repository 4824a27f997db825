'use strict'

// The examples of each framework, with the framework and the packed package, requested over HTTP.

const assert = require('node:assert/strict')
const { spawn } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { once } = require('node:events')
const { createInterface } = require('node:readline')
const { after, before, describe, test } = require('node:test')
const { bunPath } = require('../../scripts/bun')
const { EventClient, request } = require('../support/http')
const { Project, root } = require('./project')

/** @type {Project} */
let project
const examples = path.join(root, 'examples', 'pool-metrics')

// [example, runtime, another package to import, and its version]
const cases = [
  ['node-http.mjs', 'node'],
  ['express.mjs', 'node'],
  ['express.mjs', 'node', 'express', 'express4'],
  ['fastify.mjs', 'node'],
  ['hono-node.mjs', 'node'],
  ['hono-bun.mjs', 'bun'],
  ['bun-serve.mjs', 'bun'],
  ['express.mjs', 'bun'],
]

before(() => {
  project = new Project('frameworks')
  fs.cpSync(examples, project.folder, { recursive: true })
})

for (const [example, runtime, framework, another] of cases) {
  const isMissing = runtime === 'bun' && !bunPath() && 'there is no bun for this platform'
  describe(`${example} in ${runtime}${another ? ` with ${another}` : ''}`, { skip: isMissing }, () => {
    let server
    let port
    const api = '/metrics/api/metrics'

    before(async () => {
      const file = another ? replaced(example, framework, another) : example
      const program = runtime === 'bun' ? String(bunPath()) : process.execPath
      const stdio = ['ignore', 'pipe', 'inherit']
      server = spawn(program, [file], { cwd: project.folder, stdio, env: { ...process.env, PORT: '0' } })
      const [address] = await once(createInterface(server.stdout), 'line')
      port = new URL(address).port
    })

    after(async () => {
      server.kill('SIGKILL')
      await once(server, 'close')
    })

    test('answers the routes', async () => {
      const { status, headers, json } = await request(port, `${api}/`)
      assert.deepEqual([status, headers['content-type']], [200, 'application/json'])
      assert.deepEqual(json.pool, { size: 8, active: 2, idle: 1, creating: 1, total: 4, utilization: 0.25 })
      assert.equal((await request(port, `${api}/stats`)).json.workers[0].app, 'demo')
      const exposition = await request(port, `${api}/prometheus`)
      assert.match(exposition.body, /^demo_pool_size 8$/m)
      assert.match(exposition.body, /^demo_started_total 1$/m)
      const series = await request(port, `${api}/series/${encodeURIComponent('demo.started#counter')}`)
      assert.equal(series.json.value, 1)
      assert.equal((await request(port, `${api}/series?q=STARTED`)).json.total, 1)
    })

    test('answers HEAD and rejects other methods', async () => {
      assert.equal((await request(port, `${api}/stats`, { method: 'HEAD' })).body, '')
      const { status, headers } = await request(port, `${api}/stats`, { method: 'POST' })
      assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'])
    })

    test('streams events', async () => {
      const client = await EventClient.connect(port, `${api}/sse`)
      const first = await client.data()
      const second = await client.data()
      assert.ok(second.uptime > first.uptime)
      client.close()
    })

    test('serves the page and its views', async () => {
      for (const path of ['/metrics', '/metrics/workers']) {
        const { status, headers } = await request(port, path)
        assert.deepEqual([status, headers['content-type']], [200, 'text/html; charset=utf-8'], path)
      }
    })

    test('does not affect the app', async () => {
      assert.equal((await request(port, '/')).body, 'the app')
      assert.equal((await request(port, `${api}/none`)).status, example === 'node-http.mjs' ? 200 : 404)
    })
  })
}

/**
 * The example with another package in place of the framework.
 * @param {string} example
 * @param {string} framework
 * @param {string} another
 */
function replaced(example, framework, another) {
  const text = fs.readFileSync(path.join(examples, example), 'utf8').replace(`from '${framework}'`, `from '${another}'`)
  project.write(`${another}.mjs`, text)
  return `${another}.mjs`
}
