'use strict'

// The programs of the pool's guide work, and its routes and options exist.

const assert = require('node:assert/strict')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const { programsOf, run } = require('../support/programs')

const guide = readFileSync(path.join(__dirname, '..', '..', 'docs', 'pool-metrics.md'), 'utf8')
const programs = programsOf('docs/pool-metrics.md')

test('the first program serves its pool', () => {
  const append = `service.fetch(new Request('http://localhost/metrics/api/metrics/')).then(async (response) => {
    console.log((await response.json()).pool.active)
  })`
  assert.equal(run(programs[0], { append }), '1\n')
})

test('the thread of the second program is listed with the requests that it ran', () => {
  const append = `const shrink = () => 'shrunk'
    worker.run(() => shrink())
    const [{ id, app, state, requests }] = require('tallystick').trackedWorkers()
    console.log(id, app, state, requests)`
  assert.equal(run(programs[1], { append }), 'w0 thumbnails@2.1.0 idle 1\n')
})

test('authorize admits requests with the token', () => {
  const prelude = "process.env.METRICS_TOKEN = 'x'"
  const append = `service.setPool({ size: 1, workers: [] })
    const ask = async (headers) => {
      const response = await service.fetch(new Request('http://localhost/metrics/api/metrics/', { headers }))
      return response.status
    }
    ask({}).then(async (status) => console.log(status, await ask({ authorization: 'Bearer x' })))`
  assert.equal(run(programs[2], { prelude, append }), '401 200\n')
})

test('every option is in the table with its default', () => {
  const { checkedConfig } = require('../../lib/pool/config')
  const { collector, authorize, allowedHosts, ...defaults } = checkedConfig(undefined)
  for (const [option, value] of Object.entries(defaults)) {
    const shown = typeof value === 'string' ? `'${value}'` : value
    assert.ok(guide.includes(`| \`${option}\` | \`${shown}\` |`), option)
  }
  assert.deepEqual([collector, authorize, allowedHosts], [null, null, null])
})
