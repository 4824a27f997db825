import assert from 'node:assert/strict'
import * as everything from 'tallystick'
import tallystick, { Collector, metrics } from 'tallystick'
import { createPoolMetrics } from 'tallystick/pool'

metrics.inc('jobs.done', 2)
assert.equal(tallystick.metrics, metrics)
assert.equal(Collector.default, metrics.collector)
assert.equal(metrics.snapshot().counters['jobs.done'], 2)

// Every name is found without running the file, by Node's lexer for CommonJS.
const { default: _, 'module.exports': __, ...named } = everything
assert.deepEqual({ ...named }, { ...tallystick })

const service = createPoolMetrics()
service.setPool({ size: 2, workers: [{ id: 'w1', state: 'active' }] })
assert.equal(service.metrics().pool.utilization, 0.5)

const { body } = await metrics.prometheus()
assert.match(new TextDecoder().decode(body), /^jobs_done_total 2$/m)
console.log('recorded and read')
