'use strict'

// Names that become equal in Prometheus cause one warning.

const assert = require('node:assert/strict')
const { test } = require('node:test')
const { createPoolMetrics } = require('../..')
const { fresh } = require('../support/metrics')
const { takeWarnings } = require('../support/warnings')

test('two families with one exposed name cause one warning with both names', async () => {
  const own = fresh()
  own.timing('db')
  own.timing('db_ms').observeMillis(1)
  own.prometheusSync()
  await own.prometheus()
  assert.deepEqual(await takeWarnings(), [
    {
      code: 'TALLYSTICK_NAMES',
      message:
        'the timing "db" and the timing "db_ms" have the same name in Prometheus: the latter is exposed as U__db__ms__seconds there; rename one of them',
    },
  ])
  own.gauge('db_seconds_sum').set(1)
  own.gauge('other').set(1)
  await own.prometheus()
  const [warning, ...others] = await takeWarnings()
  assert.match(warning.message, /^the timing "db" and the gauge "db_seconds_sum" have/)
  assert.deepEqual(others, [])
})

test('the warning repeats only the start of a long name', async () => {
  const own = fresh()
  const name = 'a'.repeat(1e5)
  own.gauge(name).set(1)
  own.histogram(name).observe(1)
  await own.prometheus()
  const [{ message }] = await takeWarnings()
  assert.ok(message.includes('gauge "aaaa') && message.length < 500, `${message.length} characters`)
})

test("a pool's exposition warns too, and names that stay distinct cause no warning", async () => {
  const own = fresh()
  own.counter('a').inc(-1)
  own.gauge('b')
  own.counter('b')
  const pool = createPoolMetrics({ collector: own.collector })
  await pool.prometheus()
  assert.deepEqual(await takeWarnings(), [])
  own.counter('b.total')
  await pool.prometheus()
  assert.match((await takeWarnings())[0].message, /counter "b" and the counter "b.total" .* U__b_2e_total__total/)
})
