'use strict'

// A few seconds of `npm run soak`, and proof that it can fail.

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const path = require('node:path')
const { describe, test } = require('node:test')
const { differences } = require('../../soak/comparison')
const { judge } = require('../../soak/memory')
const { readOptions } = require('../../soak/options')
const { Random } = require('../../soak/random')
const { Tally } = require('../../soak/tally')

const MB = 1e6

/** @param {...string} args */
function soak(...args) {
  const program = path.join(__dirname, '..', '..', 'soak', 'main.js')
  return spawnSync(process.execPath, [program, '--runtime', ...args], { encoding: 'utf8' })
}

describe('everything at once', () => {
  test('has exact totals after threads have ended in every way', () => {
    // three lanes of threads cycle through the four ways to end, so one lane of ten lives has all four
    const { status, stdout, stderr } = soak('--lives', '10')
    assert.equal(status, 0, stdout + stderr)
    const endings = ['returns', 'exits', 'waiting', 'spinning'].map((ending) => `threads ended: ${ending}`)
    for (const what of ['all totals are exact', 'recordings\n', 'scrapes over HTTP', ...endings]) {
      assert.ok(stdout.includes(what), `${what} in: ${stdout}`)
    }
  })

  test('fails if one count is lost, and reports it for each reader', () => {
    const { status, stdout } = soak('--lives', '2', '--lose-one', '--seed', '7')
    assert.equal(status, 1, stdout)
    for (const reader of ['all in all', 'the window', 'the common window']) {
      assert.match(stdout, new RegExp(`wrong: ${reader}: counter jobs is (\\d+), tallied (?!\\1)\\d+\n`))
    }
    assert.match(stdout, /wrong: the stats log/)
    assert.match(stdout, /soak failed: 4 wrong/)
  })
})

describe('memory', () => {
  /** @param {number} count @param {(at: number) => number} resident in MB */
  const samples = (count, resident) =>
    Array.from({ length: count }, (_, at) => ({ resident: resident(at) * MB, heap: 10 * MB }))

  test('that is stable, or grows only at first, passes', () => {
    assert.deepEqual(judge(samples(100, () => 200)).failures, [])
    assert.deepEqual(judge(samples(100, (at) => (at < 20 ? at * 10 : 200))).failures, [])
    assert.deepEqual(judge(samples(100, (at) => 200 + 30 * (at % 2))).failures, [])
  })

  test('that grows fails', () => {
    const { failures } = judge(samples(100, (at) => 200 + 1.5 * at))
    assert.deepEqual(failures, ['resident memory grew from 260.0 MB to 320.0 MB, more than 302.0 MB'])
  })

  test('is not checked in a run of a few seconds', () => {
    assert.deepEqual(
      [judge(samples(10, (at) => at * 100)).judged, judge(samples(10, (at) => at * 100)).failures],
      [false, []],
    )
  })
})

describe('the comparison', () => {
  const stats = { count: 2, total: 3e-6, min: 1e-6, max: 2e-6, mean: 0, p50: 0, p90: 0, p99: 0 }
  const reading = { counters: { a: 1 }, timings: { t: stats }, histograms: {} }
  const tallied = () => {
    const tally = new Tally()
    tally.count('a')
    tally.observe('timings', 't', 1)
    tally.observe('timings', 't', 2)
    return tally
  }

  test('finds nothing if everything is equal', () => assert.deepEqual(differences('x', reading, tallied()), []))

  for (const [what, change, expected] of [
    ['a count', (tally) => tally.count('a'), 'x: counter a is 1, tallied 2'],
    ['a series that was not read', (tally) => tally.count('b'), 'x: counter b is undefined, tallied 1'],
    ['a sample', (tally) => tally.timings.t.count++, 'x: count of t is 2, tallied 3'],
    ['a sum', (tally) => (tally.timings.t.sum += 1e-3), 'x: sum of t is 3, tallied 3.001'],
    ['a maximum', (tally) => (tally.timings.t.max = 3), 'x: max of t is 2, tallied 3'],
    [
      'a distribution',
      (tally) => tally.observe('histograms', 'h', 1),
      'x: h is only in the reading, or only in the tally',
    ],
  ]) {
    test(`finds ${what}`, () => {
      const tally = tallied()
      change(tally)
      assert.deepEqual(differences('x', reading, tally), [expected])
    })
  }
})

test('the same seed gives the same choices', () => {
  const [one, same, other] = [7, 7, 8].map((seed) => new Random(seed))
  const draw = (random) => Array.from({ length: 20 }, () => random.below(1000))
  const drawn = draw(one)
  assert.deepEqual(draw(same), drawn)
  assert.notDeepEqual(draw(other), drawn)
})

test('an invalid option is an error', () => {
  for (const args of [['--minutes', '-1'], ['--minutes', 'x'], ['--lives', '0'], ['--unknown']]) {
    assert.throws(() => readOptions(args))
  }
  assert.equal(readOptions(['--minutes', '0.5']).minutes, 0.5)
})
