'use strict'

// Labels that a timing gets at the start, at the end, or from a result.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { fresh, spin, thrownBy } = require('../support/metrics')

/** The series of the timing `a`, and how many values they have. */
function counts(own) {
  return Object.fromEntries(Object.entries(own.snapshot().timings).map(([key, { count }]) => [key, count]))
}

/** A turn of the event loop, in which warnings and settled promises arrive. */
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** The messages of the warnings with this code that `run` causes. */
async function warningsOf(code, run) {
  const messages = []
  const received = (warning) => warning.code === code && messages.push(warning.message)
  process.on('warning', received)
  await run()
  await turn()
  process.off('warning', received)
  return messages
}

describe('start()', () => {
  for (const [first, last, key] of [
    [undefined, undefined, 'a'],
    [null, null, 'a'],
    [{ x: 1 }, undefined, 'a{x="1"}'],
    [undefined, { x: 1 }, 'a{x="1"}'],
    [{ x: 1 }, { y: 2 }, 'a{x="1",y="2"}'],
    [{ x: 1, y: 1 }, { x: 2 }, 'a{x="2",y="1"}'],
    [{ x: 1, y: 1 }, { x: undefined }, 'a{y="1"}'],
    [{ ['__proto__']: 1 }, { constructor: 2 }, 'a{__proto__="1",constructor="2"}'],
  ]) {
    test(`with ${JSON.stringify(first)} and stopped with ${JSON.stringify(last)} records ${key}`, () => {
      const own = fresh()
      const stop = own.timing('a').start(first)
      spin(2)
      const milliseconds = stop(last)
      assert.deepEqual(counts(own), { [key]: 1 })
      assert.ok(milliseconds >= 1.99)
      assert.ok(Math.abs(own.snapshot().timings[key].total - milliseconds) < 1e-6)
    })
  }

  test('reads each label once, when it is called', () => {
    const own = fresh()
    let reads = 0
    const labels = {
      x: 1,
      get y() {
        return ++reads
      },
    }
    const stop = own.timing('a').start(labels)
    labels.x = 2
    stop()
    stop({ z: 3 })
    assert.deepEqual(counts(own), { 'a{x="1",y="1"}': 1, 'a{x="1",y="1",z="3"}': 1 })
  })

  test('with invalid labels at the end records nothing, and can be stopped again', () => {
    const own = fresh()
    const timing = own.timing({ name: 'a', labelNames: ['x', 'y'] })
    const stop = timing.start({ x: 1 })
    const unreadable = new Proxy({}, { ownKeys: () => assert.fail('read') })
    for (const wrong of [5, 'y', ['y'], new Map(), Promise.resolve({}), unreadable, { z: 1 }]) {
      const { name, code } = thrownBy(() => stop(wrong))
      assert.deepEqual([name, code], ['TypeError', 'ERR_TALLYSTICK_LABELS'])
      assert.deepEqual(counts(own), {})
    }
    stop({ y: 2 })
    assert.deepEqual(counts(own), { 'a{x="1",y="2"}': 1 })
    assert.equal(thrownBy(() => timing.start('x')).code, 'ERR_TALLYSTICK_LABELS')
  })

  test('of a bound timing rejects labels, and the error says where to pass them', () => {
    const own = fresh()
    const bound = own.timing('a').labels({ x: 1 })
    const stop = bound.start()
    for (const wrong of [() => bound.start({ y: 1 }), () => stop({ y: 1 }), () => bound.time(assert.fail, { y: 1 })]) {
      const { name, code, message } = thrownBy(wrong)
      assert.deepEqual([name, code], ['TypeError', 'ERR_TALLYSTICK_LABELS'])
      assert.match(message, /stop\(\{ … \}\)/)
    }
    stop(null)
    bound.time(() => {}, null)
    assert.deepEqual(counts(own), { 'a{x="1"}': 2 })
  })
})

// both ways, so that the first use of a name and a later one are the same
for (const [what, timeBy] of [
  ['timing.time()', (own) => (fn, labels) => own.timing('a').time(fn, labels)],
  ['metrics.time()', (own) => (fn, labels) => own.time('a', fn, labels)],
]) {
  describe(what, () => {
    test('records under labels, also when the function throws or rejects', async () => {
      const own = fresh()
      const time = timeBy(own)
      const failure = new Error('failed')
      const fail = () => {
        throw failure
      }
      assert.equal(
        time(() => 5, { x: 1 }),
        5,
      )
      assert.equal(
        thrownBy(() => time(fail, { x: 1 })),
        failure,
      )
      await assert.rejects(
        time(async () => fail(), { x: 1 }),
        failure,
      )
      time(() => 5, null)
      assert.deepEqual(counts(own), { a: 1, 'a{x="1"}': 3 })
    })

    test('records under labels of the result, the value of a promise, or the error', async () => {
      const own = fresh()
      const time = timeBy(own)
      const labels = (result, error) => ({ status: result?.status ?? error.message })
      const fail = () => {
        throw new Error('failed')
      }
      assert.deepEqual(
        time(() => ({ status: 200 }), labels),
        { status: 200 },
      )
      assert.deepEqual(await time(async () => ({ status: 404 }), labels), { status: 404 })
      assert.throws(() => time(fail, labels), { message: 'failed' })
      await assert.rejects(
        time(async () => fail(), labels),
        { message: 'failed' },
      )
      time(
        () => 5,
        () => undefined,
      )
      assert.deepEqual(counts(own), {
        a: 1,
        'a{status="200"}': 1,
        'a{status="404"}': 1,
        'a{status="failed"}': 2,
      })
    })

    test('does not include the time to compute labels', () => {
      const own = fresh()
      timeBy(own)(
        () => 1,
        () => {
          spin(20)
          return { x: 1 }
        },
      )
      assert.ok(own.value('a', { x: 1 }).max < 20)
    })

    test('with invalid labels does not call the function and records nothing', () => {
      const own = fresh()
      for (const wrong of [5, 'x', ['x'], new Map(), Promise.resolve({})]) {
        const { name, code } = thrownBy(() => timeBy(own)(() => assert.fail('called'), wrong))
        assert.deepEqual([name, code], ['TypeError', 'ERR_TALLYSTICK_LABELS'])
      }
      assert.deepEqual(counts(own), {})
    })

    test('records without labels if the label function fails or returns invalid ones, keeps the result, and warns once', async () => {
      const own = fresh()
      const time = timeBy(own)
      const messages = await warningsOf('TALLYSTICK_LABELS', async () => {
        const failing = (result) => ({ status: result.status })
        assert.equal(
          time(
            () => 5,
            () => 'x',
          ),
          5,
        )
        assert.equal(await time(async () => null, failing), null)
        assert.throws(
          () =>
            time(() => {
              throw new Error('its own')
            }, failing),
          { message: 'its own' },
        )
      })
      assert.deepEqual(counts(own), { a: 3 })
      assert.equal(messages.length, 1)
      assert.match(messages[0], /timing "a" was recorded without labels.*plain object/s)
    })
  })
}
