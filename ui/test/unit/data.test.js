// The page's logic without a page: from readings to what is drawn.

import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { binsOf } from '../../src/data/bins.ts'
import { streamable } from '../../src/data/keys.ts'
import { level } from '../../src/data/level.ts'
import { PoolHistory } from '../../src/data/pool-history.ts'
import { Rate } from '../../src/data/rates.ts'
import { KEPT_SECONDS, Ring, spanOf } from '../../src/data/ring.ts'
import { sceneOf, scenePrefixes } from '../../src/data/scenes.ts'
import { reportedColumns, selected } from '../../src/data/selection.ts'
import { SeriesHistory } from '../../src/data/series-history.ts'
import { paired } from '../../src/data/spans.ts'
import { Trace } from '../../src/data/trace.ts'
import { Updates } from '../../src/data/updates.ts'
import { Workers } from '../../src/data/workers.ts'

const columnsOf = (ring) => ring.columns().map((column) => [...column])

describe('a ring', () => {
  test('has its rows in the order of time, also after it has wrapped around', () => {
    const ring = new Ring(1)
    for (let time = 1; time <= 5000; time++) ring.push(time, [10 * time])
    const [times, values] = columnsOf(ring)
    assert.deepEqual([times[0], times.at(-1)], [5000 - KEPT_SECONDS, 5000])
    assert.ok(times.every((time, at) => values[at] === 10 * time && time === times[0] + at))
  })

  test('keeps only the latest value of rows that come faster than they are drawn', () => {
    const ring = new Ring(1)
    for (let at = 0; at <= 100_000; at++) ring.push(at / 100, [at])
    assert.ok(ring.length <= KEPT_SECONDS / 0.2)
    assert.equal(ring.at(1, ring.length - 1), 100_000)
    assert.ok(ring.at(0, 0) >= 1000 - KEPT_SECONDS)
  })

  test('is cleared when the clock is set back', () => {
    const ring = new Ring(1)
    for (const time of [10, 20, 5]) ring.push(time, [time])
    assert.deepEqual(columnsOf(ring), [[5], [5]])
  })

  test('has a gap where a row has no number', () => {
    const ring = new Ring(2)
    ring.push(1, [7])
    assert.ok(Number.isNaN(ring.at(2, 0)) && Number.isNaN(ring.at(1, 1)))
  })
})

test('a chart shows at least a minute, up to the latest reading', () => {
  assert.deepEqual(spanOf([]).map(Number.isFinite), [true, true])
  assert.deepEqual(spanOf([1000]), [940, 1000])
  assert.deepEqual(spanOf([1000, 1100]), [1000, 1100])
})

describe('updates of a view', () => {
  const { requestAnimationFrame, cancelAnimationFrame, setTimeout, clearTimeout } = globalThis
  const { now: realNow } = performance
  let now
  let frames
  let timers
  let drawn
  let updates

  beforeEach(() => {
    now = 0
    frames = []
    timers = []
    drawn = []
    updates = new Updates()
    updates.subscribe(() => drawn.push(now))
    performance.now = () => now
    globalThis.requestAnimationFrame = (frame) => frames.push(frame)
    globalThis.cancelAnimationFrame = () => frames.splice(0)
    globalThis.setTimeout = (run, millis) => timers.push({ run, at: now + millis })
    globalThis.clearTimeout = () => timers.splice(0)
  })

  afterEach(() => {
    performance.now = realNow
    Object.assign(globalThis, { requestAnimationFrame, cancelAnimationFrame, setTimeout, clearTimeout })
  })

  /** Advances to a time, and runs everything that is due. */
  function go(to) {
    now = to
    const due = timers.filter(({ at }) => at <= now)
    timers = timers.filter(({ at }) => at > now)
    for (const { run } of due) run()
    for (const frame of frames.splice(0)) frame()
  }

  test('come at most once a frame, each with another version', () => {
    for (const time of [10, 20]) {
      updates.request()
      updates.request()
      go(time)
    }
    assert.deepEqual(drawn, [10, 20])
    assert.equal(updates.version(), 2)
  })

  test('wait for the chosen pace, and no longer once a faster one is chosen', () => {
    updates.pace = 1000
    updates.request()
    go(10)
    updates.request()
    go(900)
    assert.deepEqual(drawn, [10])
    go(1010)
    assert.deepEqual(drawn, [10, 1010])
    updates.request()
    updates.pace = 0
    go(1020)
    assert.deepEqual(drawn, [10, 1010, 1020])
    updates.request()
    updates.cancel()
    go(5000)
    assert.deepEqual(drawn, [10, 1010, 1020])
  })

  test('do not reach a listener that has unsubscribed', () => {
    const unsubscribe = updates.subscribe(() => assert.fail('called'))
    unsubscribe()
    updates.request()
    go(10)
    assert.deepEqual(drawn, [10])
  })
})

test('a rate covers some seconds, and starts over with its worker', () => {
  const rate = new Rate(0, 100)
  const reported = [
    [1, 110],
    [2, 120],
    [4, 120],
    [5, 3],
    [7, 23],
  ].map(([time, count]) => {
    rate.read(time, count)
    return rate.perSecond
  })
  assert.deepEqual(reported, [undefined, 10, 0, 0, 10])
})

test('the thresholds of a level are 60, 80 and 100 %', () => {
  const levels = [0, 0.59, 0.6, 0.79, 0.8, 0.99, 1, 1.5].map(level)
  assert.deepEqual(levels, ['calm', 'calm', 'busy', 'busy', 'strained', 'strained', 'full', 'full'])
})

test('a pool without readings for a while has a gap in its history', () => {
  const history = new PoolHistory()
  const pool = { size: 4, active: 1, idle: 3, creating: 0, total: 4, utilization: 0.25 }
  history.read(pool, '2026-01-01T00:00:00.000Z', 5)
  history.read(pool, '2026-01-01T00:00:01.000Z', 6)
  history.read(pool, '2026-01-01T00:01:00.000Z')
  assert.deepEqual(columnsOf(history.ring)[1], [0.25, 0.25, Number.NaN, 0.25])
  assert.equal(history.latest.uptime, 65)
})

test('a pool with infrequent readings has no gaps in its history', () => {
  const history = new PoolHistory()
  const pool = { size: 4, active: 1, idle: 3, creating: 0, total: 4, utilization: 0.25 }
  for (const minute of ['00', '01', '02', '09']) history.read(pool, `2026-01-01T00:${minute}:00.000Z`, 5)
  assert.deepEqual(columnsOf(history.ring)[1], [0.25, 0.25, 0.25, Number.NaN, 0.25])
})

test('the history of a pool that does not know which workers are busy has the ready ones', () => {
  const history = new PoolHistory()
  history.read({ size: 3, creating: 1, total: 3 }, '2026-01-01T00:00:00.000Z', 5)
  const { NaN: unknown } = Number
  assert.deepEqual(columnsOf(history.ring).slice(1), [[unknown], [unknown], [unknown], [1], [2]])
})

const event = (full, seconds, workers, gone = []) => ({
  full,
  workers,
  gone,
  pool: {},
  timestamp: new Date(seconds * 1000).toISOString(),
})

describe('workers', () => {
  test('are updated by changes, with requests per second', () => {
    const workers = new Workers()
    workers.apply(event(true, 100, [{ id: 'w1', requests: 0, uptime: 40 }, { id: 'w2' }]))
    workers.apply(event(false, 102, [{ id: 'w1', requests: 30, uptime: 42 }], ['w2']))
    assert.deepEqual(
      workers.list().map(({ id, requests, rate, started }) => [id, requests, rate, started]),
      [['w1', 30, 15, 60]],
    )
    workers.apply(event(false, 105, []))
    assert.equal(workers.get('w1').rate, 0)
    workers.apply(event(true, 106, [{ id: 'w3' }]))
    assert.deepEqual(
      workers.list().map(({ id }) => id),
      ['w3'],
    )
  })

  test('are sorted by any column, with numbers in names as numbers and missing values last', () => {
    const workers = new Workers()
    workers.apply(
      event(true, 100, [
        { id: 'w10', app: 'b', state: 'idle', requests: 5, memory: { rss: 1 } },
        { id: 'w9', app: 'a', state: 'active' },
        { id: 'w1', app: 'A', state: 'active', requests: 7, uptime: 3 },
      ]),
    )
    const ids = (selection) =>
      selected(workers.list(), { text: '', state: '', sort: 'id', isDescending: false, ...selection }).map(
        ({ id }) => id,
      )
    assert.deepEqual(ids({}), ['w1', 'w9', 'w10'])
    assert.deepEqual(ids({ isDescending: true }), ['w10', 'w9', 'w1'])
    assert.deepEqual(ids({ sort: 'requests' }), ['w10', 'w1', 'w9'])
    assert.deepEqual(ids({ sort: 'requests', isDescending: true }), ['w1', 'w10', 'w9'])
    assert.deepEqual(ids({ sort: 'rss' }), ['w10', 'w1', 'w9'])
    assert.deepEqual(ids({ sort: 'state' }), ['w1', 'w9', 'w10'])
    assert.deepEqual(ids({ text: 'a' }), ['w1', 'w9'])
    assert.deepEqual(ids({ text: 'W1', state: 'idle' }), ['w10'])
  })
})

test('the columns are the fields that at least one worker has', () => {
  const workers = new Workers()
  workers.apply(
    event(true, 100, [
      { id: 'w1', uptime: 3 },
      { id: 'w2', requests: 1, memory: { rss: 1 } },
    ]),
  )
  assert.deepEqual(reportedColumns(workers.list()), ['id', 'state', 'requests', 'rate', 'uptime', 'rss'])
  assert.deepEqual(reportedColumns([]), ['id', 'state'])
})

test('a series that did not change keeps its value, and one that is gone disappears', () => {
  const history = new SeriesHistory()
  const counter = { key: 'a#counter', kind: 'counter', name: 'a', labels: {}, value: 1, rate: 2 }
  const at = (seconds) => new Date(seconds * 1000).toISOString()
  history.apply({ full: true, series: [counter], gone: [], timestamp: at(1) }, ['a#counter', 'b#gauge'])
  history.apply({ full: false, series: [], gone: [], timestamp: at(2) }, ['a#counter', 'b#gauge'])
  assert.deepEqual(columnsOf(history.ring('a#counter')), [
    [1, 2],
    [2, 2],
  ])
  assert.equal(history.ring('b#gauge'), undefined)
  history.apply({ full: false, series: [], gone: ['a#counter'], timestamp: at(3) }, ['a#counter'])
  assert.equal(history.get('a#counter'), undefined)
})

test('the number of remembered series is bounded', () => {
  const history = new SeriesHistory()
  for (let page = 0; page < 20; page++) {
    const series = Array.from({ length: 100 }, (_, at) => ({ key: `${page}-${at}`, kind: 'gauge', value: 1 }))
    history.apply(
      { full: true, series, gone: [], timestamp: new Date(page).toISOString() },
      series.map(({ key }) => key),
    )
  }
  assert.equal(history.list().length, 300)
  assert.equal(history.ring('19-99').length, 1)
})

describe('a trace', () => {
  const events = (...seqs) => seqs.map((seq) => ({ seq, time: seq, name: 'e', fields: {} }))

  test('has each event once, however often it is received', () => {
    const trace = new Trace()
    trace.apply({ seq: 2, missed: 0, events: events(1, 2) })
    trace.apply({ seq: 4, missed: 0, events: events(1, 2, 3, 4) })
    trace.apply({ seq: 7, missed: 0, events: events(7) })
    assert.deepEqual(
      trace.events.map(({ seq }) => seq),
      [1, 2, 3, 4, 7],
    )
    assert.equal(trace.missed, 2)
  })

  test('starts over with its server, and is bounded', () => {
    const trace = new Trace()
    trace.apply({ seq: 900, missed: 0, events: events(899, 900) })
    trace.apply({ seq: 1, missed: 0, events: events(1) })
    assert.deepEqual(
      trace.events.map(({ seq }) => seq),
      [1],
    )
    trace.apply({ seq: 3001, missed: 0, events: events(...Array.from({ length: 3000 }, (_, at) => at + 2)) })
    assert.equal(trace.events.length, 1000)
  })

  test('has spans from begins and ends, by name and id', () => {
    const reported = [
      ['job.begin', { id: '1' }],
      ['job.begin', { id: '2' }],
      ['other', {}],
      ['job.end', { id: '1' }],
      ['load.start', {}],
      ['load.done', {}],
      ['job.end', { id: '3' }],
    ].map(([name, fields], at) => ({ seq: at + 1, time: at, name, fields }))
    const { spans, single } = paired(reported)
    assert.deepEqual(
      spans.map(({ name, begin, end }) => [name, begin.seq, end.seq]),
      [
        ['job', 1, 4],
        ['load', 5, 6],
      ],
    )
    assert.deepEqual(
      single.map(({ seq }) => seq),
      [2, 3, 7],
    )
  })
})

test('a scene is found by its series and shows them', () => {
  const counter = (name, value) => ({ name, kind: 'counter', value })
  const timing = (name, sum) => ({ name, kind: 'timing', sum })
  const series = [
    counter('main.loopTicks', 60),
    counter('main.renderAll.calls', 9),
    counter('main.renderAll.reason.loop', 2),
    counter('main.renderAll.reason.touch', 7),
    timing('main.renderAll', 3),
    timing('main.tile.A', 1),
    timing('main.tile.B', 2),
    counter('http.requests', 3),
  ]
  assert.deepEqual(scenePrefixes(series), ['main'])
  const { frames, rebuilds, reasons, tiles } = sceneOf('main', series)
  assert.deepEqual([frames.value, rebuilds.value], [60, 9])
  assert.deepEqual(
    reasons.map(({ name }) => name),
    ['touch', 'loop'],
  )
  assert.deepEqual(
    tiles.map(({ name }) => name),
    ['B', 'A'],
  )
})

test('bins contain every value of a distribution once', () => {
  const cells = Array.from({ length: 300 }, (_, at) => [1.05 ** at, 1.05 ** (at + 1), at])
  const bins = binsOf(cells)
  assert.equal(bins.length, 40)
  assert.equal(
    bins.reduce((sum, { count }) => sum + count, 0),
    (299 * 300) / 2,
  )
  assert.ok(bins.every(({ from, to }, at) => from < to && (at === 0 || Math.abs(from - bins[at - 1].to) < 1e-9 * from)))
  assert.deepEqual(binsOf([]), [])
  assert.deepEqual(binsOf([[0, 0, 5]]), [{ from: 0, to: 0, count: 5 }])
})

test('a stream requests no more keys than it accepts', () => {
  assert.deepEqual(streamable(['b', 'a', 'b']), ['a', 'b'])
  assert.equal(streamable(Array.from({ length: 500 }, (_, at) => `k${at}`)).length, 100)
  assert.deepEqual(streamable(['x'.repeat(10_000), 'y']), ['y'])
})
