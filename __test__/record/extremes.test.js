'use strict'

// The smallest and the largest value of a series, which its handles cache.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')
const { collectFully } = require('../support/garbage')

const LABELS = { of: 'one' }
/** More series than `labels()` keeps handles for. */
const MANY = 5000
/** A value whose sum is folded at once. */
const LARGE = 1e14

/** How instruments of both kinds are created and used. */
const kinds = {
  timing: (metrics) => metrics.timing('taken'),
  histogram: (metrics) => metrics.histogram('taken'),
}

function record(handle, values) {
  for (const value of values) (handle.observeMillis ?? handle.observe).call(handle, value)
}

/** Removes series that are labelled `another 0` and so on. @param {{ kind: string, count: number }} which */
async function removeFromAnotherThread(metrics, which) {
  const workerData = { id: metrics.collector.id, ...which }
  await once(new Worker(path.join(__dirname, '..', 'workers', 'removing.js'), { workerData }), 'exit')
}

/** Count, minimum and maximum in a reading. */
function seen(metrics, name) {
  const { timings, histograms } = metrics.snapshot()
  const { count, min, max } = { ...timings, ...histograms }[name] ?? {}
  return [count, min, max]
}

for (const [kind, instrumentOf] of Object.entries(kinds)) {
  describe(`the extremes of a ${kind}`, () => {
    for (const [what, name, handleOf] of [
      ['labels', 'taken{of="one"}', (instrument) => instrument.labels(LABELS)],
      ['no labels', 'taken', (instrument) => instrument],
    ]) {
      test(`with ${what} are those of all its values, in any order`, () => {
        const metrics = createMetrics(new Collector())
        record(handleOf(instrumentOf(metrics)), [5, 5, 4, 6, 5, 9, 2, 4, 8, 3])
        assert.deepEqual(seen(metrics, name), [10, 2, 9])
      })

      test(`with ${what} start over if a kept handle records after its series was removed`, () => {
        const metrics = createMetrics(new Collector())
        const instrument = instrumentOf(metrics)
        const handle = handleOf(instrument)
        record(handle, [1, 9, 5])
        instrument.remove(handle === instrument ? undefined : LABELS)
        assert.deepEqual(seen(metrics, name), [undefined, undefined, undefined])
        record(handle, [5, 4, 6])
        assert.deepEqual(seen(metrics, name), [3, 4, 6])
      })

      test(`with ${what} start over after clear()`, () => {
        const metrics = createMetrics(new Collector())
        const handle = handleOf(instrumentOf(metrics))
        record(handle, [1, 9, 5])
        metrics.collector.clear()
        record(handle, [5])
        assert.deepEqual(seen(metrics, name), [1, 5, 5])
      })
    }

    test('are shared by all handles of a series', () => {
      const metrics = createMetrics(new Collector())
      const instrument = instrumentOf(metrics)
      const one = instrument.labels(LABELS)
      record(one, [5])
      for (let at = 0; at < MANY; at++) instrument.labels({ of: `another ${at}` })
      const other = instrument.labels(LABELS)
      assert.equal(one, other)
      record(other, [1, 9])
      record(one, [2, 8])
      assert.deepEqual(seen(metrics, 'taken{of="one"}'), [5, 1, 9])
    })

    test('are correct after the thread has released the cells of a kept handle', () => {
      const metrics = createMetrics(new Collector())
      const instrument = instrumentOf(metrics)
      const handle = instrument.labels(LABELS)
      record(handle, [1, 9, 5])
      for (let at = 0; at < MANY; at++) {
        const labels = { of: `another ${at}` }
        record(instrument.labels(labels), [5])
        instrument.remove(labels)
      }
      record(handle, [5])
      assert.deepEqual(seen(metrics, 'taken{of="one"}'), [4, 1, 9])
      instrument.remove(LABELS)
      record(handle, [4, 6, 5])
      assert.deepEqual(seen(metrics, 'taken{of="one"}'), [3, 4, 6])
    })

    test('start over if another thread removes the series after its values were folded', async () => {
      const metrics = createMetrics(new Collector())
      const handle = instrumentOf(metrics).labels({ of: 'another 0' })
      record(handle, [5, LARGE])
      await removeFromAnotherThread(metrics, { kind, count: 1 })
      record(handle, [5])
      assert.deepEqual(seen(metrics, 'taken{of="another 0"}'), [1, 5, 5])
    })

    test('are correct after it has done so because another thread removed the other series', async () => {
      const metrics = createMetrics(new Collector())
      const instrument = instrumentOf(metrics)
      const handle = instrument.labels(LABELS)
      record(handle, [1, 9, 5])
      for (let at = 0; at < MANY; at++) record(instrument.labels({ of: `another ${at}` }), [5])
      await removeFromAnotherThread(metrics, { kind, count: MANY })
      for (let at = 0; at < 5; at++) {
        await collectFully()
        metrics.snapshot()
        // a thread applies removals when it creates a series
        record(instrument.labels({ of: `later ${at}` }), [5])
      }
      record(handle, [5])
      assert.deepEqual(seen(metrics, 'taken{of="one"}'), [4, 1, 9])
    })
  })
}
