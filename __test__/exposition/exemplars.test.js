'use strict'

// Exemplars: which recordings have one, where it is exposed, and that none of them can harm a recording.

const assert = require('node:assert/strict')
const { AsyncLocalStorage } = require('node:async_hooks')
const { spawnSync } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const path = require('node:path')
const { describe, test } = require('node:test')
const { setImmediate: turn } = require('node:timers/promises')
const { Worker } = require('node:worker_threads')
const api = require('@opentelemetry/api')
const { Collector, createMetrics, openTelemetryExemplars } = require('../..')
const { textOf } = require('../support/exposition-samples')
const { takeWarnings } = require('../support/warnings')

const usual = path.join(__dirname, '..', '..', 'target', 'venv', 'bin', 'python')
const python = process.env.TALLYSTICK_PYTHON || (fs.existsSync(usual) ? usual : undefined)
const withPython = { skip: python ? false : 'there is no Python with prometheus_client: run `npm test -- python`' }

const openMetrics = 'application/openmetrics-text;version=1.0.0'
const protobuf = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited'

/** @param {import('../..').ExemplarSource} [exemplars] */
function create(exemplars) {
  return createMetrics(new Collector({ exemplars }))
}

/** The exemplars of an exposition, by sample: labels and value. @param {import('../..').Metrics} own */
function exemplarsOf(own) {
  const lines = textOf(own.prometheusSync({ accept: openMetrics }).body).split('\n')
  const found = lines.flatMap((line) => {
    const [, sample, labels, value, time] = /^(.*) \S+ # (\{.*\}) (\S+) (\d+(?:\.\d{1,3})?)$/.exec(line) ?? []
    if (sample === undefined) return []
    assert.ok(Math.abs(Number(time) - Date.now() / 1000) < 60, `${time} is now`)
    return [[sample, `${labels} ${value}`]]
  })
  return Object.fromEntries(found)
}

/** @param {string} program of __test__/exposition @param {string[]} args @param {Uint8Array} input */
function read(program, args, input) {
  const file = path.join(__dirname, program)
  const { status, stdout, stderr } = spawnSync(String(python), [file, ...args], { input, encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout)
}

const trace = (/** @type {unknown} */ id) => ({ exemplar: { trace_id: id } })

describe('the exemplar of a recording', () => {
  test('stands at its counter, with value and time', () => {
    const own = create()
    own.counter('jobs').inc(3, trace('a'))
    own.counter('jobs').labels({ of: 'x' }).inc(undefined, trace('b'))
    own.inc('by.name', 2, null, trace('c'))
    own.inc('by.name', 2, { of: 'y' }, trace('d'))
    assert.deepEqual(exemplarsOf(own), {
      jobs_total: '{trace_id="a"} 3',
      'jobs_total{of="x"}': '{trace_id="b"} 1',
      by_name_total: '{trace_id="c"} 2',
      'by_name_total{of="y"}': '{trace_id="d"} 2',
    })
    assert.equal(own.value('jobs'), 3)
    assert.equal(own.value('by.name', { of: 'y' }), 2)
  })

  test('stands at its bucket, in the unit of the exposition', () => {
    const own = create()
    own.timing({ name: 'run', buckets: [1, 2.5, 5] }).observeMillis(2.4, trace('a'))
    own.timing('run').observeNanos(2_600_000n, trace('b'))
    own.timing('run').observeMillis(1e6, trace('c'))
    own.observeMillis('run', 0, undefined, trace('d'))
    own.observeNanos('run', 1e6, { of: 'x' }, trace('on the bound'))
    own.histogram({ name: 'size', buckets: [-1, 0, 10] }).observe(-1, trace('e'))
    own.observe('size', 10.5, null, trace('f'))
    assert.deepEqual(exemplarsOf(own), {
      'run_seconds_bucket{le="0.001"}': '{trace_id="d"} 0',
      'run_seconds_bucket{le="0.0025"}': '{trace_id="a"} 0.0024',
      'run_seconds_bucket{le="0.005"}': '{trace_id="b"} 0.0026',
      'run_seconds_bucket{le="+Inf"}': '{trace_id="c"} 1000',
      'run_seconds_bucket{of="x",le="0.001"}': '{trace_id="on the bound"} 0.001',
      'size_bucket{le="-1.0"}': '{trace_id="e"} -1',
      'size_bucket{le="+Inf"}': '{trace_id="f"} 10.5',
    })
  })

  test('is the latest of its bucket, also when a reading has other buckets', () => {
    const own = create()
    for (const id of ['first', 'later']) own.timing('run').observeMillis(3, trace(id))
    own.timing('run').observeMillis(7, trace('of another'))
    const { body } = own.prometheusSync({ accept: openMetrics, buckets: [4, 8] })
    const at = (/** @type {string} */ le) => textOf(body).match(`run_seconds_bucket{le="${le}"} \\d # {(.*)}`)?.[1]
    assert.deepEqual([at('0.004'), at('0.008')], ['trace_id="later"', 'trace_id="of another"'])
    assert.equal(at('\\+Inf'), undefined)
  })

  test('of every default bucket is kept', () => {
    const own = create()
    const bounds = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 1e5]
    for (const bound of bounds) own.timing('run').observeMillis(bound, trace(bound))
    assert.deepEqual(
      Object.values(exemplarsOf(own)),
      bounds.map((bound) => `{trace_id="${bound}"} ${bound / 1000}`),
    )
  })

  test('comes with a timed function, and with the end of a timer', async () => {
    const own = create()
    const timing = own.timing('run')
    assert.equal(
      timing.time(() => 7, { of: 'time' }, trace('a')),
      7,
    )
    assert.equal(await timing.labels({ of: 'bound' }).time(async () => 8, null, trace('b')), 8)
    timing.time(() => 9, (result) => ({ of: String(result) }), trace('c')) // biome-ignore format: one call
    own.time('by.name', () => 7, { of: 'name' }, trace('d'))
    timing.start({ of: 'start' })({ at: 'end' }, trace('e'))
    timing.labels({ of: 'stopped' }).start()(null, trace('f'))
    const found = Object.entries(exemplarsOf(own)).map(([sample, exemplar]) => [
      sample.replace(/,?le=".*?"/, ''),
      exemplar.split(' ')[0],
    ])
    assert.deepEqual(Object.fromEntries(found), {
      'run_seconds_bucket{of="time"}': '{trace_id="a"}',
      'run_seconds_bucket{of="bound"}': '{trace_id="b"}',
      'run_seconds_bucket{of="9"}': '{trace_id="c"}',
      'by_name_seconds_bucket{of="name"}': '{trace_id="d"}',
      'run_seconds_bucket{at="end",of="start"}': '{trace_id="e"}',
      'run_seconds_bucket{of="stopped"}': '{trace_id="f"}',
    })
  })

  test('is in OpenMetrics and protobuf only', () => {
    const own = create()
    own.counter('jobs').inc(1, trace('a'))
    own.timing('run').observeMillis(1, trace('a'))
    for (const accept of [undefined, 'text/plain;version=1.0.0']) {
      assert.doesNotMatch(textOf(own.prometheusSync({ accept }).body), /trace_id/)
    }
    assert.match(textOf(own.prometheusSync({ accept: protobuf }).body), /trace_id/)
  })

  test('is absent without labels, and for a decrement', () => {
    const own = create()
    for (const exemplar of [undefined, null, {}, { a: undefined, b: null, c: '' }])
      own.counter('a').inc(1, { exemplar })
    own.counter('a').inc(1, {})
    own.counter('b').inc(-1, trace('a'))
    own.counter('c').inc(0, trace('a'))
    assert.deepEqual(exemplarsOf(own), {})
    assert.deepEqual([own.value('a'), own.value('b'), own.value('c')], [5, -1, 0])
  })

  test('has names and values as a format takes them', withPython, () => {
    const own = create()
    const exemplar = { 'trace.id': 'a\\\n}', trace_id: 'the same name', größe: 'ü\ud800', number: 7 }
    own.counter('jobs').inc(1, { exemplar })
    own.timing('run').observeMillis(3, { exemplar })
    const expected = { trace_id: 'a\\\n}', gr__e: 'ü\ufffd', number: '7' }

    const text = read('exposition.py', ['openmetrics'], own.prometheusSync({ accept: openMetrics }).body)
    const samples = text.flatMap((/** @type {any} */ family) => family.samples)
    const ofText = samples.map((/** @type {any} */ sample) => sample[3]).filter(Boolean)
    assert.deepEqual(
      ofText.map(([labels, value]) => [labels, value]),
      [
        [expected, 1],
        [expected, 0.003],
      ],
    )

    const families = read('protobuf.py', [], own.prometheusSync({ accept: protobuf }).body)
    const [{ counter }] = families[0].metric
    const [{ histogram }] = families[1].metric
    const bucket = histogram.bucket.find((/** @type {any} */ each) => each.exemplar)
    assert.equal(bucket.upper_bound, 0.005)
    for (const [found, value] of [
      [counter.exemplar, 1],
      [bucket.exemplar, 0.003],
      [histogram.exemplars[0], 0.003],
    ]) {
      const labels = found.label.map((/** @type {any} */ each) => [each.name, each.value])
      assert.deepEqual([Object.fromEntries(labels), found.value], [expected, value])
      assert.ok(Math.abs(Date.parse(found.timestamp) - Date.now()) < 60_000)
    }
  })

  // the Python parser takes an escaped quote for the end
  test('has quotes escaped', () => {
    const own = create()
    own.counter('jobs').inc(1, trace('a"b'))
    assert.deepEqual(exemplarsOf(own), { jobs_total: '{trace_id="a\\"b"} 1' })
  })

  test('ends with its series', () => {
    const own = create()
    own.counter('jobs').labels({ of: 'x' }).inc(1, trace('removed'))
    own.counter('jobs').remove({ of: 'x' })
    own.counter('jobs').labels({ of: 'x' }).inc()
    own.timing('run').observeMillis(1, trace('cleared'))
    own.collector.clear()
    own.timing('run').observeMillis(1)
    // a new series may get the number of a removed one
    for (const of of ['y', 'z']) own.counter('jobs').labels({ of }).inc()
    assert.deepEqual(exemplarsOf(own), {})
  })

  test('is not that of a series that has its cell later', () => {
    for (let again = 0; again < 3; again++) {
      const own = create()
      const counter = own.counter('jobs')
      counter.labels({ of: 'first' }).inc(1, trace('a'))
      counter.remove({ of: 'first' })
      counter.labels({ of: 'second' }).inc(1)
      own.timing('run').observeMillis(2, trace('b'))
      own.unregister('run')
      own.timing('run').observeMillis(2)
      assert.deepEqual(exemplarsOf(own), {})
      counter.labels({ of: 'second' }).inc(1, trace('c'))
      own.collector.clear()
      counter.labels({ of: 'second' }).inc(1)
      assert.deepEqual(exemplarsOf(own), {})
    }
  })

  test('is the latest of very many, also of new series', () => {
    const own = create()
    const counter = own.counter({ name: 'jobs', maxSeries: 100 })
    const timing = own.timing({ name: 'run', buckets: [10] })
    for (let at = 0; at < 50_000; at++) {
      counter.labels({ of: at % 50 }).inc(1, trace(`ä${at}`))
      timing.observeMillis(at % 20, trace(at))
    }
    const found = exemplarsOf(own)
    assert.equal(Object.keys(found).length, 52)
    assert.equal(found['jobs_total{of="7"}'], '{trace_id="ä49957"} 1')
    assert.equal(found['run_seconds_bucket{le="0.01"}'], '{trace_id="49990"} 0.01')
    assert.equal(found['run_seconds_bucket{le="+Inf"}'], '{trace_id="49999"} 0.019')
  })

  test('has the time of a clock that itself records, and that is set back', () => {
    const own = create()
    const calls = own.counter('clock_calls')
    const { now } = Date
    let ahead = 1e12
    Date.now = () => {
      calls.labels({ call: calls.labels({}).value() ?? 0 }).inc()
      calls.inc()
      return now() + ahead
    }
    try {
      own.counter('jobs').inc(1, trace('ahead'))
      ahead = 0
      own.counter('jobs').inc(2, trace('now'))
    } finally {
      Date.now = now
    }
    assert.deepEqual(exemplarsOf(own), { jobs_total: '{trace_id="now"} 2' })
    assert.equal(own.value('clock_calls', { call: '0' }), 1)
  })

  test('may come from any thread', async () => {
    const own = create()
    const file = path.join(__dirname, '..', 'workers', 'exemplars.js')
    const worker = new Worker(file, { workerData: { id: own.collector.id } })
    await once(worker, 'message')
    const expected = {
      'jobs_total{of="worker"}': '{trace_id="of the worker"} 1',
      'run_seconds_bucket{le="0.005"}': '{trace_id="by its function"} 0.003',
    }
    assert.deepEqual(exemplarsOf(own), expected)
    await worker.terminate()
    assert.deepEqual(exemplarsOf(own), expected)
  })

  for (const [wrong, options, error] of /** @type {[string, any, object][]} */ ([
    ['too long', trace('x'.repeat(121)), { name: 'RangeError', message: /at most 128 characters together, got 129/ }],
    ['much too long', trace('😀'.repeat(1e6)), { name: 'RangeError' }],
    ['a text', { exemplar: 'abc' }, { name: 'TypeError', message: /plain object of names and values/ }],
    ['an array', { exemplar: ['abc'] }, { name: 'TypeError' }],
    ['a promise', { exemplar: Promise.resolve({}) }, { name: 'TypeError' }],
    ['not convertible', trace({ toString: null }), { name: 'TypeError', message: /trace_id/ }],
    ['among labels', { exemplar: {}, method: 'GET' }, { name: 'TypeError', message: /pass labels to/ }],
    [
      'unreadable',
      {
        get exemplar() {
          throw new Error('a getter')
        },
      },
      { name: 'TypeError', message: /cannot be read/ },
    ],
    ['no options', 7, { name: 'TypeError', message: /pass labels to/ }],
    ['null', null, { name: 'TypeError', message: /pass labels to/ }],
  ])) {
    test(`is an error if it is ${wrong}, and nothing is recorded`, () => {
      const own = create()
      const calls = {
        inc: () => own.counter('jobs').inc(1, options),
        'inc by name': () => own.inc('new', 1, { a: 1 }, options),
        observeMillis: () => own.timing('run').labels({ a: 1 }).observeMillis(1, options),
        observeNanos: () => own.observeNanos('new.too', 1, null, options),
        observe: () => own.histogram({ name: 'size', buckets: [1] }).observe(1, options),
        time: () => own.time('timed', () => assert.fail('it was called'), { a: 1 }, options),
        stop: () => own.timing('run').start()({ b: 1 }, options),
      }
      for (const [call, run] of Object.entries(calls))
        assert.throws(run, { code: 'ERR_TALLYSTICK_LABELS', ...error }, call)
      assert.equal(own.value('jobs'), undefined)
      assert.equal(own.value('new'), undefined)
      assert.deepEqual(Object.keys(own.snapshot().timings), [])
    })
  }

  test('may have 128 characters, however many bytes', () => {
    const own = create()
    own.counter('jobs').inc(1, trace('😀'.repeat(120)))
    assert.equal(Object.values(exemplarsOf(own)).length, 1)
  })
})

describe('a collector’s function for exemplars', () => {
  test('is called for recordings of every kind', () => {
    let calls = 0
    const own = create(() => ({ call: String(++calls) }))
    own.counter('jobs').inc()
    own.counter('jobs').labels({ of: 'x' }).inc(2)
    own.timing('run').observeMillis(3)
    own.timing('run').labels({ of: 'x' }).observeNanos(3e6)
    own.histogram('free').observe(7)
    own.histogram({ name: 'size', buckets: [1, 10] }).observe(5)
    own.gauge('level').set(1)
    assert.deepEqual(exemplarsOf(own), {
      jobs_total: '{call="1"} 1',
      'jobs_total{of="x"}': '{call="2"} 2',
      'run_seconds_bucket{le="0.005"}': '{call="3"} 0.003',
      'run_seconds_bucket{of="x",le="0.005"}': '{call="4"} 0.003',
      'size_bucket{le="10.0"}': '{call="6"} 5',
    })
    assert.equal(calls, 6)
  })

  test('is called rarely for frequent recordings, and always for larger values', () => {
    let calls = 0
    const own = create(() => ({ call: String(++calls) }))
    const [jobs, run, size] = [
      own.counter('jobs'),
      own.timing('run'),
      own.histogram({ name: 'size', buckets: [1, 100] }),
    ]
    // the event loop does not turn, so no interval ends
    for (let at = 0; at < 10_000; at++) {
      jobs.inc()
      run.observeMillis(3)
      size.observe(0.5)
    }
    assert.equal(calls, 3)
    run.observeMillis(300)
    size.observe(1000)
    const found = exemplarsOf(own)
    assert.deepEqual(
      [found['run_seconds_bucket{le="0.5"}'], found['size_bucket{le="+Inf"}']],
      ['{call="4"} 0.3', '{call="5"} 1000'],
    )
    assert.deepEqual([own.value('jobs'), own.value('run').count, own.value('size').count], [10_000, 10_001, 10_001])
  })

  test('is not called for recordings with an exemplar of their own, or with none', () => {
    let calls = 0
    const own = create(() => ({ call: String(++calls) }))
    const counter = own.counter('jobs')
    counter.inc(1, trace('own'))
    counter.inc(1, { exemplar: null })
    own.histogram('size').observe(1, trace('own'))
    assert.equal(calls, 0)
    counter.inc(3)
    assert.equal(calls, 1)
    assert.deepEqual(exemplarsOf(own), { jobs_total: '{call="1"} 3' })
  })

  test('is called for larger values after values below 0, and rarely for those', () => {
    let calls = 0
    const own = create(() => ({ call: String(++calls) }))
    const histogram = own.histogram({ name: 'size', buckets: [-10, 0, 10] })
    for (const value of [-1, -1, -1000, -0, 0]) histogram.observe(value)
    assert.equal(calls, 1)
    histogram.observe(1)
    histogram.observe(1000)
    assert.equal(calls, 3)
    for (const value of [-1, 1, 1000]) histogram.observe(value)
    assert.deepEqual([calls, own.value('size').count], [3, 10])
  })

  test('is called again later', async () => {
    let calls = 0
    const own = create(() => ({ call: String(++calls) }))
    while (calls < 6) {
      own.counter('jobs').inc()
      own.timing('run').observeMillis(3)
      await turn()
    }
    assert.ok(Object.values(exemplarsOf(own)).every((exemplar) => /call="[56]"/.test(exemplar)))
  })

  test('can be set and removed later, also for handles that exist', () => {
    const own = create()
    const handles = [own.counter('jobs'), own.counter('jobs').labels({ of: 'x' })]
    const bounded = own.histogram({ name: 'size', buckets: [1, 10] })
    const record = () => {
      for (const handle of handles) handle.inc()
      own.timing('run').labels({ of: 'x' }).observeMillis(1)
      bounded.observe(-5)
    }
    record()
    own.collector.setExemplars(() => ({ of: 'the first' }))
    record()
    assert.equal(Object.keys(exemplarsOf(own)).length, 4)
    own.collector.setExemplars(() => ({ of: 'the second' }))
    record()
    assert.ok(Object.values(exemplarsOf(own)).every((exemplar) => exemplar.includes('second')))
    own.collector.setExemplars(null)
    own.collector.clear()
    record()
    assert.deepEqual(exemplarsOf(own), {})
    assert.throws(() => own.collector.setExemplars(/** @type {any} */ ('x')), { code: 'ERR_TALLYSTICK_FUNCTION' })
    assert.throws(() => create(/** @type {any} */ ({})), { code: 'ERR_TALLYSTICK_FUNCTION' })
  })

  test('never makes a recording fail, and a failure is warned of once', async () => {
    await takeWarnings()
    const wrong = [
      () => {
        throw new Error('no span')
      },
      () => ({ trace_id: 'x'.repeat(500) }),
      () => 'abc',
      async () => ({}),
      () => ({ trace_id: { toString: null } }),
    ]
    for (const source of wrong) {
      const own = create(/** @type {any} */ (source))
      own.counter('jobs').inc()
      own.timing('run').observeMillis(3)
      own.histogram('free').observe(3)
      assert.deepEqual([own.value('jobs'), own.value('run').count, own.value('free').count], [1, 1, 1])
      assert.deepEqual(exemplarsOf(own), {})
      assert.deepEqual(
        (await takeWarnings()).map(({ code }) => code),
        ['TALLYSTICK_EXEMPLAR'],
      )
    }
  })

  test('may itself record', () => {
    const own = create(() => {
      own.counter('asked').inc()
      return { of: 'x' }
    })
    own.counter('jobs').inc()
    assert.deepEqual([own.value('jobs'), own.value('asked')], [1, 1])
  })

  test('changes no value', () => {
    const [plain, sampled] = [create(), create(() => undefined)]
    let state = 1
    const draw = () => {
      state = (state * 48271) % 2147483647
      return state / 2147483647
    }
    for (let at = 0; at < 20_000; at++) {
      const [kind, of, value] = [
        Math.floor(draw() * 5),
        Math.floor(draw() * 3),
        draw() ** 8 * 1e9 * Math.floor(draw() * 4),
      ]
      for (const own of [plain, sampled]) {
        if (kind === 0)
          own
            .counter('a')
            .labels({ of })
            .inc(of === 0 ? undefined : value - 1)
        if (kind === 1) own.timing('b').observeMillis(value)
        if (kind === 2) own.timing('c').labels({ of }).observeNanos(value)
        if (kind === 3) own.histogram('d').labels({ of }).observe(value)
        if (kind === 4) own.histogram({ name: 'e', buckets: [-5, 0, 7, 1e6] }).observe(of === 0 ? -value : value)
        if (at % 4000 === 3999) own.counter('a').remove({ of })
        if (at === 10_000) own.collector.clear()
      }
    }
    assert.equal(textOf(sampled.prometheusSync().body), textOf(plain.prometheusSync().body))
    assert.deepEqual(sampled.snapshot(), plain.snapshot())
  })
})

describe('OpenTelemetry’s active span', () => {
  const storage = new AsyncLocalStorage()
  /** @type {any} what OpenTelemetry’s SDK installs, too */
  const manager = {
    active: () => storage.getStore() ?? api.ROOT_CONTEXT,
    with: (context, fn, self, ...args) => storage.run(context, () => fn.apply(self, args)),
    bind: (_context, target) => target,
    enable: () => manager,
    disable: () => manager,
  }
  api.context.setGlobalContextManager(manager)

  /** @template T @param {number} traceFlags @param {() => T} fn */
  function inSpan(traceFlags, fn) {
    const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
    const span = api.trace.wrapSpanContext({ ...ids, traceFlags })
    return api.context.with(api.trace.setSpan(api.context.active(), span), fn)
  }

  test('is the exemplar if it is sampled', async () => {
    for (const source of [openTelemetryExemplars(), openTelemetryExemplars(api)]) {
      const own = create(source)
      own.counter('without').inc()
      inSpan(api.TraceFlags.NONE, () => own.counter('unsampled').inc())
      await inSpan(api.TraceFlags.SAMPLED, async () => {
        await turn()
        own.counter('sampled').inc()
      })
      assert.deepEqual(exemplarsOf(own), {
        sampled_total: '{trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"} 1',
      })
    }
  })
})
