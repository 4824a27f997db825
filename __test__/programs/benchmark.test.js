'use strict'

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { judge, share, times, unjudged } = require('../../benchmark/bars')
const { cases, sections } = require('../../benchmark/cases')
const { PlainArray, PlainBounds } = require('../../benchmark/contenders/plain-array')
const { distributions, valuesOf } = require('../../benchmark/distributions')
const { freshLabels, keptLabels, labelNames, shuffled } = require('../../benchmark/label-sets')
const { compare, evenly, openLoop } = require('../../benchmark/loop')
const { readOptions } = require('../../benchmark/options')
const { withPart } = require('../../benchmark/report')
const { BLOCK_MILLIS, block, checkMeter, stallOf } = require('../../benchmark/stall-meter')
const { median } = require('../../benchmark/statistics')
const { markdownTable, missedBars, rowsOf } = require('../../benchmark/table')

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

  test('without a value shows its ratio and is not judged', () => {
    const { ratio, isMet, wanted } = judge(unjudged(times(4, ['prom-client'])), values)
    assert.deepEqual([ratio, isMet, wanted], [4, undefined, undefined])
  })

  test('is not judged without a contender to compare with', () => {
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
    assert.equal(lines[2], '| held by one of 1,000 | B | 300 | 200 | perf_hooks 100 | 1.50 of | ≤ 0.75 of | **no** |')
    assert.equal(lines[3], '| given | B | 20.0 | 120 |  | 6.00× |  |  |')
  })

  test('names the rows that miss their bar', () => {
    assert.deepEqual(missedBars(rows), ['held by one of 1,000'])
  })
})

describe('the file of results', () => {
  test('has a part for each runtime, of which a run replaces its own', () => {
    const node = withPart('', 'Node.js', 'a table\n\n### Labels\n\nanother')
    const both = withPart(node, 'Bun', 'of Bun')
    assert.ok(both.startsWith(node.trim()))
    assert.ok(both.endsWith('\n## Bun\n\nof Bun\n'))
    const again = withPart(both, 'Node.js', 'newer')
    assert.ok(again.endsWith('\n## Node.js\n\nnewer\n\n## Bun\n\nof Bun\n'))
    assert.equal(withPart(again, 'Bun', 'of Bun'), again)
  })
})

describe('labels', () => {
  for (const names of [1, 2, 3, 4, 6]) {
    test(`of ${names} names are different sets, in the order of their names`, () => {
      const labelsAt = freshLabels(names, 100, '/api/')
      const sets = Array.from({ length: 100 }, (_, at) => labelsAt(at))
      for (const set of sets) assert.deepEqual(Object.keys(set), labelNames(names))
      assert.equal(new Set(sets.map((set) => JSON.stringify(set))).size, 100)
    })
  }

  test('are the same sets, new or kept', () => {
    const [fresh, kept] = [freshLabels(3, 10, '/api/'), keptLabels(3, 10, '/api/')]
    assert.equal(kept(4), kept(4))
    for (let at = 0; at < 10; at++) assert.deepEqual(fresh(at), kept(at))
  })

  test('are found again in an order that covers all of them', () => {
    const order = shuffled(10_000, 100)
    assert.equal(new Set(order).size, 100)
    assert.ok(order.some((set, at) => at > 0 && set < order[at - 1]))
  })
})

describe('the plain array', () => {
  for (const name of Object.keys(distributions)) {
    test(`has a bucket for every ${name} value`, () => {
      const { millis, nanos } = valuesOf(name)
      const arrays = [
        new PlainArray({ bits: 7, lowest: 0 }),
        new PlainArray({ bits: 7, lowest: -20 }),
        new PlainBounds([1, 10]),
      ]
      for (const nano of nanos) arrays[0].record(nano)
      for (const milli of millis) for (const array of arrays.slice(1)) array.record(milli)
      assert.deepEqual(
        arrays.map(({ count }) => count),
        arrays.map(() => nanos.length),
      )
    })
  }
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
    await assert.rejects(loop.check(), /recorded \d+ where \d+ was expected/)
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
      node: undefined,
      bun: true,
      list: false,
      help: false,
    })
  })

  test('rejects unknown options', () => {
    assert.throws(() => readOptions(['--rounds', '0']), /--rounds must be a whole number/)
    assert.throws(() => readOptions(['--fast']), /--fast/)
    assert.throws(() => readOptions(['--bun', '--node', '24']), /exclude each other/)
  })

  test('has cases of different names, each with ours among its contenders, in sections that have a title', () => {
    assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length)
    for (const { name, contenders, section = 'main' } of cases) {
      assert.ok('tallystick' in contenders, name)
      assert.ok(section in sections, name)
    }
  })
})
