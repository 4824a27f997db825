'use strict'

// `maxSeries`: label sets beyond it are folded, and nothing is lost.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const path = require('node:path')
const { describe, test } = require('node:test')
const { Worker } = require('node:worker_threads')
const vectors = require('../vectors/text-hashes.json')
const { Collector, createMetrics } = require('../..')
const { hashOf } = require('../../lib/record/room')
const { collectFully } = require('../support/garbage')
const { fresh, isConflict, samples, thrownBy } = require('../support/metrics')
const { takeWarnings } = require('../support/warnings')

const MB = 1e6
const OVERFLOW = 'otel_metric_overflow="true"'

/**
 * The numbers of a snapshot's section whose keys contain all of these parts.
 * @param {Record<string, any>} section
 * @param {string[]} parts
 */
function partsOf(section, ...parts) {
  return Object.keys(section).filter((key) => parts.every((part) => key.includes(part)))
}

/** @param {Record<string, number>} section */
function sumOf(section) {
  return Object.values(section).reduce((sum, value) => sum + value, 0)
}

/** The warnings of full families and collectors so far. */
async function takeFull() {
  return (await takeWarnings()).filter(({ code }) => code === 'TALLYSTICK_MAX_SERIES')
}

describe('a family that is full', () => {
  test('folds the label with most values, and keeps the others', async () => {
    await takeFull()
    const own = fresh()
    const counter = own.counter({ name: 'requests', maxSeries: 20 })
    for (let at = 0; at < 1000; at++) counter.labels({ path: `/${at}`, status: at % 10 === 0 ? 500 : 200 }).inc()
    const { counters } = own.snapshot()
    assert.equal(Object.keys(counters).length, 22)
    assert.equal(counters['requests{path="/19",status="200"}'], 1)
    assert.equal(counters['requests{path="…",status="500"}'], 98)
    assert.equal(counters['requests{path="…",status="200"}'], 882)
    // what is known is exact
    counter.labels({ path: '/19', status: 200 }).inc()
    own.inc('requests', 1, { status: '200', path: '/19' })
    assert.equal(own.value('requests', { path: '/19', status: 200 }), 3)
    const [{ message }, ...more] = await takeFull()
    assert.match(message, /counter "requests" .* label "path" has 20 values/)
    assert.deepEqual(more, [])
  })

  test('ignores the totals of label sets without room, with a warning', async () => {
    await takeFull()
    const own = fresh()
    const counter = own.counter({ name: 'reads', maxSeries: 2 })
    for (let round = 0; round < 3; round++) {
      for (let disk = 0; disk < 5; disk++) counter.labels({ disk }).setTotal(100 * (disk + 1))
    }
    counter.labels({ disk: 9 }).inc(7)
    const { counters } = own.snapshot()
    assert.deepEqual(counters, { 'reads{disk="0"}': 100, 'reads{disk="1"}': 200, 'reads{disk="…"}': 7 })
    const [, ignored, ...more] = await takeFull()
    assert.match(ignored.message, /setTotal\(\) of the counter "reads" is ignored/)
    assert.deepEqual(more, [])
  })

  test('of handles that have recorded nothing folds their last label, and names it', async () => {
    await takeFull()
    const own = fresh()
    const gauge = own.gauge({ name: 'level', maxSeries: 3 })
    const handles = Array.from({ length: 60 }, (_, at) => gauge.labels({ pool: at }))
    handles[50].set(1)
    handles[3].set(2)
    assert.deepEqual(own.snapshot().gauges, { 'level{pool="3"}': 2, 'level{pool="…"}': 1 })
    const [{ message }, ...more] = await takeFull()
    assert.match(message, /gauge "level" .* label "pool" has \d\d values/)
    assert.deepEqual(more, [])
  })

  test('lets labels that once had no room at all have series again, which a removal ends', () => {
    const own = fresh()
    const counter = own.counter({ name: 'requests', maxSeries: 1 })
    // an order of labels is learned, and then there are no series with them
    counter.labels({ host: '1' }).inc()
    counter.remove({ host: '1' })
    const others = Array.from({ length: 30 }, (_, at) => ({ path: `/${at}`, status: `${at}` }))
    for (const labels of others) counter.labels(labels).inc()
    counter.labels({ host: true }).inc()
    assert.equal(own.snapshot().counters['requests{host="true"}'], undefined)
    for (const { status } of others) counter.remove({ status })
    const handle = counter.labels({ host: '2' })
    handle.inc()
    counter.remove({ host: '2' })
    handle.inc(3)
    assert.equal(own.value('requests', { host: '2' }), 3)
  })

  for (const [kind, record] of [
    ['timing', (handle) => handle.observeMillis(2)],
    ['histogram', (handle) => handle.observe(2)],
    ['gauge', (handle) => handle.inc(2)],
    ['counter', (handle) => handle.inc(2)],
  ]) {
    test(`loses nothing if it is a ${kind}`, () => {
      const own = fresh()
      const instrument = own[kind]({ name: 'a', maxSeries: 30 })
      for (let round = 0; round < 3; round++) {
        for (let at = 0; at < 100; at++) record(instrument.labels({ kept: at % 2, id: at % 3 === 0 ? at : `${at}` }))
      }
      const section = own.snapshot()[`${kind}s`]
      const totals = Object.values(section).map((value) => (typeof value === 'number' ? value : 2 * value.count))
      assert.equal(totals.length, 32)
      assert.equal(
        totals.reduce((sum, total) => sum + total),
        600,
      )
      assert.equal(partsOf(section, 'kept="1"', '…').length, 1)
    })
  }

  test('folds whatever order the labels come in, and whatever they are', () => {
    const own = fresh()
    const counter = own.counter({ name: 'a', maxSeries: 50 })
    for (let at = 0; at < 50; at++) counter.labels({ one: at % 2, id: `${at}`, two: 'x' }).inc()
    for (let at = 50; at < 100; at++) {
      counter.labels({ one: at % 2, id: `${at}`, two: 'x' }).inc()
      counter.labels({ two: 'x', one: `${at % 2}`, id: at }).inc()
      counter.labels({ id: { toString: () => `${at}` }, two: 'x', one: at % 2 }).inc()
      counter.labels({ id: `\ud800${at}`, one: at % 2, two: 'x' }).inc()
      own.inc('a', 1, { id: BigInt(at), one: at % 2, two: 'x' })
    }
    // the known ones in every form
    counter.labels({ two: 'x', one: '1', id: 49 }).inc()
    counter.labels({ id: 49, two: 'x', one: 1 }).inc()
    const { counters } = own.snapshot()
    assert.equal(Object.keys(counters).length, 52)
    assert.equal(counters['a{id="…",one="0",two="x"}'], 125)
    assert.equal(counters['a{id="…",one="1",two="x"}'], 125)
    assert.equal(counters['a{id="49",one="1",two="x"}'], 3)
  })

  test('records what cannot be told apart as otel_metric_overflow', () => {
    const own = fresh()
    const counter = own.counter({ name: 'a', maxSeries: 10, labelNames: ['id', 'user', 'more'] })
    for (let at = 0; at < 1000; at++) counter.labels({ id: at, user: `u${at}` }).inc()
    counter.labels({ id: 'x' }).inc()
    counter.labels({ more: 'x' }).inc()
    const { counters } = own.snapshot()
    assert.equal(counters[`a{${OVERFLOW}}`], 1002 - 20)
    assert.equal(partsOf(counters, '…').length, 10)
    assert.equal(Object.keys(counters).length, 21)
    assert.equal(sumOf(counters), 1002)
    assert.equal(samples(own)[`a_total{${OVERFLOW}}`], 982)
  })

  test('also folds label sets with names of their own', () => {
    const own = fresh()
    const counter = own.counter({ name: 'a', maxSeries: 10 })
    for (let at = 0; at < 1000; at++) counter.labels({ [`name ${at}`]: 1, status: 200 }).inc()
    const { counters } = own.snapshot()
    assert.ok(Object.keys(counters).length <= 21, `${Object.keys(counters).length}`)
    assert.equal(sumOf(counters), 1000)
  })

  test('does not limit the series without labels', () => {
    const own = fresh()
    const counter = own.counter({ name: 'a', maxSeries: 1 })
    counter.labels({ id: 1 }).inc()
    counter.inc(5)
    assert.deepEqual(own.snapshot().counters, { a: 5, 'a{id="1"}': 1 })
  })

  test('has room again for what is removed', () => {
    const own = fresh()
    const counter = own.counter({ name: 'a', maxSeries: 5 })
    const handles = Array.from({ length: 5 }, (_, at) => counter.labels({ id: at }))
    for (const handle of handles) handle.inc()
    counter.labels({ id: 'x' }).inc()
    assert.equal(counter.remove({ id: 0 }), 1)
    counter.labels({ id: 'y' }).inc()
    assert.equal(own.value('a', { id: 'y' }), 1)
    // a kept handle has no room now
    handles[0].inc(7)
    assert.equal(own.value('a', { id: '0' }), undefined)
    assert.equal(own.value('a', { id: '…' }), 8)
    counter.remove({ id: 1 })
    handles[0].inc(9)
    handles[0].inc(9)
    assert.equal(own.value('a', { id: '0' }), 18)
    counter.labels({ id: 'z' }).inc()
    assert.equal(own.value('a', { id: 'z' }), undefined)
  })

  test('has room again for what another thread removes', async () => {
    const own = fresh()
    const counter = own.counter({ name: 'taken', maxSeries: 5 })
    for (let at = 0; at < 5; at++) counter.labels({ of: `another ${at}` }).inc()
    counter.labels({ of: 'x' }).inc()
    const worker = new Worker(path.join(__dirname, '../workers/removing.js'), {
      workerData: { id: own.collector.id, kind: 'counter', count: 3 },
    })
    await once(worker, 'exit')
    for (let at = 0; at < 5; at++) counter.labels({ of: `new ${at}` }).inc()
    const { counters } = own.snapshot()
    assert.equal(partsOf(counters, 'new').length, 3)
    assert.equal(counters['taken{of="…"}'], 3)
  })

  for (const kind of ['counter', 'gauge']) {
    test(`has all of its room again after reset(), also of a ${kind}`, () => {
      const own = fresh()
      const instrument = own[kind]({ name: 'a', maxSeries: 5 })
      const fill = () => {
        for (let at = 0; at < 5; at++) instrument.labels({ path: `/${at}`, method: 'GET' }).inc()
        const section = own.snapshot()[`${kind}s`]
        assert.deepEqual(section, Object.fromEntries(Object.keys(section).map((key) => [key, 1])))
        assert.equal(Object.keys(section).length, 5)
      }
      fill()
      instrument.labels({ path: '/5', method: 'GET' }).inc()
      instrument.reset()
      fill()
      own.collector.clear()
      fill()
    })
  }

  test('is empty after clear()', () => {
    const own = fresh()
    const counter = own.counter({ name: 'a', maxSeries: 5 })
    for (let round = 0; round < 3; round++) {
      for (let at = 0; at < 10; at++) counter.labels({ [`name ${round}`]: at }).inc()
      const { counters } = own.snapshot()
      assert.equal(Object.keys(counters).length, 6)
      assert.equal(counters[`a{name ${round}="…"}`], 5)
      own.collector.clear()
    }
    const [{ series }] = own.collector.cardinality()
    assert.equal(series, 0)
  })

  test('does not keep handles of gauges that are never set', async () => {
    const own = fresh()
    const gauge = own.gauge({ name: 'a', maxSeries: 1000 })
    const flood = () => {
      for (let at = 0; at < 200_000; at++) gauge.labels({ id: `${at}`.padStart(20, 'x') })
    }
    flood()
    await collectFully()
    const before = process.memoryUsage().heapUsed
    flood()
    await collectFully()
    const grown = process.memoryUsage().heapUsed - before
    assert.ok(grown < MB, `${grown / MB} MB`)
    assert.deepEqual(own.snapshot().gauges, {})
  })
})

describe('a million hostile', () => {
  const TIMES = 1_000_000

  const MOST_FLOODS = 4
  /** MB that the heap and the process may grow by. A gigabyte of texts goes by; Bun gives less of it back. */
  const FLAT = { heap: 2, rss: process.versions.bun ? 100 : 25 }

  /**
   * Floods until the process no longer grows: a runtime keeps memory of its own for a while, but a leak grows each time. The heap never
   * grows.
   * @param {() => void} flood
   * @returns {Promise<number>} how many floods it took
   */
  async function floodUntilFlat(flood) {
    flood()
    for (let floods = 2; ; floods++) {
      await collectFully()
      const before = process.memoryUsage()
      flood()
      await collectFully()
      const after = process.memoryUsage()
      const growth = { heap: (after.heapUsed - before.heapUsed) / MB, rss: (after.rss - before.rss) / MB }
      assert.ok(growth.heap < FLAT.heap, `the heap has grown by ${growth.heap} MB`)
      if (growth.rss < FLAT.rss) return floods
      assert.ok(floods < MOST_FLOODS, `the process grows each time, at last by ${growth.rss} MB`)
    }
  }

  test('label values take no more memory, and add up', async () => {
    const own = fresh()
    let value = 0
    const floods = await floodUntilFlat(() => {
      for (let at = 0; at < TIMES / 2; at++) own.inc('requests', 1, { path: `/hostile/${value++}`, status: at & 1 })
    })
    const { counters } = own.snapshot()
    assert.equal(Object.keys(counters).length, 10_002)
    assert.equal(sumOf(counters), (floods * TIMES) / 2)
    assert.equal(samples(own)['requests_total{path="…",status="1"}'], ((floods * TIMES) / 2 - 10_000) / 2)
  })

  test('names take no more memory, and add up', async () => {
    const own = fresh()
    let value = 0
    const floods = await floodUntilFlat(() => {
      for (let at = 0; at < TIMES / 4; at++) {
        own.inc(`name ${value++}`)
        own.observeMillis(`name ${value++}`, 1)
        own.inc(`name ${value++}`, 1, { path: 1 })
        own.time(`name ${value++}`, () => 1)
      }
    })
    const { counters, timings } = own.snapshot()
    const counts = Object.values(timings).map(({ count }) => count)
    assert.equal(sumOf(counters) + sumOf(counts), floods * TIMES)
    assert.ok(Object.keys(counters).length + counts.length <= 10_003)
    assert.ok(counters[`tallystick_overflow{${OVERFLOW}}`] > TIMES / 2)
  })

  test('names that have no room are recorded in a new family after theirs was unregistered', () => {
    const own = fresh({ maxSeries: 2 })
    const overflow = () => own.snapshot().counters[`tallystick_overflow{${OVERFLOW}}`]
    for (const name of ['a', 'b', 'c', 'd']) own.inc(name)
    assert.equal(overflow(), 2)
    assert.equal(own.unregister('tallystick_overflow'), true)
    assert.equal(overflow(), undefined)
    for (const name of ['e', 'f', 'c']) own.inc(name)
    assert.equal(overflow(), 3)
  })

  test('label names take no more memory, and add up', async () => {
    const own = fresh({ maxSeries: 100 })
    let value = 0
    const floods = await floodUntilFlat(() => {
      for (let at = 0; at < 20_000; at++) own.inc('a', 1, { [`name ${value++}`]: 1 })
    })
    assert.equal(sumOf(own.snapshot().counters), floods * 20_000)
  })

  test('megabytes take no more memory, and add up', async () => {
    const own = fresh()
    const megabyte = 'x'.repeat(MB)
    let value = 0
    const floods = await floodUntilFlat(() => {
      for (let at = 0; at < 200; at++) {
        own.inc('a', 1, { path: `${value}${megabyte}`, status: 200 })
        own.inc('b', 1, { path: `${megabyte}${value++}`, other: `${value}${megabyte}` })
        own.inc('c', 1, { [`${megabyte}${value}`]: 200 })
        own.inc(`${megabyte}${value}`)
        own
          .gauge('d')
          .labels({ path: `${megabyte}${value}` })
          .set(1)
      }
    })
    const { counters } = own.snapshot()
    assert.equal(sumOf(counters), floods * 4 * 200)
    const characters = Object.keys(counters).reduce((sum, { length }) => sum + length, 0)
    // each family, and the families themselves, have room for ten
    assert.ok(characters < 45 * MB, `${characters / MB} MB`)
    assert.equal(partsOf(own.snapshot().gauges, '…').length, 1)
  })
})

describe('threads', () => {
  test('share the room of a family, and find what others have', async () => {
    const own = fresh({ maxSeries: 500 })
    own.inc('flooded', 1, { path: '/known', status: 200 })
    const times = 5000
    const workers = Array.from(
      { length: 4 },
      (_, number) =>
        new Worker(path.join(__dirname, '../workers/flooding.js'), {
          workerData: { collector: own.collector.id, number, times },
        }),
    )
    await Promise.all(workers.map((worker) => once(worker, 'exit')))
    const { counters, timings } = own.snapshot()
    const flooded = Object.fromEntries(Object.entries(counters).filter(([key]) => key.startsWith('flooded')))
    assert.equal(flooded['flooded{path="/known",status="200"}'], 5)
    assert.equal(sumOf(flooded), 4 * times + 5)
    assert.equal(
      Object.values(timings).reduce((sum, { count }) => sum + count, 0),
      4 * times,
    )
    const series = Object.keys(flooded).length + Object.keys(timings).length
    assert.ok(series <= 500 + 2 * 51, `${series} series`)
    assert.equal(sumOf(counters), 2 * 4 * times + 5)
    const families = new Set(Object.keys(counters).map((key) => key.split('{')[0]))
    assert.ok(families.size <= 502, `${families.size} families`)
    // the room of ended threads is not lost
    own.collector.clear()
    for (let at = 0; at < 500; at++) own.inc('flooded', 1, { path: `/${at}`, status: 200 })
    assert.equal(partsOf(own.snapshot().counters, '…').length, 0)
  })

  test('that have ended give back the room they reserved, but once', async () => {
    const own = fresh()
    const counter = own.counter({ name: 'flooded', maxSeries: 100 })
    const workerData = { collector: own.collector.id, number: 0, times: 10 }
    await once(new Worker(path.join(__dirname, '../workers/flooding.js'), { workerData }), 'exit')
    for (let at = 0; at < 300; at++) counter.labels({ path: `/${at}`, status: 200 }).inc()
    const sets = Object.keys(own.snapshot().counters).filter((key) => key.startsWith('flooded{'))
    assert.equal(sets.filter((key) => !key.includes('…')).length, 100)
    await takeFull()
  })

  test('warn once, whichever is first', async () => {
    await takeFull()
    const own = fresh()
    own.counter({ name: 'flooded', maxSeries: 50 })
    const workers = Array.from(
      { length: 2 },
      (_, number) =>
        new Worker(path.join(__dirname, '../workers/flooding.js'), {
          workerData: { collector: own.collector.id, number, times: 100 },
          stderr: true,
        }),
    )
    const shown = await Promise.all(workers.map(async (worker) => (await worker.stderr.toArray()).join('')))
    const warnings = shown.join('').match(/counter "flooded" is full/g) ?? []
    // a worker of Bun does not print its warnings
    if (!process.versions.bun) assert.equal(warnings.length, 1, shown.join(''))
    own.inc('flooded', 1, { path: 'new', status: 200 })
    assert.deepEqual(await takeFull(), [])
  })
})

describe('maxSeries', () => {
  test('of a collector limits all its families together', async () => {
    await takeFull()
    const own = createMetrics(new Collector({ maxSeries: 30 }))
    for (let at = 0; at < 100; at++) {
      own.inc('one', 1, { id: at })
      own.inc('other', 1, { id: at })
    }
    const { counters } = own.snapshot()
    assert.equal(Object.keys(counters).length, 32)
    assert.equal(sumOf(counters), 200)
    assert.equal((await takeFull()).length, 2)
  })

  test('of a collector can be changed, also of a full one', () => {
    const own = fresh({ maxSeries: 2 })
    const record = () => {
      for (let at = 0; at < 100; at++) own.inc('a', 1, { id: at })
      return Object.keys(own.snapshot().counters).length
    }
    assert.equal(record(), 3)
    own.collector.setMaxSeries(50)
    assert.equal(record(), 51)
    own.collector.setMaxSeries(10)
    own.inc('a', 1, { id: 'new' })
    assert.equal(own.value('a', { id: 'new' }), undefined)
    own.collector.setMaxSeries(Infinity)
    assert.equal(record(), 101)
  })

  test('of a family goes before that of its collector', () => {
    const own = fresh({ maxSeries: Infinity })
    own.counter({ name: 'a', maxSeries: 3 })
    for (let at = 0; at < 20_000; at++) {
      if (at < 10) own.inc('a', 1, { id: at })
      own.inc('b', 1, { id: at })
    }
    assert.deepEqual(
      own.collector.cardinality().map(({ name, series, maxSeries }) => ({ name, series, maxSeries })),
      [
        { name: 'b', series: 20_000, maxSeries: Infinity },
        { name: 'a', series: 4, maxSeries: 3 },
      ],
    )
    assert.throws(() => own.counter({ name: 'a', maxSeries: 4 }), isConflict)
    assert.equal(own.counter({ name: 'a', maxSeries: 3 }), own.counter('a'))
  })

  test('is 10,000 by default', () => {
    const own = fresh()
    own.inc('a', 1, { id: 1 })
    assert.equal(own.collector.cardinality()[0].maxSeries, 10_000)
  })

  for (const wrong of [0, -1, 1.5, NaN, -Infinity, 2 ** 32 - 1, '5', null, 5n, {}]) {
    test(`is not ${typeof wrong === 'object' ? JSON.stringify(wrong) : typeof wrong} ${String(wrong)}`, () => {
      for (const make of [
        () => new Collector({ maxSeries: wrong }),
        () => fresh().collector.setMaxSeries(wrong),
        () => fresh().counter({ name: 'a', maxSeries: wrong }),
        () => fresh().timing({ name: 'a', maxSeries: wrong }),
      ]) {
        const error = thrownBy(make)
        assert.equal(error.code, 'ERR_TALLYSTICK_OPTIONS')
        assert.match(error.message, /maxSeries must be a whole number from 1/)
      }
    })
  }

  test('needs a value where it is set', () => {
    assert.equal(thrownBy(() => fresh().collector.setMaxSeries()).code, 'ERR_TALLYSTICK_OPTIONS')
  })
})

describe('cardinality()', () => {
  test('names the families with most series, and the labels with most values', () => {
    const own = fresh()
    for (let at = 0; at < 12; at++) own.inc('small', 1, { at: at >> 3 })
    for (let at = 0; at < 100; at++) own.observeMillis('large', 1, { status: at % 3, path: `/${at}` })
    own.counter({ name: 'full', maxSeries: 5 })
    for (let at = 0; at < 9; at++) own.inc('full', 1, { at })
    assert.deepEqual(own.collector.cardinality({ limit: 2 }), [
      {
        kind: 'timing',
        name: 'large',
        series: 100,
        maxSeries: 10_000,
        folded: 0,
        labels: [
          { name: 'path', values: 100 },
          { name: 'status', values: 3 },
        ],
      },
      { kind: 'counter', name: 'full', series: 6, maxSeries: 5, folded: 4, labels: [{ name: 'at', values: 5 }] },
    ])
    assert.equal(own.collector.cardinality().length, 3)
  })

  test('rejects other limits', () => {
    for (const limit of [0, 1.5, -1, '1', null, 1e7]) {
      assert.equal(thrownBy(() => fresh().collector.cardinality({ limit })).code, 'ERR_TALLYSTICK_OPTIONS')
    }
    assert.equal(thrownBy(() => fresh().collector.cardinality({ most: 1 })).code, 'ERR_TALLYSTICK_OPTIONS')
  })
})

test('texts have the hashes that Rust gives them', () => {
  for (const { text, times, hash } of vectors) assert.equal(hashOf(text.repeat(times)) >>> 0, hash, text)
})

test('a collector without room for a name times it without its labels', () => {
  const own = fresh({ maxSeries: 1 })
  own.observeMillis('a', 1)
  assert.equal(
    own.time('b', () => 5, { x: 1 }),
    5,
  )
  assert.equal(own.value('a').count, 1)
  const counts = Object.values(own.snapshot().timings).map(({ count }) => count)
  assert.deepEqual(counts, [1, 1])
})

test('a label getter that makes room gets a series of its own', async () => {
  const own = fresh()
  const counter = own.counter({ name: 'c', maxSeries: 20 })
  for (let at = 0; at < 20; at++) counter.labels({ b: `b${at}`, a: `a${at}` }).inc()
  for (let at = 0; at < 30; at++) counter.labels({ b: `y${at}`, a: `x${at}` }).inc()
  const labels = {
    b: 'new',
    get a() {
      counter.remove({ a: 'a0', b: 'b0' })
      return 'z'
    },
  }
  counter.labels(labels).inc(100)
  counter.labels({ b: 'other', a: 'z' }).inc(1000)
  const { counters } = own.snapshot()
  assert.equal(counters['c{a="z",b="new"}'], 100)
  assert.equal(counters['c{a="z"}'], undefined)
  assert.equal(sumOf(counters), 19 + 30 + 1100)
})

test('long names of labels take room as long values do', () => {
  const name = 'n'.repeat(1024)
  for (const kind of ['counter', 'histogram', 'gauge']) {
    const own = fresh()
    const instrument = own[kind]({ name: 'a', maxSeries: 10 })
    for (let at = 0; at < 1000; at++) {
      const handle = instrument.labels({ [name]: `v${at}` })
      if (kind === 'histogram') handle.observe(1)
      else handle.inc()
    }
    const [{ series, folded }] = own.collector.cardinality().filter((family) => family.name === 'a')
    assert.ok(series <= 6 && folded > 900, `${kind}: ${series}, ${folded}`)
  }
})

test('handles of folded series that were removed do not overdraw their room', () => {
  const own = fresh()
  const counter = own.counter({ name: 'c', maxSeries: 10 })
  for (let at = 0; at < 20; at++) counter.labels({ a: at, b: 0 }).inc()
  const handles = []
  for (let at = 0; at < 200; at++) {
    handles.push(counter.labels({ a: `x${at}`, b: at }))
    counter.remove({ a: '…', b: at })
  }
  for (const handle of handles) handle.inc()
  const { counters } = own.snapshot()
  // the first ten that were folded are removed
  assert.equal(sumOf(counters), 210)
  assert.ok(Object.keys(counters).length <= 21, `${Object.keys(counters).length}`)
})
