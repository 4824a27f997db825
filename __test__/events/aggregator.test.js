'use strict'

// Aggregators: default reports, user functions, windows, composites, and bad input.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { describe, test } = require('node:test')
const { setImmediate } = require('node:timers/promises')
const { Worker } = require('node:worker_threads')
const { Aggregator, Collector, NoTagTimer, Recorder, config, createAggregator, createMetrics } = require('../..')
const { collectFully, collectUntil } = require('../support/garbage')
const { exactQuantile, random } = require('../support/oracle')

const EMPTY = { counters: {}, gauges: {}, histograms: {} }

/** A recorder and its aggregator. */
function pair(aggregation, recording) {
  const recorder = new Recorder(recording)
  return { recorder, aggregator: new Aggregator(recorder, aggregation) }
}

/** An object with a snapshot, here all values. */
class Values {
  values = []
  add(value) {
    this.values.push(value)
  }
  snapshot() {
    return { values: [...this.values] }
  }
}

describe('a report', () => {
  test('has counters, gauges and histograms by name, summed over tags', () => {
    const { recorder, aggregator } = pair()
    recorder.counter('jobs').incr(2)
    recorder.counter('jobs', 3, { queue: 'mail' }).decr()
    recorder.gauge('busy', 2, { pool: 'a' })
    recorder.gauge('busy', 3, { pool: 'b' })
    recorder.histogram('size', { type: 'a' }).add(12)
    recorder.histogram('size').add(34)
    const timer = recorder.timer('latency', { route: '/' })
    timer.stop(timer.start())
    timer.stop(timer.start(), { status: 200 })
    const { counters, gauges, histograms } = aggregator.report()
    assert.deepEqual(counters, { jobs: 4 })
    assert.deepEqual(gauges, { busy: 5 })
    assert.deepEqual(Object.keys(histograms), ['latency', 'size'])
    assert.deepEqual(Object.keys(histograms.latency), ['min', 'max', 'p50', 'p90', 'p99'])
    const { min, max, p50, p99 } = histograms.size
    assert.deepEqual([min, max, p99], [12, 34, 34])
    assert.ok(p50 >= 12 && p50 <= 12 * 1.008)
    assert.ok(histograms.latency.max < 1000)
  })

  test('excludes instruments that were created and not used', () => {
    const { recorder, aggregator } = pair()
    recorder.counter('a', undefined, { x: 1 })
    recorder.gauge('b', undefined, { x: 1 })
    recorder.histogram('c', { x: 1 })
    recorder.timer('d', { x: 1 })
    assert.deepEqual(aggregator.report(), EMPTY)
    recorder.counter('a').incr(0)
    assert.deepEqual(aggregator.report().counters, { a: 0 })
  })

  test('stays the same until something is recorded', () => {
    const { recorder, aggregator } = pair()
    const counter = recorder.counter('a', 1)
    const report = aggregator.report()
    assert.deepEqual(aggregator.report(), report)
    counter.incr()
    assert.deepEqual([report.counters.a, aggregator.report().counters.a], [1, 2])
  })

  test('accepts names that every object has, and any other', () => {
    const { recorder, aggregator } = pair({ composites: () => ['toString', 1, '__proto__', 2] })
    for (const name of ['constructor', '__proto__', '\ud800', 'ü"€']) recorder.counter(name, 1)
    const { counters } = aggregator.report()
    assert.deepEqual(Object.entries(counters).sort(), [
      ['__proto__', 2],
      ['constructor', 1],
      ['toString', 1],
      ['ü"€', 1],
      ['\ufffd', 1],
    ])
  })

  test('has one distribution for a timer and a histogram with the same name, in milliseconds', () => {
    const { recorder, aggregator } = pair({ quantiles: [0.25, 0.5, 0.999] })
    const next = random(1)
    const values = Array.from({ length: 2000 }, () => 0.01 + 50 * next() ** 3)
    const timing = createMetrics(recorder.collector).timing('latency')
    recorder.timer('latency')
    for (const [at, value] of values.entries()) {
      if (at % 3 === 0) recorder.histogram('latency', { x: at % 2 }).add(value)
      else timing.observeMillis(value)
    }
    const { latency } = aggregator.report().histograms
    assert.deepEqual(Object.keys(latency), ['min', 'max', 'p25', 'p50', 'p99.9'])
    for (const [key, q] of [
      ['p25', 0.25],
      ['p50', 0.5],
      ['p99.9', 0.999],
    ]) {
      const exact = exactQuantile(values, q)
      assert.ok(Math.abs(latency[key] - exact) <= 0.01 * exact, `${key}: ${latency[key]} for ${exact}`)
    }
    assert.ok(Math.abs(latency.min - Math.min(...values)) < 1e-6)
    assert.ok(Math.abs(latency.max - Math.max(...values)) < 1e-6)
  })

  test('has each quantile once, in any order, with readable keys', () => {
    const { recorder, aggregator } = pair({ quantiles: [0.99999, 1, 0.5, 0.999, 0, 0.5, 0.07] })
    for (let value = 1; value <= 100; value++) recorder.histogram('a').add(value)
    const { a } = aggregator.report().histograms
    assert.deepEqual(Object.keys(a), ['min', 'max', 'p0', 'p7', 'p50', 'p99.9', 'p99.999', 'p100'])
    assert.deepEqual([a.p0, a.p100], [1, 100])
  })

  test('reports values beyond the range as overflow', () => {
    const { recorder, aggregator } = pair()
    const histogram = recorder.histogram('a')
    histogram.add(1)
    assert.equal('overflow' in aggregator.report().histograms.a, false)
    histogram.add(2 ** 64)
    histogram.add(1e30)
    assert.equal(aggregator.report().histograms.a.overflow, 2)
    assert.equal(aggregator.report().histograms.a.max, 1e30)
  })

  test('includes histograms with buckets', () => {
    const collector = new Collector()
    createMetrics(collector).histogram({ name: 'a', buckets: [10, 20] })
    const { recorder, aggregator } = pair(undefined, { collector })
    const histogram = recorder.histogram('a')
    for (const value of [-5, 5, 15, 25]) histogram.add(value)
    const { min, max, p50 } = aggregator.report().histograms.a
    assert.deepEqual([min, max, p50], [-5, 25, 10])
  })
})

describe('an aggregator', () => {
  test('reports what was recorded since it was created', () => {
    const { recorder, aggregator } = pair()
    const counter = recorder.counter('a', 5)
    const gauge = recorder.gauge('b', 1)
    const histogram = recorder.histogram('c')
    histogram.add(1000)
    const later = createAggregator(recorder)
    assert.deepEqual(later.report(), EMPTY)
    counter.incr()
    gauge.update(1)
    histogram.add(1)
    assert.deepEqual(later.report().counters, { a: 1 })
    assert.deepEqual(later.report().gauges, { b: 1 })
    assert.ok(later.report().histograms.c.p99 < 1.01)
    assert.deepEqual(aggregator.report().counters, { a: 6 })
  })

  test('clears counters and histograms, and keeps gauges', () => {
    const { recorder, aggregator } = pair()
    const counter = recorder.counter('a', 5)
    recorder.gauge('b', 1)
    const histogram = recorder.histogram('c')
    histogram.add(1000)
    aggregator.clear()
    assert.deepEqual(aggregator.report(), { counters: {}, gauges: { b: 1 }, histograms: {} })
    counter.decr(2)
    histogram.add(1)
    assert.deepEqual(aggregator.report().counters, { a: -2 })
    const { min, max } = aggregator.report().histograms.c
    assert.ok(Math.abs(min - 1) < 0.01 && Math.abs(max - 1) < 0.01)
  })

  test('clears counters, histograms and gauges separately', () => {
    const { recorder, aggregator } = pair()
    const record = () => {
      recorder.counter('a', 1)
      recorder.gauge('b', 1)
      recorder.histogram('c').add(1)
      recorder.timer('d').time(() => {})
    }
    const shown = () => Object.values(aggregator.report()).flatMap((values) => Object.keys(values))
    record()
    aggregator.clearCounters()
    assert.deepEqual(shown(), ['b', 'c', 'd'])
    record()
    aggregator.clearHistograms()
    assert.deepEqual(shown(), ['a', 'b'])
    assert.equal(aggregator.report().counters.a, 1)
    record()
    aggregator.clearGauges()
    assert.deepEqual(shown(), ['a', 'c', 'd'])
    assert.equal(aggregator.report().counters.a, 2)
  })

  test('hides a cleared gauge, only from its own reports, until it is set again, also to the same value', () => {
    const { recorder, aggregator } = pair()
    const other = new Aggregator(recorder)
    const gauge = recorder.gauge('a', 1)
    recorder.gauge('b', 1)
    aggregator.clearGauges()
    assert.deepEqual(aggregator.report().gauges, {})
    assert.deepEqual(other.report().gauges, { a: 1, b: 1 })
    gauge.update(1)
    assert.deepEqual(aggregator.report().gauges, { a: 1 })
    aggregator.clearGauges()
    aggregator.clearGauges()
    assert.deepEqual(aggregator.report().gauges, {})
    createMetrics(recorder.collector).gauge('b').set(2)
    assert.deepEqual(aggregator.report().gauges, { b: 2 })
  })

  test('hides a gauge that is NaN', () => {
    const { recorder, aggregator } = pair()
    const gauge = recorder.gauge('ratio')
    gauge.update(Number.NaN)
    aggregator.clearGauges()
    assert.deepEqual(aggregator.report().gauges, {})
    gauge.update(Number.NaN)
    assert.deepEqual(aggregator.report().gauges, { ratio: Number.NaN })
  })

  test('affects neither other aggregators nor the collector’s own readings', () => {
    const { recorder, aggregator } = pair()
    const other = new Aggregator(recorder)
    const own = createMetrics(recorder.collector)
    const counter = recorder.counter('a', 1)
    aggregator.clear()
    own.snapshotAndReset()
    counter.incr()
    other.clearCounters()
    counter.incr()
    assert.deepEqual(
      [aggregator.report().counters.a, other.report().counters.a, own.snapshot().counters.a, own.value('a')],
      [2, 1, 2, 3],
    )
    recorder.collector.clear()
    assert.deepEqual([aggregator.report(), other.report()], [EMPTY, EMPTY])
    counter.incr(7)
    assert.equal(aggregator.report().counters.a, 7)
  })

  test('of a scope reports its whole recorder', () => {
    const { recorder } = pair()
    const aggregator = new Aggregator(recorder.scope('s'))
    recorder.counter('a', 1)
    recorder.scope('t').counter('b', 1)
    assert.deepEqual(aggregator.report().counters, { a: 1, 't/b': 1 })
  })

  test('in a shared collector reports its recorder’s names, including what others record under them', () => {
    const collector = new Collector()
    const own = createMetrics(collector)
    const { recorder, aggregator } = pair(undefined, { collector })
    const { aggregator: other } = pair(undefined, { collector })
    recorder.scope('s').counter('a', 1)
    recorder.timer('latency').time(() => {})
    own.inc('s/a', 2, { x: 1 })
    own.inc('b')
    own.gauge('s/a').set(1)
    own.observeMillis('other', 1)
    const { counters, gauges, histograms } = aggregator.report()
    assert.deepEqual({ counters, gauges }, { counters: { 's/a': 3 }, gauges: {} })
    assert.deepEqual(Object.keys(histograms), ['latency'])
    assert.deepEqual(other.report(), EMPTY)
  })

  test('in a shared collector reports a name that was removed once it is used again, and nobody else’s', () => {
    const collector = new Collector()
    const own = createMetrics(collector)
    const { recorder, aggregator } = pair(undefined, { collector })
    const jobs = recorder.counter('jobs', 3)
    for (const remove of [() => own.counter('jobs').remove(), () => collector.clear()]) {
      remove()
      own.inc('others.bytes', 5000)
      assert.deepEqual(aggregator.report(), EMPTY)
      jobs.incr()
      assert.deepEqual(aggregator.report().counters, { jobs: 1 })
      own.counter('others.bytes').remove()
    }
  })

  test('reports what recorders of other threads record into its collector, also after they have ended', async () => {
    const { recorder, aggregator } = pair()
    const received = []
    recorder.on('counter', (event) => received.push(event))
    const file = path.join(__dirname, '..', 'workers', 'recorder.js')
    recorder.counter('shared').incr()
    recorder.histogram('size').add(2)
    const worker = new Worker(file, { workerData: { collector: recorder.collector.id, count: 4 } })
    await once(worker, 'message')
    assert.deepEqual(aggregator.report().counters, { shared: 5, 'worker/own': 1 })
    assert.deepEqual(aggregator.report().gauges, { state: 1 })
    worker.postMessage('end')
    await once(worker, 'exit')
    await collectUntil(() => aggregator.report().gauges.state === undefined, 'the thread’s gauge is gone')
    const { counters, histograms } = aggregator.report()
    assert.deepEqual(counters, { shared: 5, 'worker/own': 1 })
    assert.deepEqual([histograms.size.min, histograms.size.max], [2, 4])
    assert.equal(received.length, 1)
    aggregator.clear()
    recorder.histogram('size').add(3)
    assert.deepEqual(Object.keys(aggregator.report().counters), [])
    assert.ok(Math.abs(aggregator.report().histograms.size.p50 - 3) < 0.03)
  })

  test('that clears what it reports has each recording of another thread once', async () => {
    const { recorder, aggregator } = pair({
      gauge: (_event, histograms, counters) => {
        counters.functions = (counters.functions ?? 0) + 1
        histograms.functions = 'kept'
      },
    })
    recorder.gauge('any').update(1)
    const times = 300_000
    const file = path.join(__dirname, '..', 'workers', 'recording.js')
    const worker = new Worker(file, { workerData: { collector: recorder.collector.id, times, number: 1 } })
    const recorded = once(worker, 'message').then(() => true)
    let sum = 0
    let isOver = false
    while (!isOver) {
      isOver = await Promise.race([recorded, setImmediate(false)])
      sum += aggregator.reportAndClear().counters.work ?? 0
    }
    assert.equal(sum, 2 * times)
    assert.deepEqual(aggregator.report(), EMPTY)
    worker.postMessage('end')
    await once(worker, 'exit')
    recorder.histogram('size').add(3)
    recorder.gauge('any').update(1)
    const { counters, histograms } = aggregator.reportAndClear()
    assert.deepEqual([counters.functions, histograms.functions, histograms.size.max], [1, 'kept', 3])
    assert.deepEqual(aggregator.reportAndClear(), EMPTY)
  })

  test('is garbage-collected when it is dropped, or with functions when it is closed', async () => {
    const recorder = new Recorder()
    const references = (() => {
      const dropped = new Aggregator(recorder)
      recorder.gauge('a', 1)
      dropped.report()
      dropped.clearGauges()
      const closed = new Aggregator(recorder, { counter() {} })
      closed.close()
      return [new WeakRef(dropped), new WeakRef(closed)]
    })()
    const kept = new WeakRef(new Aggregator(recorder, { counter() {} }))
    for (const reference of references) await collectUntil(() => reference.deref() === undefined, 'it is collected')
    await collectFully()
    assert.notEqual(kept.deref(), undefined)
    recorder.counter('a', 1)
  })

  test('that is closed reports nothing and receives no events', () => {
    let calls = 0
    const { recorder, aggregator } = pair({
      counter: (_event, _histograms, counters) => (counters.calls = ++calls),
      composites: () => ['a', 1],
    })
    recorder.counter('a', 1)
    recorder.gauge('a', 1)
    aggregator.close()
    aggregator.close()
    recorder.counter('a', 1)
    assert.deepEqual(aggregator.report(), EMPTY)
    aggregator.clear()
    aggregator.clearGauges()
    assert.equal(calls, 1)
  })
})

describe('a user function', () => {
  test('receives events and the aggregator’s objects in place of the default', () => {
    const { recorder, aggregator } = pair({
      counter({ name, increment }, histograms, counters, gauges) {
        counters[name] ??= { min: increment, latest: 0 }
        counters[name].min = Math.min(counters[name].min, increment)
        counters[name].latest = increment
        gauges.seen = (gauges.seen ?? 0) + 1
        histograms.increments ??= new Values()
        histograms.increments.add(increment)
      },
    })
    const counter = recorder.counter('a', 3, { x: 1 })
    counter.incr()
    counter.decr()
    recorder.gauge('b', 1)
    recorder.timer('t').time(() => {})
    const { counters, gauges, histograms } = aggregator.report()
    assert.deepEqual(counters, { a: { min: -1, latest: -1 } })
    assert.deepEqual(gauges, { b: 1, seen: 3 })
    assert.deepEqual(histograms.increments, { values: [3, 1, -1] })
    assert.deepEqual(Object.keys(histograms), ['t', 'increments'])
  })

  test('receives new objects after clear()', () => {
    const { recorder, aggregator } = pair({
      timer({ name }, histograms, counters, gauges) {
        for (const object of [histograms, counters, gauges]) object[name] = (object[name] ?? 0) + 1
      },
    })
    const time = () => recorder.timer('t').time(() => {})
    time()
    time()
    assert.deepEqual(aggregator.report(), { counters: { t: 2 }, gauges: { t: 2 }, histograms: { t: 2 } })
    aggregator.clearCounters()
    time()
    assert.deepEqual(aggregator.report(), { counters: { t: 1 }, gauges: { t: 3 }, histograms: { t: 3 } })
    aggregator.clear()
    assert.deepEqual(aggregator.report(), { counters: {}, gauges: { t: 3 }, histograms: {} })
    aggregator.clearGauges()
    assert.deepEqual(aggregator.report(), EMPTY)
  })

  test('has its numbers added to the default counts, and other values replace them', () => {
    const { recorder, aggregator } = pair({
      gauge({ name, value }, histograms, counters, gauges) {
        counters[name] = value
        counters.other = { value }
        histograms[name] = value
        gauges[name] = -value
      },
    })
    recorder.counter('a', 1)
    recorder.counter('other', 1)
    recorder.histogram('a').add(5)
    recorder.gauge('a', 10)
    assert.deepEqual(aggregator.report(), {
      counters: { a: 11, other: { value: 10 } },
      gauges: { a: -10 },
      histograms: { a: 10 },
    })
  })

  test('can use any name, because its objects have no prototype, nor do those of composites', () => {
    const names = ['__proto__', 'constructor', 'toString']
    const seen = []
    const { recorder, aggregator } = pair({
      counter({ name, increment }, histograms, counters, gauges) {
        for (const object of [histograms, counters, gauges]) {
          object[name] ??= { sum: 0 }
          object[name].sum += increment
        }
      },
      composites: (...objects) => {
        seen.push(...objects.map(Object.getPrototypeOf))
        return ['sums', names.map((name) => objects[0][name].sum)]
      },
    })
    for (const name of names) recorder.counter(name, 2).incr()
    const { counters, gauges, histograms } = aggregator.report()
    assert.deepEqual(counters.sums, [3, 3, 3])
    assert.deepEqual(seen, [null, null, null])
    for (const object of [counters, gauges, histograms]) {
      for (const name of names) assert.deepEqual(Object.getOwnPropertyDescriptor(object, name)?.value, { sum: 3 })
      assert.equal(Object.getPrototypeOf(object), Object.prototype)
    }
    assert.equal({}.sum, undefined)
    assert.equal(Object.sum, undefined)
  })

  test('may not request the report that it is part of', () => {
    const endless = { name: 'RangeError', code: 'ERR_TALLYSTICK_COMPOSITE' }
    let asking = true
    const { recorder, aggregator } = pair({
      counter(_event, _histograms, counters) {
        counters.own = { snapshot: () => (asking ? aggregator.report() : 1) }
      },
    })
    const composed = new Aggregator(recorder, { composites: () => (asking ? composed.report() : ['b', 2]) })
    recorder.counter('a', 1)
    for (const each of [aggregator, composed]) assert.throws(() => each.report(), endless)
    asking = false
    assert.deepEqual(aggregator.report().counters, { own: 1 })
    assert.deepEqual(composed.report().counters, { a: 1, b: 2 })
  })

  test('can make a histogram for each tag from one timer', () => {
    const { recorder, aggregator } = pair({
      timer(event, histograms) {
        const name = `${event.name}/${event.url}`
        histograms[name] ??= new Values()
        histograms[name].add(event.stopTs - event.startTs)
      },
    })
    const timer = recorder.scope('http').timer('latency')
    for (const url of ['a', 'b', 'a']) timer.stop(timer.start(), { url })
    const { histograms } = aggregator.report()
    assert.deepEqual(
      Object.entries(histograms).map(([name, { values }]) => [name, values.length]),
      [
        ['http/latency/a', 2],
        ['http/latency/b', 1],
      ],
    )
    assert.ok(histograms['http/latency/a'].values.every((value) => value >= 0 && value < 1000))
  })

  test('that fails does not affect other aggregators, and its error reaches the recorder’s listeners', () => {
    const failure = new Error('failed')
    const { recorder, aggregator } = pair({
      counter() {
        throw failure
      },
    })
    const other = new Aggregator(recorder, {
      counter: ({ name, increment }, _, counters) => {
        counters[name] = increment
      },
    })
    const errors = []
    recorder.on('error', (error) => errors.push(error))
    recorder.counter('a', 3)
    assert.deepEqual(errors, [failure])
    assert.deepEqual(aggregator.report(), EMPTY)
    assert.deepEqual(other.report().counters, { a: 3 })
  })

  test('does not change default aggregators of the same recorder', () => {
    const { recorder, aggregator } = pair()
    const own = new Aggregator(recorder, { timer() {}, counter() {}, gauge() {}, histogram() {} })
    recorder.counter('a', 1)
    recorder.gauge('a', 1)
    recorder.timer('a').time(() => {})
    recorder.histogram('b').add(1)
    assert.deepEqual(own.report(), EMPTY)
    assert.deepEqual(Object.keys(aggregator.report().histograms), ['a', 'b'])
  })
})

describe('the default strategies', () => {
  const { DEFAULT, DISABLE } = config

  /** Records a few values of each kind. @param {Recorder} recorder */
  function record(recorder) {
    const counter = recorder.counter('a', 3, { x: 1 })
    counter.decr(2)
    recorder.counter('__proto__', 1)
    recorder.gauge('a', 1).update(-5)
    recorder.histogram('b').add(7)
    recorder.timer('c').time(() => {})
  }

  test('can be called by user functions', () => {
    const { recorder, aggregator } = pair({
      counter: (event, ...objects) => event.name !== 'skipped' && DEFAULT.aggregator.counter(event, ...objects),
      gauge: (event, ...objects) => DEFAULT.aggregator.gauge(event, ...objects),
      histogram: (event, ...objects) => DEFAULT.aggregator.histogram(event, ...objects),
      timer: (event, ...objects) => DEFAULT.aggregator.timer(event, ...objects),
    })
    record(recorder)
    recorder.counter('skipped', 1)
    const { counters, gauges, histograms } = aggregator.report()
    assert.deepEqual(Object.entries(counters).sort(), [
      ['__proto__', 1],
      ['a', 1],
    ])
    assert.deepEqual(gauges, { a: -5 })
    assert.deepEqual(histograms.b, { min: 7, max: 7, p50: 7, p90: 7, p99: 7, 'p99.9': 7 })
    assert.deepEqual(Object.keys(histograms), ['b', 'c'])
    aggregator.clear()
    assert.deepEqual(aggregator.report(), { counters: {}, gauges: { a: -5 }, histograms: {} })
  })

  test('keep counts in plain objects too, whatever those inherit', () => {
    const counters = { a: 1 }
    for (const name of ['a', 'constructor']) DEFAULT.aggregator.counter({ name, increment: 2 }, {}, counters, {})
    assert.deepEqual(Object.entries(counters), [
      ['a', 3],
      ['constructor', 2],
    ])
  })

  test('accept negative values of a precise gauge', () => {
    const { histogram } = DEFAULT.aggregator
    const { recorder, aggregator } = pair({ histogram: (...all) => histogram(...all) }, config.PRECISE.recorder)
    recorder.gauge('a', -1)
    assert.equal(aggregator.report().histograms['a/histogram'].max, 0)
  })

  test('that are passed unchanged give the default report and receive no events', () => {
    const { recorder, aggregator } = pair({ ...DEFAULT.aggregator, quantiles: [0.5] })
    const other = new Aggregator(recorder, { quantiles: [0.5] })
    assert.equal(recorder.listenerCount('counter') + recorder.listenerCount('timer'), 0)
    record(recorder)
    assert.deepEqual(aggregator.report(), other.report())
    assert.deepEqual(Object.keys(aggregator.report().histograms.b), ['min', 'max', 'p50'])
  })

  test('of a disabled configuration report nothing', () => {
    const { recorder, aggregator } = pair(DISABLE.aggregator)
    record(recorder)
    assert.deepEqual(aggregator.report(), EMPTY)
  })
})

describe('composites', () => {
  test('add counters to each report, and later ones see earlier ones', () => {
    const { recorder, aggregator } = pair({
      composites: [
        (counters) => ['sum', counters.a + counters.b, 'difference', counters.a - counters.b],
        () => null,
        () => undefined,
        () => [],
        (counters, histograms, gauges) => ['of all', [counters.sum, histograms.size.max, gauges.state]],
      ],
    })
    recorder.counter('a', 5)
    const b = recorder.counter('b', 2)
    recorder.histogram('size').add(9)
    recorder.gauge('state', 1)
    assert.deepEqual(aggregator.report().counters, { a: 5, b: 2, sum: 7, difference: 3, 'of all': [7, 9, 1] })
    b.incr()
    assert.deepEqual(aggregator.report().counters.sum, 8)
  })

  test('may be a function, a list or null', () => {
    for (const [composites, expected] of [
      [() => ['a', 1], { a: 1 }],
      [[() => ['a', 1], () => ['a', 2]], { a: 2 }],
      [[], {}],
      [null, {}],
      [undefined, {}],
    ]) {
      assert.deepEqual(pair({ composites }).aggregator.report().counters, expected)
    }
  })

  test('may return the result of a condition', () => {
    const composites = [false, 0, ''].map((nothing) => () => nothing && ['a', 1])
    assert.deepEqual(pair({ composites }).aggregator.report().counters, {})
  })

  for (const result of [['a'], ['a', 1, 'b'], [1, 'a'], ['', 1], [['a', 1]], { a: 1 }, 'ab', 5, true]) {
    test(`that return ${JSON.stringify(result)} are an error`, () => {
      const { aggregator } = pair({ composites: () => result })
      assert.throws(() => aggregator.report(), { name: 'TypeError', code: 'ERR_TALLYSTICK_COMPOSITE' })
    })
  }

  test('that throw make the report throw', () => {
    const failure = new Error('failed')
    const { aggregator } = pair({
      composites() {
        throw failure
      },
    })
    assert.throws(() => aggregator.report(), failure)
  })
})

test('the ready-made pairs aggregate as documented', () => {
  const report = ({ recorder: recording, aggregator: aggregation }) => {
    const { recorder, aggregator } = pair(aggregation, recording)
    recorder.counter('a', 1)
    recorder.gauge('a', 1000)
    recorder.timer('a').time(() => {})
    recorder.histogram('b', { x: 1 }).add(1000)
    recorder.histogram('b', { x: 1 }).add(2000)
    return aggregator.report()
  }
  assert.deepEqual(report(config.DISABLE), EMPTY)
  const usual = report(config.DEFAULT)
  assert.deepEqual(Object.keys(usual.histograms), ['a', 'b'])
  assert.deepEqual(Object.keys(usual.histograms.a), ['min', 'max', 'p50', 'p90', 'p99'])
  const precise = report(config.PRECISE)
  assert.deepEqual(Object.keys(precise.histograms), ['a', 'a/histogram', 'b'])
  assert.deepEqual(Object.keys(precise.histograms.a), ['min', 'max', 'p50', 'p90', 'p95', 'p99', 'p99.9', 'p99.99'])
  assert.ok(precise.histograms.b.p50 <= 1001 && usual.histograms.b.p50 > 1001)
})

test('a configuration may be null, and createAggregator ignores unknown options', () => {
  const recorder = new Recorder()
  const unknown = { interval: 5, counters: () => assert.fail('it is no strategy') }
  const aggregators = [new Aggregator(recorder, null), createAggregator(recorder, null)]
  aggregators.push(createAggregator(recorder, unknown), new Aggregator(recorder, { quantiles: null, counter: null }))
  recorder.counter('a', 1)
  recorder.histogram('b').add(1)
  for (const aggregator of aggregators) assert.deepEqual(aggregator.report(), aggregators[0].report())
  assert.deepEqual(aggregators[0].report().counters, { a: 1 })
})

describe('bad input', () => {
  const recorder = new Recorder()
  for (const [what, call, name, code] of [
    ['no recorder', () => new Aggregator(), 'TypeError', 'RECORDER'],
    ['a recorder that is none', () => createAggregator({ on() {} }), 'TypeError', 'RECORDER'],
    ['a config that is none', () => new Aggregator(recorder, 1), 'TypeError', 'OPTIONS'],
    ['a pair of configurations', () => new Aggregator(recorder, config.DEFAULT), 'TypeError', 'OPTIONS'],
    ['a function that is none', () => new Aggregator(recorder, { timer: 1 }), 'TypeError', 'FUNCTION'],
    ['quantiles that are none', () => new Aggregator(recorder, { quantiles: 0.5 }), 'TypeError', 'OPTIONS'],
    ['a quantile below 0', () => new Aggregator(recorder, { quantiles: [0.5, -0.1] }), 'RangeError', 'OPTIONS'],
    ['a quantile above 1', () => new Aggregator(recorder, { quantiles: [50] }), 'RangeError', 'OPTIONS'],
    ['a quantile of NaN', () => new Aggregator(recorder, { quantiles: [Number.NaN] }), 'RangeError', 'OPTIONS'],
    ['no quantile', () => new Aggregator(recorder, { quantiles: [] }), 'RangeError', 'OPTIONS'],
    ['a quantile that is no number', () => new Aggregator(recorder, { quantiles: ['p50'] }), 'TypeError', 'OPTIONS'],
    ['a composite that is none', () => new Aggregator(recorder, { composites: [1] }), 'TypeError', 'FUNCTION'],
    ['composites that are none', () => new Aggregator(recorder, { composites: {} }), 'TypeError', 'FUNCTION'],
  ]) {
    test(`${what} is an error`, () => assert.throws(call, { name, code: `ERR_TALLYSTICK_${code}` }))
  }

  test('leaves no listener behind', () => {
    let calls = 0
    assert.throws(() => new Aggregator(recorder, { counter: () => calls++, composites: 1 }))
    recorder.counter('a', 1)
    assert.equal(calls, 0)
  })
})

test('a timer without tags is summed like any other', () => {
  const { recorder, aggregator } = pair(undefined, { timer: NoTagTimer })
  recorder.timer('a', { x: 1 }).time(() => {})
  assert.ok(aggregator.report().histograms.a.max >= 0)
})
