'use strict'

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { Collector, createMetrics, createSceneMetrics, metrics, sceneMetrics } = require('..')

/** A scene on a new collector, and what it has recorded. */
function sceneOf(prefix) {
  const collector = new Collector()
  const scene = createSceneMetrics(collector).create(prefix)
  const read = () => createMetrics(collector).snapshot()
  return { scene, read }
}

function countersAfter(record, prefix) {
  const { scene, read } = sceneOf(prefix)
  record(scene)
  return { ...read().counters }
}

function timingCountsAfter(record, prefix) {
  const { scene, read } = sceneOf(prefix)
  record(scene)
  return Object.fromEntries(Object.entries(read().timings).map(([name, { count }]) => [name, count]))
}

const nothing = { counters: {}, gauges: {}, timings: {}, histograms: {}, trace: [] }

function assertNothingRecorded(read) {
  assert.deepEqual(JSON.parse(JSON.stringify(read())), nothing)
}

describe('a scene', () => {
  for (const [given, prefix] of [
    [undefined, 'scene'],
    [null, 'scene'],
    ['', 'scene'],
    ['map', 'map'],
    [' map.of/things ', ' map.of/things '],
  ]) {
    test(`created with ${JSON.stringify(given)} has the prefix ${JSON.stringify(prefix)}`, () => {
      const { scene } = sceneOf(given)
      assert.equal(scene.prefix(), prefix)
      assert.deepEqual(Object.keys(countersAfter((each) => each.inc('frames'), given)), [`${prefix}.frames`])
    })
  }

  test('that did nothing has no series', () => {
    const { read } = sceneOf('idle')
    assertNothingRecorded(read)
  })

  test('records into the default collector if sceneMetrics created it', () => {
    sceneMetrics.create('default-scene').inc('frames', 3)
    assert.equal(metrics.value('default-scene.frames'), 3)
  })

  test('shares its series with another scene with the same prefix', () => {
    const collector = new Collector()
    const scenes = createSceneMetrics(collector)
    scenes.create('map').inc('frames')
    scenes.create('map').inc('frames')
    assert.equal(createMetrics(collector).value('map.frames'), 2)
  })

  test('is separate from a scene with the same prefix on another collector', () => {
    const [one, other] = [sceneOf('map'), sceneOf('map')]
    one.scene.inc('frames')
    assertNothingRecorded(other.read)
  })

  test('has methods that can be destructured', () => {
    const { scene, read } = sceneOf('map')
    const { inc, observeMillis, prefix, recordActivation, recordLoopTick, recordRebuild, time, timeTile, trace } = scene
    inc('frames')
    observeMillis('draw', 1)
    time('load', () => {})
    timeTile('1', () => {})
    trace('seen')
    recordLoopTick()
    recordActivation('T1')
    recordRebuild('loop')
    assert.equal(prefix(), 'map')
    const { counters, timings } = read()
    assert.deepEqual(Object.keys(timings), ['map.draw', 'map.load', 'map.tile.1'])
    assert.equal(Object.keys(counters).length, 7)
  })

  test('records after its collector was cleared', () => {
    const collector = new Collector()
    const scene = createSceneMetrics(collector).create()
    scene.inc('frames', 5)
    collector.clear()
    scene.inc('frames')
    assert.equal(createMetrics(collector).value('scene.frames'), 1)
  })
})

describe('a scene whose names', () => {
  test('were unregistered records into new families', () => {
    const collector = new Collector()
    const own = createMetrics(collector)
    const scenes = [1, 2].map(() => createSceneMetrics(collector).create('map'))
    const use = (scene) => {
      scene.inc('frames')
      scene.observeMillis('draw', 1)
      scene.time('draw', () => {})
      scene.timeTile('a', () => {})
      scene.recordLoopTick()
      scene.recordActivation('initial')
      scene.recordRebuild('T1', () => {})
    }
    scenes.forEach(use)
    const before = own.snapshot()
    for (const section of ['counters', 'timings']) for (const name of Object.keys(before[section])) own.unregister(name)
    assert.deepEqual(own.snapshot().counters, {})
    scenes.forEach(use)
    const { counters, timings } = own.snapshot()
    assert.deepEqual(counters, before.counters)
    assert.deepEqual(
      Object.entries(timings).map(([name, { count }]) => [name, count]),
      Object.entries(before.timings).map(([name, { count }]) => [name, count]),
    )
  })

  for (const [method, record, section] of [
    ['inc', (scene, at) => scene.inc(`a${at}`), 'counters'],
    ['observeMillis', (scene, at) => scene.observeMillis(`a${at}`, 1), 'timings'],
    ['time', (scene, at) => scene.time(`a${at}`, () => {}), 'timings'],
    ['timeTile', (scene, at) => scene.timeTile(`a${at}`, () => {}), 'timings'],
    ['recordRebuild', (scene, at) => scene.recordRebuild(`T${at}`), 'counters'],
  ]) {
    test(`have no room counts them together, by ${method}`, () => {
      const { scene, read } = sceneOf()
      const names = 10_100
      for (let at = 0; at < names; at++) record(scene, at)
      record(scene, names - 1)
      const all = Object.entries(read()[section]).filter(([name]) => !/renderAll\.(calls|reason\.)/.test(name))
      const counts = all.map(([, value]) => value.count ?? value)
      assert.equal(
        counts.reduce((sum, count) => sum + count, 0),
        names + 1,
      )
      assert.ok(all.length <= 10_001)
      assert.ok(all.some(([name]) => name.startsWith('tallystick_overflow{')))
    })
  }
})

describe('inc', () => {
  test('adds 1 for an absent or null delta, and any other delta unchanged', () => {
    const counters = countersAfter(({ inc }) => {
      inc('frames')
      inc('frames', undefined)
      inc('frames', null)
      inc('frames', 10)
      inc('frames', -2)
    })
    assert.deepEqual(counters, { 'scene.frames': 11 })
  })

  test('with 0 makes the series visible', () => {
    assert.deepEqual(
      countersAfter(({ inc }) => inc('frames', 0)),
      { 'scene.frames': 0 },
    )
  })

  test('with an empty suffix counts under the prefix itself', () => {
    assert.deepEqual(
      countersAfter(({ inc }) => inc('')),
      { scene: 1 },
    )
  })
})

describe('timings', () => {
  test('observeMillis records milliseconds under the suffix', () => {
    const { scene, read } = sceneOf('map')
    scene.observeMillis('draw', 2)
    scene.observeMillis('draw', 4)
    const { count, total, min, max } = read().timings['map.draw']
    assert.deepEqual({ count, total, min, max }, { count: 2, total: 6, min: 2, max: 4 })
  })

  test('observeMillis with an empty suffix records under the prefix itself', () => {
    assert.deepEqual(
      timingCountsAfter(({ observeMillis }) => observeMillis('', 1)),
      { scene: 1 },
    )
  })

  test('time returns what the function returns', () => {
    const { scene } = sceneOf()
    assert.equal(
      scene.time('draw', () => 'drawn'),
      'drawn',
    )
  })

  test('time records a function that throws, and passes the error through', () => {
    const { scene, read } = sceneOf()
    const error = new Error('not drawn')
    assert.throws(
      () =>
        scene.time('draw', () => {
          throw error
        }),
      (each) => each === error,
    )
    assert.equal(read().timings['scene.draw'].count, 1)
  })

  test('time awaits a promise and records when it settles', async () => {
    const { scene, read } = sceneOf()
    const { promise, resolve } = withResolvers()
    const timed = scene.time('load', () => promise)
    assertNothingRecorded(read)
    resolve('loaded')
    assert.equal(await timed, 'loaded')
    assert.equal(read().timings['scene.load'].count, 1)
  })

  test('timeTile times under tile.<name> and returns the result', () => {
    const { scene, read } = sceneOf()
    assert.equal(
      scene.timeTile('SPIRAL', () => 7),
      7,
    )
    assert.deepEqual(Object.keys(read().timings), ['scene.tile.SPIRAL'])
  })

  test('timeTile shares its series with time under the same name', () => {
    assert.deepEqual(
      timingCountsAfter(({ time, timeTile }) => {
        timeTile('a', () => {})
        time('tile.a', () => {})
      }),
      { 'scene.tile.a': 2 },
    )
  })
})

describe('trace', () => {
  test('keeps an event under the suffix', () => {
    const { scene, read } = sceneOf('map')
    scene.trace('tap', { x: 1 })
    scene.trace('')
    assert.deepEqual(
      read().trace.map(({ name, fields }) => [name, { ...fields }]),
      [
        ['map.tap', { x: '1' }],
        ['map', {}],
      ],
    )
  })

  test('names events correctly beyond the names that a scene caches', () => {
    const { scene, read } = sceneOf('map')
    for (let i = 0; i < 2100; i += 1) scene.trace(`tap${i}`)
    scene.trace('tap0')
    const names = read().trace.map(({ name }) => name)
    assert.deepEqual(names.slice(-2), ['map.tap2099', 'map.tap0'])
  })
})

describe('recordLoopTick', () => {
  test('counts loopTicks', () => {
    const counters = countersAfter(({ recordLoopTick }) => {
      recordLoopTick()
      recordLoopTick()
    }, 'map')
    assert.deepEqual(counters, { 'map.loopTicks': 2 })
  })
})

const reasons = [
  [undefined, 'unknown'],
  [null, 'unknown'],
  ['', 'unknown'],
  ['unknown', 'unknown'],
  ['initial', 'initial'],
  ['loop', 'loop'],
  ['T', 'touch'],
  ['T12', 'touch'],
  ['Timer', 'touch'],
  ['B', 'button'],
  ['B1', 'button'],
  ['t1', 'other'],
  ['b1', 'other'],
  ['loops', 'other'],
  ['Initial', 'other'],
  [' T1', 'other'],
  ['Ünknown', 'other'],
]

describe('reasonCategory', () => {
  for (const [reason, category] of reasons) {
    test(`of ${JSON.stringify(reason)} is ${category}`, () => {
      assert.equal(sceneMetrics.reasonCategory(reason), category)
      assert.equal(sceneMetrics.create().reasonCategory(reason), category)
    })
  }
})

describe('recordActivation', () => {
  for (const [reason, category] of reasons) {
    test(`with ${JSON.stringify(reason)} counts activations and activations.${category}`, () => {
      assert.deepEqual(
        countersAfter((scene) => scene.recordActivation(reason)),
        { 'scene.activations': 1, [`scene.activations.${category}`]: 1 },
      )
    })
  }

  test('counts different reasons of a category together', () => {
    const counters = countersAfter(({ recordActivation }) => {
      for (const reason of ['T1', 'T2', 'B1']) recordActivation(reason)
    })
    assert.deepEqual(counters, { 'scene.activations': 3, 'scene.activations.button': 1, 'scene.activations.touch': 2 })
  })
})

describe('recordRebuild', () => {
  for (const [reason, category] of reasons) {
    test(`with ${JSON.stringify(reason)} counts the call, the category ${category} and the exact reason`, () => {
      assert.deepEqual(
        countersAfter((scene) => scene.recordRebuild(reason)),
        {
          'scene.renderAll.calls': 1,
          [`scene.renderAll.reason.${category}`]: 1,
          [`scene.renderAll.reasonExact.${reason || 'unknown'}`]: 1,
        },
      )
    })
  }

  test('counts all absent reasons as unknown', () => {
    const counters = countersAfter(({ recordRebuild }) => {
      for (const reason of [undefined, null, '', 'unknown']) recordRebuild(reason)
    })
    assert.equal(counters['scene.renderAll.reasonExact.unknown'], 4)
  })

  test('without a function returns undefined and times nothing', () => {
    const { scene, read } = sceneOf()
    assert.equal(scene.recordRebuild('loop'), undefined)
    assert.equal(scene.recordRebuild('loop', undefined), undefined)
    assert.deepEqual({ ...read().timings }, {})
  })

  test('with a function times it under renderAll and returns its result', () => {
    const { scene, read } = sceneOf()
    assert.equal(
      scene.recordRebuild('loop', () => 'rendered'),
      'rendered',
    )
    assert.equal(read().timings['scene.renderAll'].count, 1)
    assert.equal(read().counters['scene.renderAll.calls'], 1)
  })

  test('counts before it runs the function, and when that throws', () => {
    const { scene, read } = sceneOf()
    let callsWithin
    assert.throws(
      () =>
        scene.recordRebuild('loop', () => {
          callsWithin = read().counters['scene.renderAll.calls']
          throw new Error('not rendered')
        }),
      /not rendered/,
    )
    assert.equal(callsWithin, 1)
    assert.equal(read().timings['scene.renderAll'].count, 1)
  })

  test('keeps many exact reasons apart', () => {
    const counters = countersAfter(({ recordRebuild }) => {
      for (let i = 0; i < 500; i += 1) recordRebuild(`T${i}`)
      recordRebuild('T7')
    })
    assert.equal(counters['scene.renderAll.reason.touch'], 501)
    assert.equal(counters['scene.renderAll.reasonExact.T7'], 2)
    assert.equal(Object.keys(counters).length, 502)
  })
})

// [call, code]
const badCalls = {
  'inc of a suffix that is no string': [({ inc }) => inc(1), 'ERR_TALLYSTICK_NAME'],
  'inc without a suffix': [({ inc }) => inc(), 'ERR_TALLYSTICK_NAME'],
  'inc of a symbol': [({ inc }) => inc(Symbol('x')), 'ERR_TALLYSTICK_NAME'],
  'inc of a delta that is no number': [({ inc }) => inc('frames', '1'), 'ERR_TALLYSTICK_VALUE'],
  'inc of NaN': [({ inc }) => inc('frames', Number.NaN), 'ERR_TALLYSTICK_VALUE', RangeError],
  'observeMillis of a suffix that is no string': [({ observeMillis }) => observeMillis({}, 1), 'ERR_TALLYSTICK_NAME'],
  'observeMillis of no number': [({ observeMillis }) => observeMillis('draw', '1'), 'ERR_TALLYSTICK_VALUE'],
  'time of a suffix that is no string': [({ time }) => time(null, () => {}), 'ERR_TALLYSTICK_NAME'],
  'time of no function': [({ time }) => time('draw', 5), 'ERR_TALLYSTICK_FUNCTION'],
  'timeTile of an empty name': [({ timeTile }) => timeTile('', () => {}), 'ERR_TALLYSTICK_NAME'],
  'timeTile of a name that is no string': [({ timeTile }) => timeTile(3, () => {}), 'ERR_TALLYSTICK_NAME'],
  'timeTile of no function': [({ timeTile }) => timeTile('SPIRAL'), 'ERR_TALLYSTICK_FUNCTION'],
  'trace of a suffix that is no string': [({ trace }) => trace(7), 'ERR_TALLYSTICK_NAME'],
  'recordActivation of a number': [({ recordActivation }) => recordActivation(1), 'ERR_TALLYSTICK_NAME'],
  'recordActivation of an object': [({ recordActivation }) => recordActivation({}), 'ERR_TALLYSTICK_NAME'],
  'recordRebuild of a number': [({ recordRebuild }) => recordRebuild(0), 'ERR_TALLYSTICK_NAME'],
  'recordRebuild of false': [({ recordRebuild }) => recordRebuild(false), 'ERR_TALLYSTICK_NAME'],
  'recordRebuild with a second argument of null': [
    ({ recordRebuild }) => recordRebuild('loop', null),
    'ERR_TALLYSTICK_FUNCTION',
  ],
  'recordRebuild with a second argument that is no function': [
    ({ recordRebuild }) => recordRebuild('loop', 'fn'),
    'ERR_TALLYSTICK_FUNCTION',
  ],
  'reasonCategory of a number': [({ reasonCategory }) => reasonCategory(1), 'ERR_TALLYSTICK_NAME'],
}

describe('a bad call', () => {
  for (const [what, [call, code, Type = TypeError]] of Object.entries(badCalls)) {
    test(`(${what}) is ${code} and records nothing`, () => {
      const { scene, read } = sceneOf()
      assert.throws(
        () => call(scene),
        (error) => error instanceof Type && error.code === code,
      )
      assertNothingRecorded(read)
    })
  }

  for (const prefix of [1, {}, false, Symbol('x')]) {
    test(`(create of the prefix ${String(prefix)}) is ERR_TALLYSTICK_NAME`, () => {
      assert.throws(
        () => sceneMetrics.create(prefix),
        (error) => error instanceof TypeError && error.code === 'ERR_TALLYSTICK_NAME',
      )
    })
  }

  test('(createSceneMetrics of no collector) is ERR_TALLYSTICK_COLLECTOR', () => {
    assert.throws(() => createSceneMetrics({}), { name: 'TypeError', code: 'ERR_TALLYSTICK_COLLECTOR' })
  })
})

function withResolvers() {
  let resolve
  const promise = new Promise((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
