'use strict'

const assert = require('node:assert/strict')
const { Collector, createMetrics, createPoolMetrics, metrics, sceneMetrics } = require('tallystick')

metrics.inc('jobs.done', 2)
metrics.time('jobs.run', () => 'result')
sceneMetrics.create('map').recordLoopTick()

const { counters, timings } = metrics.snapshot()
assert.equal(counters['jobs.done'], 2)
assert.equal(counters['map.loopTicks'], 1)
assert.equal(timings['jobs.run'].count, 1)
assert.deepEqual(createMetrics(new Collector()).snapshot().counters, {})

assert.equal(require('tallystick/pool').createPoolMetrics, createPoolMetrics)
const service = createPoolMetrics()
service.setPool({ size: 2, workers: [{ id: 'w1', state: 'active' }] })
assert.equal(service.metrics().pool.utilization, 0.5)

metrics.prometheus().then(({ body, contentType }) => {
  assert.match(contentType, /^text\/plain; version=0\.0\.4/)
  assert.match(new TextDecoder().decode(body), /^jobs_done_total 2$/m)
  console.log('recorded and read')
})
