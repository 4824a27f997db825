'use strict'

// Everything recorded here is also kept in a plain list. Python's prometheus_client reads the exposition back, and both must be
// equal. promtool then checks the names.

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { describe, test } = require('node:test')
const { Collector, createMetrics, createPoolMetrics, createSceneMetrics } = require('../..')
const { textOf } = require('../support/exposition-samples')

const target = path.join(__dirname, '..', '..', 'target')
const python = programOf('TALLYSTICK_PYTHON', path.join(target, 'venv', 'bin', 'python'))
const promtool = programOf('TALLYSTICK_PROMTOOL', path.join(target, 'promtool', 'usr', 'bin', 'promtool'))

/** @param {string} variable @param {string} usual where a test run puts it */
function programOf(variable, usual) {
  return process.env[variable] || (fs.existsSync(usual) ? usual : undefined)
}

const withPython = { skip: python ? false : 'there is no Python with prometheus_client: run `npm test -- python`' }
const withPromtool = { skip: promtool ? false : 'there is no promtool: run `npm test -- promtool`' }

/**
 * @param {Uint8Array} body
 * @param {'text' | 'openmetrics'} [format]
 * @returns {{ name: string, type: string, help: string, unit: string, samples: [string, Record<string, string>, string][] }[]}
 */
function parsed(body, format = 'text') {
  const { status, stdout, stderr } = spawnSync(python, [path.join(__dirname, 'exposition.py'), format], {
    input: body,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout)
}

/** A number as Python's repr has it. @param {string} text */
function numberOf(text) {
  if (text === 'nan') return Number.NaN
  return Number(text.replace('inf', 'Infinity'))
}

/** A sample's name and labels as one text, labels in any order. */
function keyOf(name, labels) {
  return JSON.stringify([name, Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1))])
}

/** All samples by key. No key comes twice. */
function samplesOf(families) {
  const samples = new Map()
  for (const [name, labels, value] of families.flatMap((family) => family.samples)) {
    const key = keyOf(name, labels)
    assert.ok(!samples.has(key), `twice: ${key}`)
    samples.set(key, numberOf(value))
  }
  return samples
}

/** Values that code which joins, escapes or parses text might mishandle. */
const hostile = [
  '',
  '1|2',
  '"',
  '\\',
  '\n',
  '\\n',
  '"} 1\nevil_total 666\n',
  ',b="2"',
  '{}',
  '\r',
  '\t \t',
  ' leading and trailing ',
  'ünï',
  '😀',
  '\u202eRTL',
  '\u2028',
  '\u0085',
  '\0',
  '\ud800',
  '__proto__',
  '200',
  '+Inf',
]

/** The labels of an exposed sample, as Prometheus receives them. */
function exposedLabels(labels, names) {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '')
  return Object.fromEntries(pairs.map(([name, value]) => [names[name] ?? name, value.toWellFormed()]))
}

const constant = { env: 'prod', 'zone.a': 'eu "1"' }
const exposedConstant = { env: 'prod', zone_a: 'eu "1"' }

/**
 * Records a wide set of series, and notes what their samples must be.
 * @returns {{ own: import('..').Metrics, body: Uint8Array, expected: Map<string, number>, quantiles: Map<string, { exact: number, within: number }> }}
 */
function recorded() {
  const own = createMetrics(new Collector({ labels: constant }))
  const expected = new Map()
  const quantiles = new Map()
  const expect = (name, labels, value) => {
    const key = keyOf(name, { ...exposedConstant, ...labels })
    assert.ok(!expected.has(key), `the test expects ${key} once`)
    expected.set(key, value)
  }

  // [name, exposed name without _total]: the first name in a clash stays plain
  const counters = [
    ['a.b', 'a_b'],
    ['a_b', 'U__a__b_', '_total'],
    ['a/b', 'U__a_2f_b_', '_total'],
    ['9lives', '_lives'],
    ['requests_total', 'requests'],
    ['job:rate', 'job:rate'],
    ['__proto__', '__proto__'],
    ['größe 😀', 'gr__e__'],
    ['"\n\\', '___'],
  ]
  for (const [at, [name, exposed, ending = '_total']] of counters.entries()) {
    for (const [position, value] of hostile.entries()) {
      const labels = { x: value, 'y.z': String(at) }
      const ups = [position, 0.1, 0.2, 2 ** 40]
      for (const delta of ups) own.inc(name, delta, labels)
      expect(exposed + ending, exposedLabels(labels, { 'y.z': 'y_z' }), sum(ups))
    }
    own.inc(name, 0)
    expect(exposed + ending, {}, 0)
  }

  // decrements do not change the increments; the net value is a second family
  const downs = own.counter('jobs.open').labels({ q: 'a' })
  downs.inc(10)
  downs.inc(-2.5)
  own.inc('jobs.open', 4, { q: 'b' })
  expect('jobs_open_total', { q: 'a' }, 10)
  expect('jobs_open_total', { q: 'b' }, 4)
  expect('jobs_open', { q: 'a' }, 7.5)

  // label names with a meaning in Prometheus; a series' own labels take precedence over constant ones
  const reserved = { le: '1', quantile: '2', __name__: '3', job: '4', '1st': '5', 'a.b': '6', a_b: '7', env: 'test' }
  const plainNames = { __name__: 'U______name____', '1st': '_st', 'a.b': 'a_b', a_b: 'U__a__b' }
  own.inc('reserved', 3, reserved)
  expect('reserved_total', exposedLabels(reserved, plainNames), 3)

  const gauges = [
    0,
    -1,
    1.5,
    5e-324,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    1e21,
    1e-7,
    2 ** 53,
    0.1 + 0.2,
    123456789.125,
  ]
  for (const [at, value] of gauges.entries()) {
    own.gauge({ name: 'level', unit: 'bytes' }).labels({ at }).set(value)
    expect('level_bytes', { at: String(at) }, value)
  }
  own.gauge('level.unset')
  own.gauge('level.unset').labels({ x: 1 })

  // values further from the bounds than an internal bucket, and on them
  const millis = [0.3, 0.7, 1, 1.4, 2.5, 3.5, 10, 70, 700, 1000, 7000, 70_000]
  const bounds = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000]
  for (const [name, exposed, own_bounds] of [
    ['tile.draw', 'tile_draw_seconds'],
    ['tile.load_ms', 'tile_load_seconds'],
    ['tile.wait_seconds', 'tile_wait_seconds'],
    ['tile.own', 'tile_own_seconds', [0.5, 20, 100_000]],
  ]) {
    const timing = own_bounds ? own.timing({ name, buckets: own_bounds }) : own.timing(name)
    for (const labels of [{}, { le: 'mine', x: 'a"b' }]) {
      for (const ms of millis) timing.labels(labels).observeMillis(ms)
      const shown = exposedLabels(labels, { le: 'U__le' })
      for (const bound of own_bounds ?? bounds) {
        const count = millis.filter((ms) => ms <= bound).length
        expect(`${exposed}_bucket`, { ...shown, le: String(bound / 1000) }, count)
      }
      expect(`${exposed}_bucket`, { ...shown, le: '+Inf' }, millis.length)
      expect(`${exposed}_sum`, shown, sum(millis.map((ms) => Math.round(ms * 1e6))) / 1e9)
      expect(`${exposed}_count`, shown, millis.length)
    }
  }

  const numbers = [-7.5, -1, 0, 0.25, 1, 3, 10, 11, 1e300]
  for (const labels of [{}, { le: 'mine' }]) {
    const histogram = own.histogram({ name: 'size', unit: 'rows', buckets: [-1, 0, 0.5, 10] }).labels(labels)
    for (const value of numbers) histogram.observe(value)
    const shown = exposedLabels(labels, { le: 'U__le' })
    for (const bound of [-1, 0, 0.5, 10]) {
      const count = numbers.filter((value) => value <= bound).length
      expect('size_rows_bucket', { ...shown, le: String(bound) }, count)
    }
    expect('size_rows_bucket', { ...shown, le: '+Inf' }, numbers.length)
    expect('size_rows_sum', shown, sum(numbers))
    expect('size_rows_count', shown, numbers.length)
  }

  const observed = Array.from({ length: 101 }, (_, at) => (at * at) / 4)
  for (const [labels, within] of [
    [{}, 1 / 128],
    [{ quantile: 'mine' }, 1 / 16],
  ]) {
    for (const value of observed) own.histogram('free').labels(labels).observe(value)
    const shown = exposedLabels(labels, { quantile: 'U__quantile' })
    for (const q of [0.5, 0.9, 0.99]) {
      const key = keyOf('free', { ...exposedConstant, ...shown, quantile: String(q) })
      quantiles.set(key, { exact: observed[Math.ceil(q * observed.length) - 1], within })
    }
    expect('free_sum', shown, sum(observed))
    expect('free_count', shown, observed.length)
  }
  // a histogram's suffixes clash with another family's name
  own.gauge('free.count').set(5)
  expect('U__free_2e_count', {}, 5)

  return { own, body: own.prometheusSync().body, expected, quantiles }
}

/** Adds in order, as a cell does. @param {number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0)
}

/** Families whose names are only a suffix, or clash with one. @param {number[]} [expected] gets what is recorded */
function clashing(expected = []) {
  const own = createMetrics(new Collector())
  const bases = ['', '_', '.', 'x', 'x_', 'x_bucket', 'U__', 'seconds', 'By', 'ms', '1']
  const suffixes = [
    '',
    '_total',
    '.total',
    '_created',
    '_count',
    '_sum',
    '_bucket',
    '_info',
    '_ms',
    '_seconds',
    '_ratio',
  ]
  const names = new Set(bases.flatMap((base) => suffixes.map((suffix) => base + suffix)))
  names.delete('')
  for (const name of names) {
    for (const kind of ['counter', 'gauge', 'timing', 'histogram']) {
      const unit = kind === 'timing' ? undefined : ['By', '1', 'ms', '{x}', 'total', ''][name.length % 6]
      const instrument = own[kind]({ name, unit })
      const value = expected.push(1 + expected.length)
      if (kind === 'counter') instrument.inc(value)
      else if (kind === 'gauge') instrument.set(value)
      else if (kind === 'timing') instrument.observeMillis(value * 1000)
      else instrument.observe(value)
      if (kind === 'counter' && value % 3 === 0) instrument.inc(-0.5)
    }
  }
  return own
}

describe('prometheus_client reads the exposition back', withPython, () => {
  const read = python && (() => parsed(recorded().body))

  test('with exactly the recorded series and values', withPython, () => {
    const { body, expected, quantiles } = recorded()
    const samples = samplesOf(parsed(body))
    const unread = new Set(samples.keys())
    for (const [key, value] of expected) {
      assert.equal(samples.get(key), value, key)
      unread.delete(key)
    }
    for (const [key, { exact, within }] of quantiles) {
      const value = samples.get(key)
      assert.ok(Math.abs(value - exact) <= exact * within, `${key} is ${value}, not ${exact}`)
      unread.delete(key)
    }
    assert.deepEqual([...unread], [])
    assert.ok(expected.size > 300, `${expected.size} samples are enough of a test`)
  })

  test('with each family once, and its type', withPython, () => {
    const text = textOf(recorded().body)
    const titles = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type])
    assert.equal(new Set(titles.map(([name]) => name)).size, titles.length)
    // the parser removes the suffix of a counter's name
    const families = read().map(({ name, type }) => [type === 'counter' ? `${name}_total` : name, type])
    const given = titles.map(([name, type]) => [
      type === 'counter' && !name.endsWith('_total') ? `${name}_total` : name,
      type,
    ])
    assert.deepEqual(families, given)
  })

  test('with buckets ascending in bound and count, +Inf the last and equal to _count', withPython, () => {
    let checked = 0
    for (const { name, samples } of read().filter(({ type }) => type === 'histogram')) {
      const buckets = new Map()
      for (const [, { le, ...labels }, value] of samples.filter(([sample]) => sample === `${name}_bucket`)) {
        const key = keyOf(name, labels)
        buckets.set(key, [...(buckets.get(key) ?? []), [Number(le.replace('Inf', 'Infinity')), numberOf(value)]])
      }
      for (const [sample, labels, value] of samples.filter(([each]) => each === `${name}_count`)) {
        const series = buckets.get(keyOf(name, labels))
        for (const [at, [bound, count]] of series.entries()) {
          if (at > 0) assert.ok(series[at - 1][0] < bound && series[at - 1][1] <= count, `${sample} at ${bound}`)
        }
        assert.deepEqual(series.at(-1), [Number.POSITIVE_INFINITY, numberOf(value)])
        checked++
      }
    }
    assert.equal(checked, 10)
  })

  test('with any characters in help', withPython, () => {
    const own = createMetrics(new Collector())
    const helps = hostile.filter((help) => help === help.trim() && help !== '').map((help) => `${help}.`)
    for (const [at, help] of helps.entries()) own.gauge({ name: `g${at}`, help }).set(at)
    assert.deepEqual(
      parsed(own.prometheusSync().body).map(({ help }) => help),
      helps.map((help) => help.toWellFormed()),
    )
  })

  test('with every kind of float', withPython, () => {
    const own = createMetrics(new Collector())
    const view = new DataView(new ArrayBuffer(8))
    const values = []
    for (let at = 0; values.length < 2000; at++) {
      view.setUint32(0, Math.imul(at + 1, 0x9e3779b1))
      view.setUint32(4, Math.imul(at + 1, 0x85ebca6b))
      const value = view.getFloat64(0)
      if (!Number.isFinite(value)) continue
      own.gauge('g').labels({ at: values.length }).set(value)
      values.push(value)
    }
    const [{ samples }] = parsed(own.prometheusSync().body)
    for (const [, { at }, value] of samples) assert.equal(numberOf(value), values[at])
    assert.equal(samples.length, values.length)
  })

  test('with names that are only a suffix, or clash with one', withPython, () => {
    const expected = []
    const own = clashing(expected)
    const families = parsed(own.prometheusSync().body)
    samplesOf(families)
    const reported = families.flatMap(({ name, type, samples }) => {
      const isExposed = (/** @type {string} */ sample) =>
        ['counter', 'gauge'].includes(type) || sample === `${name}_sum`
      return samples.filter(([sample]) => isExposed(sample)).map(([, , value]) => numberOf(value))
    })
    // a net value has a fraction
    assert.deepEqual(new Set(reported.filter(Number.isInteger)), new Set(expected))
  })

  test('with timing buckets as close as floats can be', withPython, () => {
    const own = createMetrics(new Collector())
    const bounds = [1.99, 1.9900000000000002, 1.9900000000000004]
    own.timing({ name: 't', buckets: bounds }).observeMillis(1)
    const samples = [...samplesOf(parsed(own.prometheusSync().body)).entries()]
    const buckets = samples.filter(([key]) => key.includes('t_seconds_bucket')).map(([, count]) => count)
    // two of the bounds are the same number of seconds
    assert.deepEqual(buckets, [1, 1, 1])
  })

  test('with 20,000 series', withPython, () => {
    const own = createMetrics(new Collector({ maxSeries: Infinity }))
    for (let at = 0; at < 20_000; at++) own.inc('a', at, { at, half: at >> 1 })
    const samples = samplesOf(parsed(own.prometheusSync().body))
    assert.equal(samples.size, 20_000)
    for (const at of [0, 1, 9_999, 19_999]) {
      assert.equal(samples.get(keyOf('a_total', { at: String(at), half: String(at >> 1) })), at)
    }
  })
})

const openMetrics = 'application/openmetrics-text;version=1.0.0'

/** Samples of a strict reader under the keys of a lenient one: there bounds are whole numbers without a fraction. */
function withPlainBounds(samples) {
  const plain = [...samples].map(([key, value]) => {
    const [name, labels] = JSON.parse(key)
    const isBound = ([label]) => (label === 'le' && name.endsWith('_bucket')) || label === 'quantile'
    const plainLabels = labels.map((each) => {
      return isBound(each) && Number.isFinite(Number(each[1])) ? [each[0], String(Number(each[1]))] : each
    })
    return [keyOf(name, Object.fromEntries(plainLabels)), value]
  })
  return new Map(plain)
}

describe('prometheus_client reads OpenMetrics back', withPython, () => {
  test(
    'with the samples of the text format, except for sums of negative buckets, which may go down',
    withPython,
    () => {
      const { own, body } = recorded()
      const expected = samplesOf(parsed(body))
      for (const key of expected.keys()) if (/^\["size_rows_(sum|count)"/.test(key)) expected.delete(key)
      const samples = withPlainBounds(
        samplesOf(parsed(own.prometheusSync({ accept: openMetrics }).body, 'openmetrics')),
      )
      assert.deepEqual(samples, expected)
      assert.deepEqual(textOf(own.prometheusSync().body), textOf(body))
    },
  )

  test('with types and units', withPython, () => {
    const { own } = recorded()
    const families = parsed(own.prometheusSync({ accept: openMetrics }).body, 'openmetrics')
    const found = Object.fromEntries(families.map(({ name, type, unit }) => [name, [type, unit]]))
    assert.deepEqual(found.tile_draw_seconds, ['histogram', 'seconds'])
    assert.deepEqual(found.level_bytes, ['gauge', 'bytes'])
    assert.deepEqual(found.requests, ['counter', ''])
    // the gauge of its net value has the name that the counter would have
    assert.deepEqual(found.jobs_open_total, ['unknown', ''])
    assert.deepEqual(found.jobs_open, ['gauge', ''])
  })

  test('with any characters in help', withPython, () => {
    const own = createMetrics(new Collector())
    const helps = hostile.filter((help) => help === help.trim() && help !== '').map((help) => `${help}.`)
    for (const [at, help] of helps.entries()) own.gauge({ name: `g${at}`, help }).set(at)
    const families = parsed(own.prometheusSync({ accept: openMetrics }).body, 'openmetrics')
    assert.deepEqual(
      families.map(({ help }) => help),
      helps.map((help) => help.toWellFormed()),
    )
  })

  test('of nothing', withPython, () => {
    const { body } = createMetrics(new Collector()).prometheusSync({ accept: openMetrics })
    assert.equal(textOf(body), '# EOF\n')
    assert.deepEqual(parsed(body, 'openmetrics'), [])
  })

  test('with names that are only a suffix, or clash with one', withPython, () => {
    for (const escaping of ['underscores', 'dots', 'values', 'allow-utf-8']) {
      const own = clashing()
      const { body } = own.prometheusSync({ accept: `${openMetrics};escaping=${escaping}`, created: true })
      const samples = samplesOf(parsed(body, 'openmetrics'))
      assert.ok(samples.size > 500, `${escaping}: ${samples.size}`)
    }
  })

  test('with counters that are called like the start times of another one', withPython, async () => {
    const own = createMetrics(new Collector())
    own.inc('orders.created', 2)
    own.inc('orders', 3)
    const service = createPoolMetrics({ namespace: 'app', collector: own.collector })
    service.setPool({ size: 1, workers: [], extra: { jobsTotal: 4, tasksCreatedTotal: 5 } })
    own.inc('app.pool.jobs.created', 6)
    own.inc('app.pool.tasks', 7)
    const { body } = await service.prometheus({ accept: openMetrics, created: true })
    const families = parsed(body, 'openmetrics')
    const types = Object.fromEntries(families.map(({ name, type }) => [name, type]))
    for (const [counter, other] of [
      ['orders', 'orders_created_total'],
      ['app_pool_jobs', 'app_pool_jobs_created_total'],
      ['app_pool_tasks', 'app_pool_tasks_created_total'],
    ]) {
      assert.deepEqual([types[counter], types[other]], ['counter', 'unknown'])
    }
    const samples = samplesOf(families)
    assert.deepEqual(
      ['orders_total', 'orders_created_total', 'app_pool_jobs_created_total', 'app_pool_tasks_created_total'].map(
        (name) => samples.get(keyOf(name, {})),
      ),
      [3, 2, 6, 5],
    )
  })

  test('with names of any characters', withPython, () => {
    for (const format of /** @type {const} */ (['text', 'openmetrics'])) {
      const own = createMetrics(new Collector({ labels: { 'zone.a': 'eu' } }))
      const names = ['scene.renderAll', 'größe 😀', '"\\\n{}', '9lives', 'a.b', 'a_b', 'a,b=1']
      for (const [at, name] of names.entries()) own.gauge(name).labels({ 'x.y': 'v"', plain: 'p' }).set(at)
      own.inc('http.requests', 2, { 'http.method': 'GET' })
      own.timing('db.query').observeMillis(1)
      const accept = `${format === 'text' ? 'text/plain;version=1.0.0' : openMetrics};escaping=allow-utf-8`
      const samples = samplesOf(parsed(own.prometheusSync({ accept }).body, format))
      for (const [at, name] of names.entries()) {
        assert.equal(samples.get(keyOf(name, { 'x.y': 'v"', plain: 'p', 'zone.a': 'eu' })), at, name)
      }
      assert.equal(samples.get(keyOf('http.requests_total', { 'http.method': 'GET', 'zone.a': 'eu' })), 2)
      assert.equal(samples.get(keyOf('db.query_seconds_bucket', { 'zone.a': 'eu', le: '+Inf' })), 1)
    }
  })
})

describe('the exposition', () => {
  test('never repeats a label in a sample', () => {
    for (const line of textOf(recorded().body).split('\n')) {
      const names = [...line.matchAll(/[{,]([a-zA-Z_][a-zA-Z0-9_]*)="(?:[^"\\]|\\.)*"/g)].map(([, name]) => name)
      assert.equal(new Set(names).size, names.length, line)
    }
  })

  test('has the same lines in the same order each time', () => {
    assert.equal(textOf(recorded().body), textOf(recorded().body))
  })

  test('ends each line with a line feed, also the last one', () => {
    const text = textOf(recorded().body)
    assert.ok(text.endsWith('\n') && !text.includes('\n\n'))
  })

  test('does not rename a family when a clashing series is removed and created again', () => {
    const own = createMetrics(new Collector())
    const gauges = ['a.b', 'a_b'].map((name) => own.gauge(name))
    for (const gauge of gauges) gauge.labels({ of: 'it' }).set(1)
    const before = textOf(own.prometheusSync().body)
    gauges[0].remove({ of: 'it' })
    assert.match(textOf(own.prometheusSync().body), /^U__a__b\{of="it"\} 1$/m)
    gauges[0].labels({ of: 'it' }).set(1)
    assert.equal(textOf(own.prometheusSync().body), before)
  })

  test('has every series once if one has its own value for a constant label and another does not', () => {
    const own = createMetrics(new Collector({ labels: { env: 'prod' } }))
    own.inc('a', 1)
    own.inc('a', 2, { env: 'prod' })
    own.inc('a', 4, { env: 'test' })
    const lines = textOf(own.prometheusSync().body)
      .split('\n')
      .filter((line) => line.startsWith('a_total'))
    assert.equal(new Set(lines.map((line) => line.split(' ')[0])).size, 3, lines.join('\n'))
  })
})

/** The seed's own names that contain capitals. */
const camelCased = [
  'scene_loopTicks_total',
  'scene_renderAll_calls_total',
  'scene_renderAll_reasonExact_Button_total',
  'scene_renderAll_reasonExact_Touch_total',
  'scene_renderAll_reasonExact_initial_total',
  'scene_renderAll_reasonExact_loop_total',
  'scene_renderAll_reasonExact_other_total',
  'scene_renderAll_reasonExact_unknown_total',
  'scene_renderAll_reason_button_total',
  'scene_renderAll_reason_initial_total',
  'scene_renderAll_reason_loop_total',
  'scene_renderAll_reason_other_total',
  'scene_renderAll_reason_touch_total',
  'scene_renderAll_reason_unknown_total',
  'scene_renderAll_seconds',
]

/** The remarks of promtool about an exposition, by line, and whether it could parse it. @param {Uint8Array} body */
function checkedByPromtool(body) {
  const { stdout, stderr, status } = spawnSync(promtool, ['check', 'metrics'], { input: body, encoding: 'utf8' })
  return {
    status,
    lines: `${stdout}${stderr}`
      .split('\n')
      .filter((line) => line !== '')
      .sort(),
  }
}

describe('promtool', withPromtool, () => {
  test("remarks only on the names of the seed's metrics", withPromtool, () => {
    const collector = new Collector()
    const own = createMetrics(collector)
    const scene = createSceneMetrics(collector).create()
    scene.recordLoopTick()
    for (const reason of ['initial', 'loop', 'Touch', 'Button', 'other', '']) {
      scene.recordActivation(reason)
      scene.recordRebuild(reason, () => 1)
    }
    scene.timeTile('home', () => 1)
    // the host adds help; the remaining remarks are about names
    const { counters, timings } = own.snapshot()
    for (const name of Object.keys({ ...counters, ...timings })) own.describe(name, { help: 'Of the seed.' })
    const { status, lines } = checkedByPromtool(own.prometheusSync().body)
    assert.equal(status, 3)
    const expected = camelCased.map((name) => `${name} metric names should be written in 'snake_case' not 'camelCase'`)
    assert.deepEqual(lines, expected)
  })

  test('can parse everything that was recorded, apart from remarks on style', withPromtool, () => {
    const { status, lines } = checkedByPromtool(recorded().body)
    // 1: could not be parsed; 3: has remarks
    assert.equal(status, 3, lines.join('\n'))
  })

  test('has no remarks on metrics that follow the advice of Prometheus', withPromtool, () => {
    const own = createMetrics(new Collector())
    own.counter({ name: 'http.requests', help: 'Requests.' }).inc()
    own.gauge({ name: 'memory', unit: 'bytes', help: 'Memory.' }).set(5)
    own.timing({ name: 'http.duration', help: 'Durations.' }).observeMillis(5)
    own.histogram({ name: 'rows', help: 'Rows.', buckets: [1, 10] }).observe(5)
    own.histogram({ name: 'size', unit: 'bytes', help: 'Sizes.' }).observe(5)
    assert.deepEqual(checkedByPromtool(own.prometheusSync().body), { status: 0, lines: [] })
  })
})
