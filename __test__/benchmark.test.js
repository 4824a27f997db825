'use strict'

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { judge, share, times } = require('../benchmark/bars')
const { cases } = require('../benchmark/cases')
const { compare, evenly, openLoop } = require('../benchmark/loop')
const { readOptions } = require('../benchmark/options')
const { becomeOrdinary } = require('../benchmark/ordinary')
const { BLOCK_MILLIS, block, checkMeter, stallOf } = require('../benchmark/stall-meter')
const { median } = require('../benchmark/statistics')
const { markdownTable, missedBars, rowsOf } = require('../benchmark/table')

describe('the median', () => {
  for (const [values, expected] of [
    [[3], 3],
    [[9, 1, 5], 5],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100, 1], 9.5],
  ]) {
    test(`of ${values} is ${expected}`, () => assert.equal(median(values), expected))
  }

  test('does not reorder its values', () => {
    const values = [3, 1, 2]
    median(values)
    assert.deepEqual(values, [3, 1, 2])
  })
})

describe('a bar', () => {
  const values = { tallystick: 2, 'prom-client': 8, '@prometheus-io/client': 5, metrix: 1 }
  for (const [bar, ratio, isMet] of [
    [times(2.5), 2.5, true],
    [times(2.6), 2.5, false],
    [times(4, ['prom-client']), 4, true],
    [share(0.4), 0.4, true],
    [share(0.39), 0.4, false],
    [share(2, ['metrix']), 2, true],
  ]) {
    test(`${JSON.stringify(bar)} compares with the best contender that it names`, () => {
      const verdict = judge(bar, values)
      assert.equal(verdict.ratio, ratio)
      assert.equal(verdict.isMet, isMet)
    })
  }

  test('has no verdict if there is nothing to compare with', () => {
    assert.equal(judge(times(2), { tallystick: 1, metrix: 2 }), undefined)
  })
})

describe('the table', () => {
  const benchmarkCase = {
    unit: 'B',
    baseline: 'nothing',
    rows: [
      { key: 'held', title: 'held by one of {series}', bars: [share(0.75)] },
      { key: 'given', title: 'given' },
    ],
  }
  const results = {
    tallystick: { held: 1300, given: 30 },
    'prom-client': { held: 1200, given: 130 },
    perf_hooks: { held: 1100 },
    nothing: { held: 1000, given: 10 },
  }
  const rows = rowsOf(benchmarkCase, results, { series: 1000 })

  test('subtracts the baseline, which has no column', () => {
    assert.deepEqual(rows[0].values, { tallystick: 300, 'prom-client': 200, perf_hooks: 100 })
    assert.deepEqual(rows[1].values, { tallystick: 20, 'prom-client': 120 })
  })

  test('has a row for each measurement, with ratio, bar and verdict', () => {
    const lines = markdownTable(rows).split('\n')
    assert.equal(lines.length, 4)
    assert.equal(
      lines[2],
      '| held by one of 1,000 | B | 300 | 200 |  |  |  | perf_hooks 100 | 1.50 of | ≤ 0.75 of | **no** |',
    )
    assert.equal(lines[3], '| given | B | 20.0 | 120 |  |  |  |  | 6.00× |  |  |')
  })

  test('names the rows that miss their bar', () => {
    assert.deepEqual(missedBars(rows), ['held by one of 1,000'])
  })
})

describe('the stall meter', () => {
  test('sees a deliberate block', checkMeter)

  test('sees a block at the beginning, and one at the very end', async () => {
    const { stallMillis, wholeMillis } = await stallOf(() => block(BLOCK_MILLIS))
    assert.ok(stallMillis >= BLOCK_MILLIS, `${stallMillis} ms`)
    assert.ok(wholeMillis >= BLOCK_MILLIS, `${wholeMillis} ms`)
  })

  test('reports the longest of many stalls, not their sum', async () => {
    const { stallMillis } = await stallOf(async () => {
      for (let turn = 0; turn < 40; turn++) {
        block(5)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })
    assert.ok(stallMillis >= 5 && stallMillis < 150, `${stallMillis} ms`)
  })
})

describe('a loop', () => {
  const parameters = { batchMillis: 1 }

  test('checks that all calls were recorded', async () => {
    const cells = [0, 0]
    const recording = { record: (turn) => cells[turn & 1]++, recorded: () => cells, expected: evenly(2) }
    const loop = await openLoop(recording, parameters)
    assert.ok(loop.measure() > 0)
    await loop.check()
  })

  test('rejects a contender that lost a call', async () => {
    let count = -1
    const loop = await openLoop({ record: () => count++, recorded: () => [count] }, parameters)
    loop.measure()
    await assert.rejects(loop.check(), /recorded \d+ where \d+ was right/)
  })

  test('tolerates rounding of sums, and no difference of counts', () => {
    compare([3, 0.1 + 0.2], [0.3, 3])
    assert.throws(() => compare([3.0000001], [3]))
    assert.throws(() => compare([1, 2], [1]))
  })
})

describe('the command', () => {
  test('reads its options', () => {
    const options = readOptions(['--quick', '--case', 'counter', '--case', 'name', '--rounds', '3', '--bun'])
    assert.deepEqual(options, {
      cases: ['counter', 'name'],
      rounds: 3,
      quick: true,
      bun: true,
      list: false,
      help: false,
    })
  })

  test('rejects unknown options', () => {
    assert.throws(() => readOptions(['--rounds', '0']), /--rounds must be a whole number/)
    assert.throws(() => readOptions(['--fast']), /--fast/)
  })

  test('has cases with distinct names, each with Tallystick among its contenders', () => {
    assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length)
    for (const { name, contenders } of cases) assert.ok('tallystick' in contenders, name)
  })
})

test('an ordinary process has a detached ArrayBuffer', () => {
  becomeOrdinary()
})
