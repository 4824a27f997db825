'use strict'

// The metrics of a cluster's processes.

const assert = require('node:assert/strict')
const { execFile } = require('node:child_process')
const path = require('node:path')
const { test } = require('node:test')
const { promisify } = require('node:util')
const { AggregatorRegistry, Registry } = require('../../prom-client')

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

test('registries other than the default one are reported if they are set', () => {
  assert.throws(
    () => AggregatorRegistry.setRegistries(/** @type {any} */ ('x')),
    new TypeError('Expected Registry, got string'),
  )
  AggregatorRegistry.setRegistries(new Registry())
  AggregatorRegistry.setRegistries([new Registry(), Registry.globalRegistry])
  AggregatorRegistry.setRegistries(Registry.globalRegistry)
})
