'use strict'

// Default metrics with prom-client's interface. `package/prom-client-wrappers.test.js` compares them with prom-client's.

const assert = require('node:assert/strict')
const { test } = require('node:test')
const { Registry, collectDefaultMetrics } = require('../../prom-client')

const isBun = 'bun' in process.versions

test('default metrics have a prefix and labels, in the registry that is given', async () => {
  const register = new Registry()
  collectDefaultMetrics({ register, prefix: 'app_', labels: { instance: 0 }, gcDurationBuckets: [0.5] })
  const metrics = await register.getMetricsAsJSON()
  assert.ok(metrics.length > (isBun ? 8 : 28), `${metrics.length} metrics`)
  for (const { name, values } of metrics) {
    assert.match(name, /^app_(process|nodejs)_/)
    for (const { labels } of values) assert.equal(labels.instance, 0, name)
  }
  const [cpu] = metrics
  assert.equal(cpu.name, 'app_process_cpu_user_seconds_total')
  const again = (await register.getSingleMetric(cpu.name).get()).values[0].value
  assert.ok(again >= cpu.values[0].value && again > 0)
})

test('default metrics can be removed one by one, or all', async () => {
  const register = new Registry()
  collectDefaultMetrics({ register })
  register.removeSingleMetric('process_start_time_seconds')
  assert.doesNotMatch(await register.metrics(), /process_start_time_seconds/)
  assert.match(
    await register.metrics(),
    /^nodejs_version_info\{version="v[\d.]+",major="\d+",minor="\d+",patch="\d+"\} 1$/m,
  )
  register.resetMetrics()
  assert.match(await register.metrics(), /^nodejs_version_info\{version=/m)
  register.clear()
  assert.equal(await register.metrics(), '\n')
})

test('default metrics have groups, and options that are objects', () => {
  assert.ok(collectDefaultMetrics.metricsList.includes('eventLoopLag'))
  assert.throws(
    () => collectDefaultMetrics(/** @type {any} */ ('x')),
    new TypeError('config must be null, undefined, or an object'),
  )
})
