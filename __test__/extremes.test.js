'use strict'

// The smallest and the largest value of a series, which its handles remember for a while.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const { Collector, createMetrics } = require('..')
const { collectFully } = require('./garbage')

const LABELS = { of: 'one' }
/** More series than there are handles that `labels()` remembers. */
const MANY = 5000

/** What the instruments of both kinds are made and used with. */
const kinds = {
  timing: (metrics) => metrics.timing('taken'),
  histogram: (metrics) => metrics.histogram('taken'),
}

function record(handle, values) {
  for (const value of values) (handle.observeMillis ?? handle.observe).call(handle, value)
}

/** Count, minimum and maximum that a reader sees. */
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
      test(`with ${what} are those of all its values, in whatever order they come`, () => {
        const metrics = createMetrics(new Collector())
        record(handleOf(instrumentOf(metrics)), [5, 5, 4, 6, 5, 9, 2, 4, 8, 3])
        assert.deepEqual(seen(metrics, name), [10, 2, 9])
      })

      test(`with ${what} begin anew where a kept handle records again after its series was removed`, () => {
        const metrics = createMetrics(new Collector())
        const instrument = instrumentOf(metrics)
        const handle = handleOf(instrument)
        record(handle, [1, 9, 5])
        instrument.remove(handle === instrument ? undefined : LABELS)
        assert.deepEqual(seen(metrics, name), [undefined, undefined, undefined])
        record(handle, [5, 4, 6])
        assert.deepEqual(seen(metrics, name), [3, 4, 6])
      })

      test(`with ${what} begin anew after a clear`, () => {
        const metrics = createMetrics(new Collector())
        const handle = handleOf(instrumentOf(metrics))
        record(handle, [1, 9, 5])
        metrics.collector.clear()
        record(handle, [5])
        assert.deepEqual(seen(metrics, name), [1, 5, 5])
      })
    }

    test('are one for all handles of a series', () => {
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

    test('are seen where the thread has let go of the cells of a kept handle', () => {
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

    test('are seen where it has done so because another thread removed the other series', async () => {
      const metrics = createMetrics(new Collector())
      const instrument = instrumentOf(metrics)
      const handle = instrument.labels(LABELS)
      record(handle, [1, 9, 5])
      for (let at = 0; at < MANY; at++) record(instrument.labels({ of: `another ${at}` }), [5])
      const workerData = { id: metrics.collector.id, kind, count: MANY }
      await once(new Worker(path.join(__dirname, 'workers', 'removing.js'), { workerData }), 'exit')
      for (let at = 0; at < 5; at++) {
        await collectFully()
        metrics.snapshot()
        // a new series is where a thread begins anew
        record(instrument.labels({ of: `later ${at}` }), [5])
      }
      record(handle, [5])
      assert.deepEqual(seen(metrics, 'taken{of="one"}'), [4, 1, 9])
    })
  })
}
