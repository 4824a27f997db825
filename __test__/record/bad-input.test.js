'use strict'

// Invalid calls throw and change nothing.

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
const { errorOf, isCoded, readingOf, recorded } = require('../support/bad-input')

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
