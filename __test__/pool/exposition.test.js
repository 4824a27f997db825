'use strict'

// A pool's exposition followed by a collector's, read by Prometheus' own Python client and by promtool.

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const { Collector, createMetrics, createPoolMetrics } = require('../..')

const target = path.join(__dirname, '..', '..', 'target')
const python = programOf('TALLYSTICK_PYTHON', path.join(target, 'venv', 'bin', 'python'))
const promtool = programOf('TALLYSTICK_PROMTOOL', path.join(target, 'promtool', 'usr', 'bin', 'promtool'))

/** @param {string} variable @param {string} usual where a test run puts it */
function programOf(variable, usual) {
  return process.env[variable] || (fs.existsSync(usual) ? usual : undefined)
}

const odd = ['plain', 'quote " back \\ line \n', '<b>größe</b> 😀', '{a="b"}', '# HELP x', ' ']

/** Odd ids and apps, and a collector with the pool's names. */
async function exposition() {
  const own = createMetrics(new Collector())
  own.gauge('buntime_pool_size').set(1)
  own.inc('buntime.worker.requests', 2, { id: 'x' })
  own.observeMillis('buntime.uptime', 5)
  const service = createPoolMetrics({ workers: true, collector: own.collector })
  const state = 'active'
  const workers = odd.map((id, at) => ({ id, app: odd[odd.length - 1 - at], state, requests: at, busyShare: 0.5 }))
  service.setPool({ size: 10, workers, extra: { errorsTotal: 3 } })
  return (await service.prometheus()).body
}

test('Python reads every worker with its id and app', { skip: python ? false : 'no Python client' }, async () => {
  const script = path.join(__dirname, '..', 'exposition', 'exposition.py')
  const env = { ...process.env, PYTHONIOENCODING: 'utf-8' }
  const { status, stdout, stderr } = spawnSync(python, [script], { input: await exposition(), encoding: 'utf8', env })
  assert.equal(status, 0, stderr)
  const families = JSON.parse(stdout)
  assert.equal(new Set(families.map(({ name }) => name)).size, families.length)
  const { samples } = families.find(({ name }) => name === 'buntime_worker_requests')
  assert.deepEqual(
    samples.map(([, { id, app }, value]) => [id, app, Number(value)]),
    odd.map((id, at) => [id, odd[odd.length - 1 - at], at]),
  )
  const errors = families.find(({ name }) => name === 'buntime_pool_errors')
  assert.equal(errors.type, 'counter')
})

test('promtool has no remarks except about two names that are fixed', {
  skip: promtool ? false : 'no promtool',
}, async () => {
  const { stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], { input: await exposition(), encoding: 'utf8' })
  const said = `${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !/no help text/.test(line))
  assert.deepEqual(said, [
    'buntime_pool_total non-counter metrics should not have "_total" suffix',
    'buntime_uptime_seconds counter metrics should have "_total" suffix',
  ])
})
