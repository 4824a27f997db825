// What the page computes from the server's history: columns, heatmaps, changes of timings, the state of threads, and files.

import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, test } from 'node:test'
import { gridOf, Heat, valueAt } from '../../src/data/heat.ts'
import { History, meansOf, perSecond } from '../../src/data/history.ts'
import { OverviewData, PANELS, THREAD_PANELS, threadKeys, verdictOf } from '../../src/data/overview.ts'
import { csvOf, fileName, jsonOf } from '../../src/data/saving.ts'
import { sorted, timingsOf, titleOf } from '../../src/data/timings.ts'
import { fieldLabel, fieldValue } from '../../src/format/field-labels.ts'
import { Formats } from '../../src/format/formats.ts'
import { english } from '../../src/text/english.ts'

const require = createRequire(import.meta.url)
const server = require('../../../lib/pool/overview')

const series = (of, columns, labels = {}) => ({ of, name: 'x', kind: 'counter', labels, merged: 1, ...columns })
const answer = (times, all) => ({ latest: times.at(-1) ?? null, times, seconds: times.map(() => 1), series: all })

describe('a history', () => {
  test('is continued by later answers, also of series that come and go', () => {
    const history = new History(['a'])
    history.apply(answer([1000, 2000], [series(0, { counts: [1, 2] }, { a: 'x' })]))
    assert.equal(history.after, 2000)
    history.apply(answer([3000], [series(0, { counts: [7] }, { a: 'y' })]))
    // an answer that repeats an interval adds nothing twice
    history.apply(answer([3000, 4000], [series(0, { counts: [9, 4] }, { a: 'x' })]))
    assert.deepEqual(
      history.series(0).map(({ labels, columns }) => [labels.a, columns.counts]),
      [
        ['x', [1, 2, null, 4]],
        ['y', [null, null, 7, null]],
      ],
    )
    const rows = history.rows([[history.series(0)[0].columns.counts, perSecond]])
    assert.deepEqual([...rows.columns()[0]], [1, 2, 3, 4])
    assert.deepEqual([...rows.columns()[1]], [1, 2, Number.NaN, 4])
  })

  test('of merged series goes on when a further series, with fewer common labels, is merged', () => {
    const history = new History(['thread'])
    history.apply(
      answer([1000], [series(0, { counts: [1], key: 'x{route="/"}#counter' }, { thread: '1', route: '/' })]),
    )
    history.apply(answer([2000], [series(0, { counts: [5] }, { thread: '1' })]))
    assert.deepEqual(
      history.series(0).map(({ key, labels, columns }) => [key, labels, columns.counts]),
      [[undefined, { thread: '1' }, [1, 5]]],
    )
  })

  test('has the mean of each interval with values', () => {
    assert.deepEqual(meansOf({ columns: { sums: [6, null, 0, 1], counts: [3, 2, 0, null] } }), [2, null, null, null])
    assert.equal(meansOf({ columns: {} }), undefined)
  })

  test('is forgotten after an hour', () => {
    const history = new History(['a'])
    history.apply(answer([1000], [series(0, { counts: [1] }, { a: 'old' })]))
    history.apply(answer([3_602_000], [series(0, { counts: [2] }, { a: 'new' })]))
    assert.deepEqual([history.times, history.series(0).map(({ labels }) => labels.a)], [[3_602_000], ['new']])
  })
})

describe('a heatmap', () => {
  const heat = new Heat()
  const cells = {
    ranges: [
      [0, 0],
      [1, 2],
      [512, 1024],
    ],
    counts: [
      [1, 5],
      [2, 3],
      [0, 1],
    ],
  }
  heat.apply([1000, 2000, 3000], cells, 0)

  test('has its cells at their times and values, the lowest row first', () => {
    const grid = gridOf(heat, 0, 3000, 3, 10)
    assert.deepEqual([grid.low, grid.high, grid.hasZeros], [1, 1024, true])
    const filled = (column) =>
      Array.from({ length: 10 }, (_, row) => grid.counts[column * 10 + row]).flatMap((count, row) =>
        count > 0 ? [row] : [],
      )
    assert.deepEqual([filled(0), filled(1), filled(2)], [[0], [9], [0]])
    const sum = grid.counts.reduce((all, count) => all + count, 0)
    assert.ok(Math.abs(sum - 9) < 1e-9, `${sum}`)
  })

  test('has a scale of numbers also if no value is positive, or if there is none', () => {
    const zeros = new Heat()
    zeros.apply([1000], { ranges: [[0, 0]], counts: [[0, 4]] }, 0)
    const grid = gridOf(zeros, 0, 1000, 1, 10)
    assert.deepEqual([grid.low, grid.high, grid.hasZeros, grid.most], [0, 0, true, 4])
    assert.deepEqual([grid.counts[0], valueAt(grid, 0), valueAt(grid, 10)], [4, 0, 0])
    const { low, high } = gridOf(new Heat(), 0, 1000, 1, 10)
    assert.deepEqual([low, high], [0, 0])
  })

  test('has the distribution of a time', () => {
    assert.deepEqual(heat.distribution(0, 2000), [
      [1, 2, 5],
      [512, 1024, 3],
    ])
    assert.deepEqual(heat.distribution(2000, 9000), [[0, 0, 1]])
  })
})

describe('timings side by side', () => {
  const span = (count, p99) => ({ seconds: 300, count, sum: 1, p50: 1, p99, max: p99 })
  const route = (path) => ({ 'http.request.method': 'GET', 'http.route': path })
  const timing = (of, labels, recent, before, more = {}) => ({
    of,
    name: 'http.server.request.duration',
    kind: 'timing',
    labels,
    merged: 2,
    recent,
    before,
    ...more,
  })
  const timings = timingsOf({
    ...answer([], []),
    series: [
      timing(0, route('/a'), span(100, 900), span(1000, 90)),
      timing(0, route('/b"x'), span(100, 10), span(1000, 20)),
      timing(0, route('/few'), span(3, 900), span(1000, 1)),
      timing(1, route('/a'), span(7, 1), { seconds: 300 }),
      timing(2, route('/a'), span(100, 900), span(1000, 90), { key: 'of the family above' }),
      timing(2, {}, span(9, 1), span(9, 1), { name: 'db.query', key: 'db.query#timing' }),
    ],
  })

  test('have errors, and by what factor they changed, if there are enough values', () => {
    assert.deepEqual(
      timings.map(({ name, errors, factor, isRoute }) => [name, errors, factor, isRoute]),
      [
        ['GET /a', 7, 10, true],
        ['GET /b"x', 0, 0.5, true],
        ['GET /few', 0, undefined, true],
        ['db.query', 0, 1, false],
      ],
    )
  })

  test('are sorted by the size of the change in either direction', () => {
    assert.deepEqual(
      sorted(timings, 'change', true).map(({ name }) => name),
      ['GET /a', 'GET /b"x', 'db.query', 'GET /few'],
    )
    assert.deepEqual(sorted(timings, 'errors', true)[0].name, 'GET /a')
  })

  test('have keys that lead to all requests of the route, and a title from those', () => {
    const [, quoted] = timings
    assert.equal(quoted.key, 'http.server.request.duration{http.request.method="GET",http.route="/b\\"x",*}#timing')
    assert.equal(titleOf(quoted.key), 'GET /b"x')
    assert.equal(titleOf('db.query#timing'), 'db.query')
  })
})

describe('the patterns of the overview', () => {
  const REQUESTS = 'http.server.request.duration'
  /** The key at each position. */
  const named = (positions, keys) => Object.fromEntries(Object.entries(positions).map(([name, at]) => [name, keys[at]]))
  const ofThreads = {
    lag: 'p_nodejs_eventloop_lag_seconds{*}#gauge',
    utilization: 'p_nodejs_eventloop_utilization_histogram{*}#histogram',
    heap: 'p_nodejs_heap_size_used_bytes{*}#gauge',
    gc: 'p_nodejs_gc_duration{*}#timing',
    cpu: 'p_nodejs_thread_cpu_seconds_total{*}#counter',
  }

  test('are where the server has them', () => {
    const { cpu: threadCpu, ...others } = ofThreads
    assert.deepEqual(named(PANELS, server.chartKeys('p_')), {
      requests: `${REQUESTS}{*}#timing`,
      errors: `${REQUESTS}{error.type=*,*}#timing`,
      cpu: 'p_process_cpu_seconds_total{*}#counter',
      rss: 'p_process_resident_memory_bytes{*}#gauge',
      ...others,
      threadCpu,
    })
    assert.deepEqual(named(THREAD_PANELS, server.threadKeys('p_')), ofThreads)
  })

  test('of one thread are those of all threads with its label', () => {
    const labelled = (labels) => server.threadKeys('p_').map((key) => key.replace('{*}', labels))
    assert.deepEqual(threadKeys('p_', '7'), labelled('{thread="7",*}'))
    assert.deepEqual(threadKeys('p_', ''), labelled('{thread="",*}'))
  })
})

describe('the threads of the overview', () => {
  const gauge = (thread, value) => series(0, { values: [value] }, thread === '' ? {} : { thread })
  const cpu = ([thread, counts]) => series(4, { counts }, { thread })
  const body = (lags, tracked = [], cpus = {}, seconds = [1]) => ({
    pool: false,
    collector: true,
    uptime: 1,
    timestamp: '',
    tracked,
    threads: {
      latest: 100_000,
      times: [100_000],
      seconds,
      series: [...Object.entries(lags).map(([thread, lag]) => gauge(thread, lag)), ...Object.entries(cpus).map(cpu)],
    },
  })
  const tracked = (thread, seconds) => ({ thread, id: `w${thread}`, app: 'shop', task: 'pay', seconds })

  test('begin with the stuck ones, with since when and what they do', () => {
    const data = new OverviewData()
    data.apply(body({ '': 0.01, 10: 0.01, 9: 12 }, [tracked('9', 12.5), tracked('10', null)]))
    const threads = data.threads()
    assert.deepEqual(
      threads.map(({ thread, stuckSince }) => [thread, stuckSince]),
      [
        ['9', 88_000],
        ['', undefined],
        ['10', undefined],
      ],
    )
    assert.deepEqual(threads[0].busy, { id: 'w9', app: 'shop', task: 'pay', seconds: 12.5 })
    assert.deepEqual(verdictOf(data.present(), threads), { level: 'full', reason: 'stuck' })
  })

  test('are not stuck while they wait for a task without their event loop, as Piscina makes them', () => {
    const data = new OverviewData()
    data.apply(body({ 4: 30 }, [tracked('4', null)]))
    assert.equal(data.threads()[0].stuckSince, 70_000, 'it may have become idle just now')
    data.apply(body({ 4: 30 }, [tracked('4', null)]))
    assert.deepEqual(
      [data.threads()[0].stuckSince, data.threads()[0].isWaiting, data.present().lag],
      [undefined, true, undefined],
    )
  })

  test('that take no CPU time wait, and others are stuck, whether they are tracked or not', () => {
    const data = new OverviewData()
    const cpus = { 4: [1, 0.001], 5: [0, 0.9], 6: [0, 0], 7: [1, 1] }
    data.apply(body({ 4: 30, 5: 30, 6: 30, 7: 30 }, [tracked('6', 30), tracked('7', null)], cpus, [1, 1]))
    data.apply(data.latest)
    assert.deepEqual(
      data.threads().map(({ thread, isWaiting, stuckSince, cpu }) => [thread, isWaiting, stuckSince, cpu]),
      [
        ['5', false, 70_000, 0.45],
        ['6', false, 70_000, 0],
        ['7', false, 70_000, 1],
        ['4', true, undefined, 0.5005],
      ],
    )
  })

  test('include the main thread, which never waits', () => {
    const data = new OverviewData()
    data.apply(body({ '': 30 }, [], { '': [0] }))
    assert.equal(data.threads()[0].stuckSince, 70_000)
  })

  test('decide with errors and lag whether the app is well', () => {
    const present = { requests: 1, p50: 1, p99: 1, errorShare: 0, lag: 0, cpu: 0, rss: 0 }
    const verdict = (changes) => Object.values(verdictOf({ ...present, ...changes }, [])).join(' ')
    assert.equal(verdict({}), 'calm well')
    assert.equal(verdict({ errorShare: 0.01 }), 'strained failing')
    assert.equal(verdict({ errorShare: 0.2 }), 'full failing')
    assert.equal(verdict({ lag: 0.2 }), 'strained slow')
    assert.equal(verdict({ errorShare: undefined, lag: undefined }), 'calm well')
    const data = new OverviewData()
    data.apply(body({ '': 0.01, 1: 0.5 }))
    // a worker that computes is no reason to worry
    assert.equal(verdictOf(data.present(), data.threads()).reason, 'well')
    data.apply(body({ '': 0.2, 1: 0.5 }))
    assert.equal(verdictOf(data.present(), data.threads()).reason, 'slow')
  })
})

describe('a saved file', () => {
  const history = new History()
  history.apply(answer([1000, 2000], [series(0, { counts: [1, null] })]))
  const rows = history.rows([[history.series(0)[0].columns.counts], [[2.5, 3]]])

  test('has all rows and columns as CSV, in which no name is a formula or a second column', () => {
    assert.equal(
      csvOf({ names: ['=cmd()', 'a "b", c'], rows }),
      'time,\'=cmd(),"a ""b"", c"\r\n1970-01-01T00:00:01.000Z,1,2.5\r\n1970-01-01T00:00:02.000Z,,3\r\n',
    )
  })

  test('has them as JSON', () => {
    assert.deepEqual(JSON.parse(jsonOf({ names: ['a', 'b'], rows })), [
      { time: '1970-01-01T00:00:01.000Z', a: 1, b: 2.5 },
      { time: '1970-01-01T00:00:02.000Z', a: null, b: 3 },
    ])
  })

  test('has a name without separators', () => {
    assert.equal(fileName('../a/ação "x"', 'csv'), 'a-ação-x.csv')
    assert.equal(fileName('///', 'png'), 'chart.png')
  })
})

test('fields that a pool adds have labels that people read, and their values units', () => {
  const formats = new Formats('en-GB')
  const label = (name) => fieldLabel(name, (text) => english[text])
  for (const [name, expected, value, shown] of [
    ['busySecondsTotal', 'Busy time', 12.5, '12.5 s'],
    ['busySecondsTotal', 'Busy time', 3700, '1 h 1 min'],
    ['queueSize', 'Queued', 1200, '1,200'],
    ['ephemeralQueueDepth', 'Ephemeral queue depth', 3, '3'],
    ['cpuTimeMs', 'Cpu time', 1500, '1.5 s'],
    ['heap_used_bytes', 'Heap used', 2048, '2.0 KiB'],
    ['HTTPErrorsTotal', 'HTTP errors', 5, '5'],
    ['hitRatio', 'Cache hit ratio', 0.25, '25%'],
    ['toString', 'To string', 1, '1'],
    ['total', 'Total', 1, '1'],
  ]) {
    assert.deepEqual([label(name), fieldValue(name, value, formats)], [expected, shown], name)
  }
})
