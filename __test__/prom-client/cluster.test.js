'use strict'

// The metrics of a cluster's processes.

const assert = require('node:assert/strict')
const { execFile } = require('node:child_process')
const path = require('node:path')
const { test } = require('node:test')
const { promisify } = require('node:util')
const { collectDefaultMetrics } = require('../..')
const { AggregatorRegistry, Registry, register } = require('../../prom-client')

/** @param {string} text */
function samples(text) {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}

test('the primary of a cluster aggregates the metrics of its workers, and keeps the sums of those that say goodbye', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(__dirname, 'cluster.js')], {
    timeout: 60_000,
  })
  const { none, ofWorkers, ofAll, afterwards } = JSON.parse(stdout)
  assert.equal(none, '')
  assert.deepEqual(samples(ofWorkers), ['jobs_total{kind="worker"} 3', 'level 2'])
  assert.deepEqual(samples(ofAll).sort(), ['jobs_total{kind="primary"} 1', 'jobs_total{kind="worker"} 3', 'level 2'])
  assert.deepEqual(samples(afterwards), ['jobs_total{kind="worker"} 3', 'level 2'])
})

test("default metrics of tallystick's own are merged where a sum would say nothing", async () => {
  const stop = collectDefaultMetrics()
  try {
    const reading = await register.getMetricsAsJSON()
    const merged = await AggregatorRegistry.aggregate([reading, reading]).getMetricsAsJSON()
    const firstOf = (metrics, name) => metrics.find((metric) => metric.name === name).values[0].value
    const factorOf = (name) => firstOf(merged, name) / firstOf(reading, name)
    assert.equal(factorOf('process_start_time_seconds'), 1)
    assert.equal(factorOf('nodejs_version_info'), 1)
    assert.equal(factorOf('process_resident_memory_bytes'), 2)
  } finally {
    stop()
  }
})

test('registries other than the default one are reported if they are set', () => {
  assert.throws(
    () => AggregatorRegistry.setRegistries(/** @type {any} */ ('x')),
    new TypeError('Expected Registry, got string'),
  )
  AggregatorRegistry.setRegistries(new Registry())
  AggregatorRegistry.setRegistries([new Registry(), Registry.globalRegistry])
  AggregatorRegistry.setRegistries(Registry.globalRegistry)
})
