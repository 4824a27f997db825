'use strict'

// How the modules for other people's scripts treat values that Metrics rejects.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const vm = require('node:vm')
const { Collector, ModuleRegistry, createMetrics, createSceneMetrics, registerModules } = require('../..')
const { textOf } = require('../support/exposition-samples')

let hosts = 0

/** Runs a script under a new prefix, because warnings come once for each module. */
function host() {
  const prefix = `host${++hosts}`
  const collector = new Collector()
  const registry = new ModuleRegistry()
  registerModules(registry, prefix, { collector })
  const sandbox = vm.createContext({
    require: registry.require,
    metrics: registry.require(`${prefix}/metrics`),
    scenes: registry.require(`${prefix}/scene-metrics`),
  })
  vm.runInContext(
    `const unreadable = { toString() { throw new Error('no text') }, valueOf() { throw new Error('no number') } }
    const { proxy: revoked, revoke } = Proxy.revocable({}, {})
    revoke()
    const unlistable = new Proxy([], { ownKeys() { throw 'no keys' } })`,
    sandbox,
  )
  return { prefix, own: createMetrics(collector), run: (script) => vm.runInContext(script, sandbox) }
}

/** What a script recorded: counters, and the number of values in timings. */
function recordedBy(script) {
  const { own, run } = host()
  const result = run(script)
  const { counters, timings, trace } = own.snapshot()
  const counts = Object.fromEntries(Object.entries(timings).map(([name, { count }]) => [name, count]))
  return { result, counters, counts, trace: trace.map(({ name, fields }) => [name, fields]) }
}

/** The warnings of scripts that `run` causes. */
async function warningsOf(run) {
  const messages = []
  const received = (warning) => warning.code === 'TALLYSTICK_SCRIPT' && messages.push(warning.message)
  // those of earlier tests come first
  await new Promise((resolve) => setImmediate(resolve))
  process.on('warning', received)
  await run()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', received)
  return messages
}

test('the metrics module keeps exemplars, and records without those that are wrong', async () => {
  const { own, run } = host()
  own.histogram({ name: 'size', buckets: [10] })
  const warnings = await warningsOf(() =>
    run(`
      const exemplar = { trace_id: 'abc' }
      metrics.inc('jobs', 1, undefined, { exemplar })
      metrics.inc('tasks', 1, { id: 1 }, { exemplar })
      metrics.observe('size', 4, undefined, { exemplar })
      metrics.observeMillis('wait', 5, { id: 1 }, { exemplar })
      metrics.time('call', () => 1, undefined, { exemplar })
      metrics.inc('jobs', 2, undefined, { trace: 'abc' })
      metrics.inc('tasks', 2, { id: 1 }, 'abc')
      metrics.inc('both', 2, 'abc', 'abc')
      for (const unreadable of [revoked, unlistable]) metrics.inc('both', 1, undefined, unreadable)
    `),
  )
  const { body } = own.prometheusSync({ accept: 'application/openmetrics-text' })
  assert.equal(textOf(body).match(/ # \{trace_id="abc"\} /g).length, 5)
  const { counters } = own.snapshot()
  assert.deepEqual(counters, { jobs: 3, 'tasks{id="1"}': 3, both: 4 })
  assert.deepEqual(
    warnings.map((warning) => /without (.*)$/.exec(warning)[1]),
    ['an exemplar', 'labels'],
  )
})

test('the metrics module converts or drops the values of gauges and histograms', async () => {
  const { own, run } = host()
  const warnings = await warningsOf(() =>
    run(`
      metrics.set('a', '3')
      metrics.set('nan', NaN)
      metrics.set('b', 'many')
      metrics.set('c', unreadable)
      metrics.set('d')
      metrics.set('e', 1, 'labels')
      metrics.set('', 1)
      metrics.observe('f', '2')
      metrics.observe('g', -1)
      metrics.observe('h', NaN)
      metrics.observe('i', 1, { x: 1 })
    `),
  )
  const { gauges, histograms } = own.snapshot()
  assert.deepEqual(gauges, { a: 3, e: 1, nan: Number.NaN })
  assert.deepEqual(Object.keys(histograms), ['f', 'i{x="1"}'])
  assert.deepEqual(
    warnings.map((message) =>
      message
        .match(/got a(?:n)? ([a-z]+)|got (labels)/)
        ?.slice(1)
        .find(Boolean),
    ),
    ['value', 'labels', 'name'],
  )
})

describe('the metrics module', () => {
  for (const [script, counters] of [
    [`metrics.inc('')`, {}],
    [`metrics.inc('b', '3')`, { b: 3 }],
    [`metrics.inc('b', '2.7'); metrics.inc('b', 2.5)`, { b: 4.5 }],
    [`metrics.inc('b', true); metrics.inc('b', 4n); metrics.inc('b', null)`, { b: 6 }],
    [`metrics.inc('b', 'many'); metrics.inc('c', NaN); metrics.inc('d', Infinity)`, { b: 0, c: 0, d: 0 }],
    [`metrics.inc('b', unreadable); metrics.inc('c', Symbol('s')); metrics.inc('d', {})`, { b: 0, c: 0, d: 0 }],
    [`metrics.inc(7); metrics.inc(null); metrics.inc(); metrics.inc(['x'])`, { 7: 1, null: 1, undefined: 1, x: 1 }],
    [`metrics.inc(unreadable); metrics.inc(Object.create(null))`, {}],
    [`metrics.inc('b', 1, 'labels'); metrics.inc('b', '2', [1])`, { b: 3 }],
    [`metrics.inc('b', '2', { x: 1 }); metrics.inc('b', 1, { x: unreadable })`, { 'b{x="1"}': 2, b: 1 }],
    [`metrics.counted(5, () => 1); metrics.counted('', () => 1); metrics.counted('b')`, { 5: 1 }],
  ]) {
    test(`counts what is valid in ${script}`, () => assert.deepEqual(recordedBy(script).counters, counters))
  }

  for (const [script, counts] of [
    [`metrics.observeMillis('a', '12.5'); metrics.observeMillis('a', null)`, { a: 2 }],
    [`metrics.observeMillis('a'); metrics.observeMillis('a', 'x'); metrics.observeMillis('a', Infinity)`, {}],
    [`metrics.observeMillis('', 1); metrics.observeMillis(4, 1); metrics.observeMillis('a', 1, 5)`, { 4: 1, a: 1 }],
    [`metrics.observeNanos('a', '5'); metrics.observeNanos('a', 5n); metrics.observeNanos('a', NaN)`, { a: 2 }],
    [`metrics.time(4, () => 1); metrics.time('', () => 1); metrics.time('a')`, { 4: 1 }],
    [`metrics.time('a', () => 1, 5); metrics.time(5, () => 1, { x: 1 })`, { a: 1, '5{x="1"}': 1 }],
  ]) {
    test(`times what is valid in ${script}`, () => assert.deepEqual(recordedBy(script).counts, counts))
  }

  test('records a duration as the number that it converts to', () => {
    const { own, run } = host()
    run(`metrics.observeMillis('a', '12.5'); metrics.observeNanos('a', '500000')`)
    assert.equal(own.value('a').total, 13)
  })

  test('returns what functions return, with any name, and undefined without a function', () => {
    const script = `[metrics.time('', () => 1), metrics.time(unreadable, () => 2), metrics.counted('', () => 3),
      metrics.time('a', 5), metrics.counted('a', {}), metrics.time('a', () => 4, 'labels')]`
    assert.deepEqual([...recordedBy(script).result], [1, 2, 3, undefined, undefined, 4])
  })

  test('passes errors of functions through, and calls them once', () => {
    for (const call of [
      `metrics.time('a', fail)`,
      `metrics.time('', fail)`,
      `metrics.time('a', fail, { x: 1 })`,
      `metrics.time('a', fail, 'labels')`,
      `metrics.counted('', fail)`,
    ]) {
      const { run } = host()
      run(`let calls = 0
        const fail = () => { calls++; throw Object.assign(new Error('its own'), { code: 'ERR_TALLYSTICK_LABELS' }) }`)
      assert.throws(() => run(call), { message: 'its own' })
      assert.equal(run('calls'), 1, call)
    }
  })

  test('keeps events with any fields', () => {
    const script = `metrics.trace('a', 'xy'); metrics.trace(5, ['z']); metrics.trace('b', 7)
      metrics.trace('c', { x: unreadable }); metrics.trace('d', { x: 1 }); metrics.trace('')
      metrics.trace('e', revoked); metrics.trace('f', unlistable)`
    assert.deepEqual(recordedBy(script).trace, [
      ['a', { 0: 'x', 1: 'y' }],
      ['5', { 0: 'z' }],
      ['b', {}],
      ['c', {}],
      ['d', { x: '1' }],
      ['e', {}],
      ['f', {}],
    ])
  })

  test('has strict instruments and readings', () => {
    const { own, prefix, run } = host()
    assert.throws(() => run(`metrics.counter('a').inc('1')`), { code: 'ERR_TALLYSTICK_VALUE' })
    assert.throws(() => run(`metrics.value('')`), { code: 'ERR_TALLYSTICK_NAME' })
    run(`const { inc } = require('${prefix}/metrics'); inc('a')`)
    assert.equal(own.value('a'), 1)
  })
})

describe('the scene-metrics module', () => {
  for (const [script, counters] of [
    [`scenes.create(7).inc('a')`, { '7.a': 1 }],
    [`scenes.create(unreadable).inc('a'); scenes.create(null).inc('b')`, { 'scene.a': 1, 'scene.b': 1 }],
    [`scenes.create().inc(''); scenes.create().inc(5, '2')`, { scene: 1, 'scene.5': 2 }],
    [`scenes.create().inc('a', NaN); scenes.create().inc(unreadable)`, { 'scene.a': 0 }],
    [`scenes.create().recordActivation(5)`, { 'scene.activations': 1, 'scene.activations.other': 1 }],
    [`scenes.create().recordActivation(unreadable)`, { 'scene.activations': 1, 'scene.activations.unknown': 1 }],
    [
      `scenes.create().recordRebuild(5, 'no function')`,
      { 'scene.renderAll.calls': 1, 'scene.renderAll.reason.other': 1, 'scene.renderAll.reasonExact.5': 1 },
    ],
  ]) {
    test(`counts what is valid in ${script}`, () => assert.deepEqual(recordedBy(script).counters, counters))
  }

  for (const [script, counts] of [
    [`scenes.create().timeTile(4, () => 1)`, { 'scene.tile.4': 1 }],
    [`scenes.create().timeTile('', () => 1); scenes.create().timeTile(unreadable, () => 1)`, { 'scene.tile.': 1 }],
    [`scenes.create().time(4, () => 1); scenes.create().time('', () => 1)`, { 'scene.4': 1, scene: 1 }],
    [`scenes.create().time('a'); scenes.create().timeTile('a', 5)`, {}],
    [`scenes.create().observeMillis(4, '5'); scenes.create().observeMillis('a', {})`, { 'scene.4': 1 }],
    [
      `scenes.create().recordRebuild(null, null); scenes.create().recordRebuild('T1', () => 1)`,
      { 'scene.renderAll': 1 },
    ],
  ]) {
    test(`times what is valid in ${script}`, () => assert.deepEqual(recordedBy(script).counts, counts))
  }

  test('returns what functions return, and has prefixes and categories', () => {
    const script = `const scene = scenes.create(7);
      [scene.time(unreadable, () => 1), scene.timeTile(4, () => 2), scene.timeTile('', () => 3), scene.time('a'),
       scene.recordRebuild(5, () => 4), scene.recordRebuild('loop', 5), scene.prefix(),
       scene.reasonCategory(5), scenes.reasonCategory(unreadable), scenes.reasonCategory('T1')]`
    assert.deepEqual(
      [...recordedBy(script).result],
      [1, 2, 3, undefined, 4, undefined, '7', 'other', 'unknown', 'touch'],
    )
  })

  test('keeps events with any fields, and its functions can be destructured', () => {
    const { trace, counters } = recordedBy(`const { trace, inc, recordLoopTick } = scenes.create('s')
      trace('a', ['x']); trace('b', { x: unreadable }); trace('c', revoked); trace(unreadable); inc('c'); recordLoopTick()`)
    assert.deepEqual(trace, [
      ['s.a', { 0: 'x' }],
      ['s.b', {}],
      ['s.c', {}],
    ])
    assert.deepEqual(counters, { 's.c': 1, 's.loopTicks': 1 })
  })
})

describe('warnings', () => {
  test('come once for each module and mistake, and name both', async () => {
    const { prefix, run } = host()
    const messages = await warningsOf(() => {
      for (let frame = 0; frame < 3; frame++) {
        run(`metrics.inc(''); metrics.time('', () => 1); metrics.inc('a', 'many'); metrics.inc('a', 1, 5)
          metrics.observeMillis('a'); metrics.trace('a', { x: unreadable }); metrics.counted('a')
          scenes.create(unreadable).time('a'); scenes.reasonCategory(unreadable)`)
      }
    })
    assert.deepEqual(
      messages.map((message) => message.split(':')[0]),
      [
        `inc() of ${prefix}/metrics got a name that is empty or cannot be converted to a string`,
        `inc() of ${prefix}/metrics got a delta that is not a finite number`,
        `inc() of ${prefix}/metrics got labels that are not a plain object of declared names and values`,
        `observeMillis() of ${prefix}/metrics got a duration that is not a finite number`,
        `trace() of ${prefix}/metrics got trace fields that cannot be converted to strings`,
        `counted() of ${prefix}/metrics got a value that is not a function`,
        `create() of ${prefix}/scene-metrics got a prefix that cannot be converted to a string`,
        `time() of ${prefix}/scene-metrics got a value that is not a function`,
        `reasonCategory() of ${prefix}/scene-metrics got a reason that cannot be converted to a string`,
      ],
    )
  })

  test('do not come for values that are converted', async () => {
    const { run } = host()
    const messages = await warningsOf(() =>
      run(`metrics.inc('b', '3'); metrics.inc(5); scenes.create(7).timeTile(4, () => 1); metrics.trace('a', 'x')`),
    )
    assert.deepEqual(messages, [])
  })
})

test('metrics and sceneMetrics themselves stay strict', () => {
  const collector = new Collector()
  const scene = createSceneMetrics(collector).create()
  assert.throws(() => createMetrics(collector).inc(''), { code: 'ERR_TALLYSTICK_NAME' })
  assert.throws(() => createMetrics(collector).inc('b', '3'), { code: 'ERR_TALLYSTICK_VALUE' })
  assert.throws(() => scene.timeTile(4, () => 1), { code: 'ERR_TALLYSTICK_NAME' })
  assert.throws(() => createSceneMetrics(collector).create(7), { code: 'ERR_TALLYSTICK_NAME' })
})
