'use strict'

// Invalid calls throw and change nothing. Hostile names and texts are valid.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { Aggregator, BucketedHistogram, Collector, FrugalHistogram, HdrHistogram, Recorder } = require('../..')
const {
  ModuleRegistry,
  createMetrics,
  createPoolMetrics,
  createSceneMetrics,
  logStats,
  registerModules,
} = require('../..')
const { samplesOf, textOf } = require('../support/exposition-samples')

/** Thrown by the proxies and getters of these tests. It may pass only through a function that the caller passed. */
const trap = new Error('trap')
const springs = () => {
  throw trap
}
const traps = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect)
    .filter((name) => typeof Reflect[name] === 'function')
    .map((name) => [name, springs]),
)
const revoked = (() => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
})()

const values = {
  undefined: undefined,
  null: null,
  0: 0,
  1: 1,
  '-1': -1,
  1.5: 1.5,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  "''": '',
  "'text'": 'text',
  true: true,
  false: false,
  'a symbol': Symbol('s'),
  '1n': 1n,
  '-1n': -1n,
  '[]': [],
  '[1]': [1],
  '[NaN]': [Number.NaN],
  '[ , 1]': new Array(2).fill(1, 1),
  "['']": [''],
  '{}': {},
  '{ a: 1 }': { a: 1 },
  'an object without prototype': Object.create(null),
  'a Map': new Map([['a', 1]]),
  'a Date': new Date(0),
  'a promise': Promise.resolve(1),
  'a Set': new Set(['a']),
  'a RegExp': /a/,
  'an error': new Error('a'),
  'a Buffer': Buffer.from('a'),
  'a boxed string': new String('text'),
  'an empty Uint8Array': new Uint8Array(),
  'a function': () => 1,
  'a proxy that throws': new Proxy({ a: 1 }, traps),
  'a revoked proxy': revoked,
  'an array that throws': new Proxy([1], traps),
  'a function that throws': new Proxy(() => 1, traps),
}

const numbers = ['0', '1', '-1', '1.5']
/** For a gauge, non-finite numbers are values too. */
const anyNumbers = [...numbers, 'NaN', 'Infinity', '-Infinity']
const bigints = ['1n', '-1n']
const absent = ['undefined', 'null']
const functions = ['a function', 'a function that throws']
const plainObjects = ['{}', '{ a: 1 }', 'an object without prototype']
const instances = ['a Map', 'a Date', 'a promise', 'a Set', 'a RegExp', 'an error', 'a Buffer', 'a boxed string']
const objects = [...plainObjects, ...instances, 'an empty Uint8Array']
const text = ["'text'"]
/** Options that are all absent. */
const noOptions = ['{}', 'an object without prototype']

// [name, accepted values, the code for other values, the call]
const calls = [
  ['metrics.inc(_)', text, 'NAME', (own, _) => own.inc(_)],
  ['metrics.inc(_, 1, labels)', text, 'NAME', (own, _) => own.inc(_, 1, { x: 1 })],
  ['metrics.inc(name, _)', [...absent, ...numbers], 'VALUE', (own, _) => own.inc('counter', _)],
  ['metrics.inc(new name, _)', [...absent, ...numbers], 'VALUE', (own, _) => own.inc('new', _)],
  ['metrics.inc(name, _, labels)', [...absent, ...numbers], 'VALUE', (own, _) => own.inc('counter', _, { new: 1 })],
  ['metrics.inc(name, 1, _)', [...absent, ...plainObjects], 'LABELS', (own, _) => own.inc('counter', 1, _)],
  ['metrics.inc(new name, 1, _)', [...absent, ...plainObjects], 'LABELS', (own, _) => own.inc('new', 1, _)],

  ['metrics.observeMillis(_)', text, 'NAME', (own, _) => own.observeMillis(_, 1)],
  ['metrics.observeMillis(_, 1, labels)', text, 'NAME', (own, _) => own.observeMillis(_, 1, { x: 1 })],
  ['metrics.observeMillis(name, _)', numbers, 'VALUE', (own, _) => own.observeMillis('timing', _)],
  ['metrics.observeMillis(new name, _)', numbers, 'VALUE', (own, _) => own.observeMillis('new', _)],
  ['metrics.observeMillis(name, _, labels)', numbers, 'VALUE', (own, _) => own.observeMillis('timing', _, { new: 1 })],
  [
    'metrics.observeMillis(name, 1, _)',
    [...absent, ...plainObjects],
    'LABELS',
    (own, _) => own.observeMillis('a', 1, _),
  ],

  ['metrics.observeNanos(_)', text, 'NAME', (own, _) => own.observeNanos(_, 1)],
  ['metrics.observeNanos(name, _)', [...numbers, ...bigints], 'VALUE', (own, _) => own.observeNanos('timing', _)],
  ['metrics.observeNanos(new name, _)', [...numbers, ...bigints], 'VALUE', (own, _) => own.observeNanos('new', _)],
  ['metrics.observeNanos(name, 1, _)', [...absent, ...plainObjects], 'LABELS', (own, _) => own.observeNanos('a', 1, _)],

  ['metrics.time(_, fn)', text, 'NAME', (own, _) => own.time(_, () => 1)],
  ['metrics.time(name, _)', functions, 'FUNCTION', (own, _) => own.time('timing', _)],
  ['metrics.time(new name, _)', functions, 'FUNCTION', (own, _) => own.time('new', _)],
  ['metrics.counted(_, fn)', text, 'NAME', (own, _) => own.counted(_, () => 1)],
  ['metrics.counted(name, _)', functions, 'FUNCTION', (own, _) => own.counted('counter', _)],
  ['metrics.trace(_)', text, 'NAME', (own, _) => own.trace(_)],
  ['metrics.trace(name, _)', [...absent, ...objects], 'VALUE', (own, _) => own.trace('event', _)],

  ['metrics.describe(_, {})', text, 'NAME', (own, _) => own.describe(_, {})],
  ['metrics.describe(name, _)', noOptions, 'OPTIONS', (own, _) => own.describe('counter', _)],
  [
    'metrics.describe(name, { help: _ })',
    ['undefined', "''", "'text'"],
    'OPTIONS',
    (own, _) => own.describe('counter', { help: _ }),
  ],
  [
    'metrics.describe(name, { unit: _ })',
    ['undefined', "''", "'text'"],
    'OPTIONS',
    (own, _) => own.describe('counter', { unit: _ }),
  ],
  ['metrics.value(_)', text, 'NAME', (own, _) => own.value(_)],
  ['metrics.value(name, _)', [...absent, ...plainObjects], 'LABELS', (own, _) => own.value('counter', _)],

  ...['counter', 'gauge', 'timing', 'histogram'].flatMap((kind) => callsOf(kind)),
  ['metrics.gauge({ merge: _ })', ['undefined'], 'OPTIONS', (own, _) => own.gauge({ name: 'new', merge: _ })],
  [
    'metrics.timing({ precision: _ })',
    ['undefined', '1'],
    'OPTIONS',
    (own, _) => own.timing({ name: 'new', precision: _ }),
  ],
  [
    'metrics.timing({ buckets: _ })',
    ['undefined', '[1]'],
    'OPTIONS',
    (own, _) => own.timing({ name: 'new', buckets: _ }),
  ],
  ['metrics.timing({ unit: _ })', ['undefined'], 'OPTIONS', (own, _) => own.timing({ name: 'new', unit: _ })],
  [
    'metrics.histogram({ precision: _ })',
    ['undefined', '1'],
    'OPTIONS',
    (own, _) => own.histogram({ name: 'new', precision: _ }),
  ],
  [
    'metrics.histogram({ buckets: _ })',
    ['undefined', '[1]'],
    'OPTIONS',
    (own, _) => own.histogram({ name: 'new', buckets: _ }),
  ],
  ['metrics.counter({ buckets: _ })', ['undefined'], 'OPTIONS', (own, _) => own.counter({ name: 'new', buckets: _ })],

  ['counter.inc(_)', [...absent, ...numbers], 'VALUE', (own, _) => own.counter('counter').inc(_)],
  [
    'bound counter.inc(_)',
    [...absent, ...numbers],
    'VALUE',
    (own, _) => own.counter('counter').labels({ x: 1 }).inc(_),
  ],
  ['gauge.set(_)', anyNumbers, 'VALUE', (own, _) => own.gauge('gauge').set(_)],
  ['gauge.set(_) of merge last', anyNumbers, 'VALUE', (own, _) => own.gauge({ name: 'new', merge: 'last' }).set(_)],
  ['gauge.inc(_)', [...absent, ...numbers], 'VALUE', (own, _) => own.gauge('gauge').inc(_)],
  ['gauge.dec(_)', [...absent, ...numbers], 'VALUE', (own, _) => own.gauge('gauge').dec(_)],
  ['timing.observeMillis(_)', numbers, 'VALUE', (own, _) => own.timing('timing').observeMillis(_)],
  ['timing.observeNanos(_)', [...numbers, ...bigints], 'VALUE', (own, _) => own.timing('timing').observeNanos(_)],
  ['timing.time(_)', functions, 'FUNCTION', (own, _) => own.timing('timing').time(_)],
  ['timing.start(_)', [...absent, ...plainObjects], 'LABELS', (own, _) => own.timing('timing').start(_)],
  ['timing.start()(_)', [...absent, ...plainObjects], 'LABELS', (own, _) => own.timing('timing').start()(_)],
  ['bound timing.start(_)', absent, 'LABELS', (own, _) => own.timing('timing').labels({ x: 1 }).start(_)],
  ['bound timing.start()(_)', absent, 'LABELS', (own, _) => own.timing('timing').labels({ x: 1 }).start()(_)],
  [
    'timing.time(fn, _)',
    [...absent, ...plainObjects, ...functions],
    'LABELS',
    (own, _) => own.timing('timing').time(() => 1, _),
  ],
  [
    'metrics.time(name, fn, _)',
    [...absent, ...plainObjects, ...functions],
    'LABELS',
    (own, _) => own.time('timing', () => 1, _),
  ],
  [
    'metrics.time(new name, fn, _)',
    [...absent, ...plainObjects, ...functions],
    'LABELS',
    (own, _) => own.time('new', () => 1, _),
  ],
  ['histogram.observe(_)', ['0', '1', '1.5'], 'VALUE', (own, _) => own.histogram('histogram').observe(_)],
  ['unused histogram.observe(_)', ['0', '1', '1.5'], 'VALUE', (own, _) => own.histogram('unused').observe(_)],
  ['histogram.observe(_) with buckets', numbers, 'VALUE', (own, _) => own.histogram('buckets').observe(_)],

  ['new Collector(_)', ['undefined', ...noOptions], 'OPTIONS', (_own, _) => new Collector(_)],
  [
    'new Collector({ traceLimit: _ })',
    ['undefined', '0', '1'],
    'OPTIONS',
    (_own, _) => new Collector({ traceLimit: _ }),
  ],
  ['new Collector({ labels: _ })', [...absent, ...plainObjects], 'LABELS', (_own, _) => new Collector({ labels: _ })],
  ['Collector.attach(_)', ['1'], 'COLLECTOR', (_own, _) => Collector.attach(_)],
  ['createMetrics(_)', [], 'COLLECTOR', (_own, _) => createMetrics(_)],
  ['createSceneMetrics(_)', [], 'COLLECTOR', (_own, _) => createSceneMetrics(_)],
  ['new Recorder(_)', [...absent, ...noOptions], 'OPTIONS', (_own, _) => new Recorder(_)],
  ['new Aggregator(recorder, _)', [...absent, ...noOptions], 'OPTIONS', (_own, _) => new Aggregator(new Recorder(), _)],
  ['new BucketedHistogram(_)', [...absent, ...noOptions], 'OPTIONS', (_own, _) => new BucketedHistogram(_)],
  ['new FrugalHistogram(_)', [...absent, ...noOptions], 'OPTIONS', (_own, _) => new FrugalHistogram(_)],
  ['new HdrHistogram(_)', ['undefined', ...noOptions], 'OPTIONS', (_own, _) => new HdrHistogram(_)],
  ['histogram.encode(_)', ['undefined', ...noOptions], 'OPTIONS', (_own, _) => new HdrHistogram().encode(_)],
  ['createPoolMetrics(_)', ['undefined', ...noOptions], 'OPTIONS', (_own, _) => createPoolMetrics(_)],
  ['logStats(_)', ['undefined', ...noOptions], 'OPTIONS', (_own, _) => logStats(_)()],
  [
    'registerModules(registry, prefix, _)',
    ['undefined', ...noOptions],
    'OPTIONS',
    (_own, _) => registerModules(new ModuleRegistry(), 'a', _),
  ],
  ['new Recorder({ counter: () => _ })', [], 'OPTIONS', (_own, _) => new Recorder({ counter: () => _ }).counter('a')],
  ['new Aggregator(_)', [], 'RECORDER', (_own, _) => new Aggregator(_)],
  [
    'new Aggregator(recorder, { composites: _ })',
    ['undefined', 'null', '[]', ...functions],
    'FUNCTION',
    (_own, _) => new Aggregator(new Recorder(), { composites: _ }),
  ],
  [
    'a composite’s result',
    [...absent, '[]', 'false', "''", '0', 'NaN'],
    'COMPOSITE',
    (_own, _) => new Aggregator(new Recorder(), { composites: () => _ }).report(),
  ],
  ['HdrHistogram.from(_)', [], 'VALUE', (_own, _) => HdrHistogram.from(_)],
  ['registerModules(_)', [], 'MODULE', (_own, _) => registerModules(_)],
  ['metrics.prometheusSync(_)', ['undefined', ...noOptions], 'OPTIONS', (own, _) => own.prometheusSync(_)],
  [
    'metrics.prometheusSync({ buckets: _ })',
    ['undefined', '[1]'],
    'OPTIONS',
    (own, _) => own.prometheusSync({ buckets: _ }),
  ],
]

/** The calls that all kinds of instruments have. */
function callsOf(kind) {
  const made = (own, options) => own[kind]({ name: 'new', ...options })
  const unit = kind === 'timing' ? ['undefined'] : ['undefined', "''", "'text'"]
  return [
    // an options object that cannot be read is an error of the options, not of the name
    [`metrics.${kind}(_)`, text, 'NAME or OPTIONS', (own, _) => own[kind](_)],
    [`metrics.${kind}({ name: _ })`, text, 'NAME', (own, _) => own[kind]({ name: _ })],
    [`metrics.${kind}({ help: _ })`, ['undefined', "''", "'text'"], 'OPTIONS', (own, _) => made(own, { help: _ })],
    [`metrics.${kind}({ unit: _ })`, unit, 'OPTIONS', (own, _) => made(own, { unit: _ })],
    [`metrics.${kind}({ labelNames: _ })`, ['undefined', '[]'], 'OPTIONS', (own, _) => made(own, { labelNames: _ })],
    [`${kind}.labels(_)`, plainObjects, 'LABELS', (own, _) => own[kind](kind).labels(_)],
    [`${kind}.remove(_)`, [...absent, ...plainObjects], 'LABELS', (own, _) => own[kind](kind).remove(_)],
  ]
}

/** Metrics with series of each kind, with and without labels. */
function recorded() {
  const own = createMetrics(new Collector())
  for (const labels of [{}, { x: 1 }]) {
    own.counter('counter').labels(labels).inc(2)
    own.gauge('gauge').labels(labels).set(3)
    own.timing('timing').labels(labels).observeMillis(4)
    own.histogram('histogram').labels(labels).observe(5)
    own
      .histogram({ name: 'buckets', buckets: [1, 10] })
      .labels(labels)
      .observe(6)
  }
  own.histogram('unused')
  own.trace('event', { x: 1 })
  return own
}

/** Every reading. */
function readingOf(own) {
  return JSON.stringify(own.snapshot()) + textOf(own.prometheusSync().body)
}

function isCoded(error, code) {
  const codes = code.split(' or ').map((each) => `ERR_TALLYSTICK_${each}`)
  return (error instanceof TypeError || error instanceof RangeError) && codes.includes(error.code)
}

for (const [call, accepted, code, run] of calls) {
  test(`${call} accepts what it documents, and throws ${code} for other values without a change`, () => {
    for (const [shown, value] of Object.entries(values)) {
      const own = recorded()
      const before = readingOf(own)
      const error = errorOf(() => run(own, value))
      if (accepted.includes(shown)) {
        assert.ok(error === undefined || error === trap, `${shown} is accepted, but ${error}`)
      } else {
        assert.ok(isCoded(error, code), `${shown} gives ${error === undefined ? 'no error' : `${error.code} ${error}`}`)
        assert.equal(readingOf(own), before, `after ${shown}`)
      }
    }
  })
}

/** A name in a snapshot, quoted if it looks like one with labels. @param {string} name */
function keyOf(name) {
  return /\{.*\}$/.test(name) ? `{${JSON.stringify(name)}}` : name
}

/** @param {() => unknown} run */
function errorOf(run) {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

test('a wrong type is a TypeError, and a number out of range is a RangeError', () => {
  const own = recorded()
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    for (const run of [
      () => own.inc('counter', wrong),
      () => own.observeMillis('timing', wrong),
      () => own.observeNanos('timing', wrong),
      () => own.gauge('gauge').inc(wrong),
      () => own.histogram('histogram').observe(wrong),
    ]) {
      assert.throws(run, { name: 'RangeError', code: 'ERR_TALLYSTICK_VALUE' })
    }
  }
  assert.throws(() => own.inc('counter', '1'), { name: 'TypeError', code: 'ERR_TALLYSTICK_VALUE' })
  assert.throws(() => Collector.attach('1'), { name: 'RangeError', code: 'ERR_TALLYSTICK_COLLECTOR' })
})

describe('options', () => {
  // [kind, options that are out of range]
  const wrong = [
    ['gauge', { merge: 'average' }],
    ['timing', { precision: 4 }],
    ['timing', { precision: '2' }],
    ['timing', { buckets: [1, 1] }],
    ['timing', { buckets: [2, 1] }],
    ['timing', { buckets: [1, Number.POSITIVE_INFINITY] }],
    ['histogram', { buckets: ['1', '2'] }],
    ['histogram', { quantiles: [0.5, 1.1] }],
    ['histogram', { quantiles: [0.9, 0.5] }],
    ['histogram', { quantiles: 0.5 }],
    ['histogram', { buckets: Array.from({ length: 1001 }, (_, at) => at) }],
    ['counter', { labelNames: ['a', ''] }],
    ['counter', { labelNames: ['a', 1] }],
    ['counter', { labelNames: 'a' }],
  ]
  for (const [kind, options] of wrong) {
    test(`of a ${kind} may not be ${JSON.stringify(options).slice(0, 60)}`, () => {
      const own = recorded()
      const before = readingOf(own)
      const error = errorOf(() => own[kind]({ name: 'new', ...options }))
      assert.ok(isCoded(error, 'OPTIONS'), `${error}`)
      assert.equal(readingOf(own), before)
      own[kind]('new')
    })
  }

  // [misspelt option, the call]
  const misspelt = [
    ['collecter', (own) => registerModules(new ModuleRegistry(), 'a', { collecter: own.collector })],
    ['labels', (own) => own.counter({ name: 'new', labels: ['a'] })],
    ['merge', (own) => own.counter({ name: 'new', merge: 'max' })],
    ['unit', (own) => own.timing({ name: 'new', unit: 'bytes' })],
    ['intervall', () => logStats({ intervall: 1 })],
    ['tracelimit', () => new Collector({ tracelimit: 1 })],
    ['bucket', (own) => own.prometheusSync({ bucket: [1] })],
    ['text', (own) => own.describe('counter', { text: 'Help.' })],
  ]
  for (const [option, call] of misspelt) {
    test(`do not include ${option} in ${String(call).replace(/^[^>]*> /, '')}`, () => {
      const own = recorded()
      const before = readingOf(own)
      const error = errorOf(() => call(own))
      assert.ok(isCoded(error, 'OPTIONS'), `${error}`)
      assert.match(error.message, new RegExp(`unknown option '${option}' \\(allowed: \\w+`))
      assert.equal(readingOf(own), before)
    })
  }

  for (const word of ['counter', 'gauge', 'timing', 'histogram', 'summary']) {
    for (const second of [{ maxSeries: 5 }, {}, 'Help.', ['label']]) {
      test(`of a ${word} are not ignored as a second argument: ${JSON.stringify(second)}`, () => {
        const own = recorded()
        const before = readingOf(own)
        const error = errorOf(() => own[word]('new', second))
        assert.ok(isCoded(error, 'OPTIONS'), `${error}`)
        assert.match(error.message, new RegExp(`^${word}\\(\\) takes one argument`))
        assert.equal(readingOf(own), before)
      })
    }
  }

  test('leave a factory usable with map()', () => {
    assert.deepEqual(['a', 'b'].map(recorded().counter).map(String).length, 2)
  })

  test('may be undefined, inherited, frozen or of a user class', () => {
    class Options {
      #name = 'a'
      get name() {
        return this.#name
      }
      get more() {
        return 1
      }
    }
    const own = recorded()
    for (const options of [
      new Options(),
      Object.freeze({ name: 'a', labels: undefined }),
      Object.create({ name: 'a', labels: 1 }),
      { name: 'a', [Symbol('more')]: 1 },
    ]) {
      own.counter(options).inc()
    }
    assert.equal(own.value('a'), 4)
  })

  test('are read once, so a getter that changes its value cannot bypass the check', () => {
    let reads = 0
    const options = {
      name: 'a',
      get buckets() {
        return reads++ === 0 ? [1, 2] : 'wrong'
      },
    }
    const histogram = createMetrics(new Collector()).histogram(options)
    histogram.observe(1.5)
    assert.equal(histogram.value().buckets.length, 2)
  })

  test('include a traceLimit from 0 to a million, a whole number', () => {
    for (const traceLimit of [-1, 0.5, 1_000_001, 2 ** 53]) {
      assert.throws(() => new Collector({ traceLimit }), { name: 'RangeError', code: 'ERR_TALLYSTICK_OPTIONS' })
    }
    new Collector({ traceLimit: 1_000_000 })
  })
})

describe('asynchronous calls reject and change nothing', () => {
  for (const [shown, value] of Object.entries(values)) {
    test(`prometheus({ buckets: ${shown} })`, async () => {
      const own = recorded()
      const before = readingOf(own)
      const outcome = await own.prometheus({ buckets: value }).catch((error) => error)
      const accepted = ['undefined', '[1]'].includes(shown)
      assert.equal(isCoded(outcome, 'OPTIONS'), !accepted, `${outcome}`)
      assert.equal(readingOf(own), before)
    })

    test(`handle(${shown}) and fetch(${shown})`, async () => {
      const own = recorded()
      const before = readingOf(own)
      for (const route of [() => own.handle(value, value), () => own.fetch(value)]) {
        const error = await route().catch((error) => error)
        assert.ok(isCoded(error, 'REQUEST'), `${error}`)
      }
      assert.equal(readingOf(own), before)
    })
  }
})

describe('a message', () => {
  test('names the value and what is expected', () => {
    const own = recorded()
    assert.throws(() => own.inc(''), { message: /metric name must be a non-empty string, got ''/ })
    assert.throws(() => own.inc('a', 'two'), { message: /delta must be a number, got 'two'/ })
    assert.throws(() => own.gauge('a').set('1'), { message: /gauge value must be a number, got '1'/ })
    assert.throws(() => own.time('a', 5), { message: /fn must be a function, got 5/ })
    assert.throws(() => own.inc('a', 1, ['x']), { message: /labels must be a plain object.*, got \[ 'x' \]/ })
  })

  test('never repeats a long value', () => {
    const own = recorded()
    const long = 'x'.repeat(1_000_000)
    own.counter({ name: long, unit: 'bytes', labelNames: ['x'] }).inc()
    const errors = [
      () => own.inc('a', long),
      () => own.inc(long, 1, { [long]: 1 }),
      () => own.inc('a', 1, { [long]: Object.create(null) }),
      () => own.counter({ name: long, unit: 'rows' }),
      () => own.timing({ name: 'a', buckets: Array(100_000).fill('x') }),
      () => own.gauge({ name: 'a', merge: long }),
      () => own.trace('a', long),
      () => own.time('a', { long }),
      () => Collector.attach(long),
      () => createMetrics({ long }),
    ].map(errorOf)
    for (const error of errors) assert.ok(error.code && error.message.length < 400, error.message.slice(0, 400))
  })
})

describe('names and texts of any characters work', () => {
  const hostile = {
    'a quote': '"',
    'a newline': 'two\nlines',
    'a carriage return': 'a\rb\r\n',
    'a backslash': 'C:\\new\\',
    'a line that looks like a sample': 'a 1\nevil_total 666',
    'a comment': '# TYPE evil counter',
    braces: 'a{b="c"}',
    __proto__of: '__proto__',
    constructor: 'constructor',
    toString: 'toString',
    'a space': ' ',
    digits: '123',
    NUL: 'a\0b',
    emoji: '👩‍👩‍👧‍👦',
    'right to left': '\u202eabc\u202c שלום',
    separators: 'a\u2028b\u2029c\u0085d\u001ce',
    'a byte order mark': '\ufeffa',
    'one character': '/',
    noncharacters: '\uffff\u{10ffff}',
    '1 MB': 'é/'.repeat(500_000),
  }

  for (const [shown, name] of Object.entries(hostile)) {
    test(`as a metric's name, in every kind: ${shown}`, () => {
      const own = createMetrics(new Collector())
      own.inc(name, 2)
      own.gauge(name).set(3)
      own.observeMillis(name, 4)
      own.histogram(name).observe(5)
      // a longer event is truncated
      const short = name.slice(0, 10_000)
      own.trace(short, { [short]: short })
      const { counters, gauges, timings, histograms, trace } = own.snapshot()
      for (const kind of [counters, gauges, timings, histograms]) assert.deepEqual(Object.keys(kind), [keyOf(name)])
      assert.deepEqual([counters, gauges].map(Object.values), [[2], [3]])
      assert.deepEqual([Object.values(timings)[0].total, Object.values(histograms)[0].sum], [4, 5])
      assert.deepEqual([trace[0].name, ...Object.entries(trace[0].fields)], [short, [short, short]])
      assert.equal(own.value(name), 2)
      const samples = samplesOf(own.prometheusSync().body)
      for (const sample of Object.keys(samples)) assert.match(sample, /^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[^\n]*\})?$/)
      assert.equal(Object.keys(samples).length, 1 + 1 + 16 + 5)
    })

    test(`as a label's name and value: ${shown}`, () => {
      const own = createMetrics(new Collector())
      const labels = Object.fromEntries([[name, name]])
      own.inc('a', 2, labels)
      own.counter('a').labels(labels).inc(3)
      own.observeMillis('a', 4, labels)
      assert.equal(own.value('a', labels), 5)
      assert.equal(Object.values(own.snapshot().timings)[0].total, 4)
      const [sample, ...more] = Object.keys(samplesOf(own.prometheusSync().body)).filter((key) =>
        key.startsWith('a_total'),
      )
      assert.deepEqual(more, [])
      assert.match(sample, /^a_total\{[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"\}$/)
    })

    test(`as help and unit: ${shown}`, () => {
      const own = createMetrics(new Collector())
      own.gauge({ name: 'a', help: name, unit: name }).set(1)
      const lines = textOf(own.prometheusSync().body).split('\n')
      assert.deepEqual(
        lines.map((line) => line.slice(0, 8)),
        ['# HELP a', '# TYPE a', lines[2].slice(0, 8), ''],
      )
      assert.match(lines[2], /^a[a-zA-Z0-9_]* 1$/)
    })
  }

  test('lone surrogates in names become U+FFFD, and are then one series of one instrument', () => {
    const own = createMetrics(new Collector())
    for (const name of ['a\ud800', 'a\udfff', 'a\ufffd']) {
      own.inc(name)
      own.inc(name, 1, { x: 1 })
      own.observeMillis(name, 1, { x: 1 })
      own.gauge(name).set(7)
      own.trace(name, { [name]: name })
    }
    const { counters, gauges, timings, trace } = own.snapshot()
    assert.deepEqual(counters, { 'a\ufffd': 3, 'a\ufffd{x="1"}': 3 })
    assert.deepEqual(gauges, { 'a\ufffd': 7 })
    assert.equal(timings['a\ufffd{x="1"}'].count, 3)
    for (const { name, fields } of trace) assert.deepEqual([name, fields], ['a\ufffd', { 'a\ufffd': 'a\ufffd' }])
  })

  test('names that every object has do not change objects', () => {
    const own = createMetrics(new Collector())
    own.inc('__proto__', 1, JSON.parse('{"__proto__":"x"}'))
    own.trace('__proto__', JSON.parse('{"__proto__":"x"}'))
    own.snapshotAndReset()
    assert.equal({}.x, undefined)
    assert.equal(Object.getPrototypeOf({}), Object.prototype)
  })
})

describe('a message names the remedy', () => {
  const own = createMetrics(new Collector())
  const labels = { method: 'GET' }
  const reply = { raw: { writeHead() {} } }
  for (const [call, run, code, remedy] of [
    ['counter.inc(labels)', () => own.counter('a').inc(labels), 'VALUE', /\.labels\(\{ … \}\)/],
    ['bound counter.inc(labels)', () => own.counter('a').labels(labels).inc(labels), 'VALUE', /\.labels\(/],
    ['metrics.inc(name, labels)', () => own.inc('a', labels), 'VALUE', /third argument of metrics\.inc/],
    ['gauge.set(labels)', () => own.gauge('a').set(labels), 'VALUE', /\.labels\(/],
    ['gauge.inc(labels)', () => own.gauge('a').inc(labels), 'VALUE', /\.labels\(/],
    ['timing.observeMillis(labels)', () => own.timing('a').observeMillis(labels), 'VALUE', /\.labels\(/],
    ['timing.observeNanos(labels)', () => own.timing('a').observeNanos(labels), 'VALUE', /a bigint.*\.labels\(/],
    [
      'metrics.observeMillis(name, labels)',
      () => own.observeMillis('a', labels, 1),
      'VALUE',
      /third argument of.*observeMillis/,
    ],
    ['histogram.observe(labels)', () => own.histogram('a').observe(labels), 'VALUE', /\.labels\(/],
    ['timing.observe(1)', () => own.timing('a').observe(1), 'VALUE', /observeMillis\(milliseconds\)/],
    ['bound timing.observe(1)', () => own.timing('a').labels(labels).observe(1), 'VALUE', /observeNanos/],
    ['counter({ labels })', () => own.counter({ name: 'b', labels: ['x'] }), 'OPTIONS', /allowed: name.*labelNames/],
    [
      'counter({ registers })',
      () => own.counter({ name: 'b', registers: [] }),
      'OPTIONS',
      /createMetrics\(collector\)/,
    ],
    ['histogram({ percentiles })', () => own.histogram({ name: 'b', percentiles: [0.5] }), 'OPTIONS', /p50/],
    ['counter({ description })', () => own.counter({ name: 'b', description: 'Help.' }), 'OPTIONS', /is help/],
    ['Collector.attach(collector)', () => Collector.attach(own.collector), 'COLLECTOR', /pass collector\.id/],
  ]) {
    test(`of ${call}`, () => {
      const { name, code: actual, message } = errorOf(run)
      assert.deepEqual([name, actual], ['TypeError', `ERR_TALLYSTICK_${code}`])
      assert.match(message, remedy)
    })
  }

  for (const [call, run] of [
    ['counter.inc(1, labels)', () => own.counter('a').inc(1, { labels })],
    ['counter.inc(undefined, labels)', () => own.counter('a').inc(undefined, labels)],
    ['gauge.set(1, labels)', () => own.gauge('a').set(1, labels)],
    ['gauge.inc(1, labels)', () => own.gauge('a').inc(1, labels)],
    ['gauge.dec(1, labels)', () => own.gauge('a').dec(1, labels)],
    ['timing.observeMillis(1, labels)', () => own.timing('a').observeMillis(1, labels)],
    ['timing.observeNanos(1, labels)', () => own.timing('a').observeNanos(1, labels)],
    ['histogram.observe(1, labels)', () => own.histogram('a').observe(1, labels)],
    ['gauge.set(labels, 1)', () => own.gauge('a').set(labels, 1)],
    ['bound counter.inc(1, labels)', () => own.counter('a').labels(labels).inc(1, labels)],
  ]) {
    test(`of ${call}, also after the first use, and nothing is recorded`, () => {
      own.counter('a').inc()
      const before = readingOf(own)
      const { name, code, message } = errorOf(run)
      assert.deepEqual([name, code], ['TypeError', 'ERR_TALLYSTICK_LABELS'])
      assert.match(message, /, and got .*: pass labels to \.labels\(/)
      if (!call.startsWith('bound')) assert.equal(readingOf(own), before)
    })
  }

  test('of handle with Fastify’s reply', async () => {
    const service = createPoolMetrics()
    for (const { handle } of [own, service]) {
      await assert.rejects(async () => handle({ method: 'GET', url: '/metrics' }, reply), {
        name: 'TypeError',
        code: 'ERR_TALLYSTICK_REQUEST',
        message: /reply\.raw/,
      })
      const other = await Promise.resolve(handle({ method: 'GET', url: '/metrics' }, { raw: null })).catch(
        (error) => error,
      )
      assert.doesNotMatch(other.message, /Fastify/)
    }
    service.close()
  })

  test('has no remedy for an option that only resembles another library’s', () => {
    const { message } = errorOf(() => new Collector({ registers: 1 }))
    assert.match(
      message,
      /unknown option 'registers' \(allowed: traceLimit, labels, exemplars, maxSeries, selfMetrics, ttl\)$/,
    )
  })
})
