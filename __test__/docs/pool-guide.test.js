'use strict'

// The programs of the pool's guide work, and its routes and options exist.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')

const root = path.resolve(__dirname, '..', '..')
const guide = readFileSync(path.join(root, 'docs', 'pool-metrics.md'), 'utf8')
const programs = [...guide.matchAll(/```js\n([\s\S]*?)```/g)].map(([, program]) => program)

/** @param {string} program */
function run(program) {
  return execFileSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8', timeout: 60_000 })
}

test('the first program serves its pool', () => {
  const asked = `${programs[0].replace('.listen(8080)', '.listen(0).unref()')}
    service.fetch(new Request('http://localhost/metrics/api/metrics/')).then(async (response) => {
      console.log((await response.json()).pool.active)
    })`
  assert.equal(run(asked), '1\n')
})

test('the thread of the second program is listed with the requests that it ran', () => {
  const asked = `${programs[1]}
    const shrink = () => 'shrunk'
    worker.run(() => shrink())
    const [{ id, app, state, requests }] = require('tallystick').trackedWorkers()
    console.log(id, app, state, requests)`
  assert.equal(run(asked), 'w0 thumbnails@2.1.0 idle 1\n')
})

test('authorize admits requests with the token', () => {
  const asked = `process.env.METRICS_TOKEN = 'x'
    ${programs[2]}
    service.setPool({ size: 1, workers: [] })
    const ask = async (headers) => {
      const response = await service.fetch(new Request('http://localhost/metrics/api/metrics/', { headers }))
      return response.status
    }
    ask({}).then(async (status) => console.log(status, await ask({ authorization: 'Bearer x' })))`
  assert.equal(run(asked), '401 200\n')
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
