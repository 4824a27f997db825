'use strict'

// The table that leads from labels to their series, compared with a plain Map, and while it rearranges itself.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { Collector, createMetrics } = require('../..')
const { fresh } = require('../support/metrics')
const { random } = require('../support/oracle')

test('100,000 label sets are as many series with exact values', () => {
  const own = fresh({ maxSeries: Infinity })
  const labelsOf = (at) => ({ route: `/r${at % 1000}`, status: (at / 1000) | 0 })
  for (let round = 1; round <= 2; round++) {
    for (let at = 0; at < 100_000; at++) own.inc('a', at * round, labelsOf(at))
  }
  const { counters } = own.snapshot()
  assert.equal(Object.keys(counters).length, 100_000)
  for (let at = 0; at < 100_000; at++) {
    const { route, status } = labelsOf(at)
    const value = counters[`a{route="${route}",status="${status}"}`]
    if (value !== 3 * at) assert.equal(value, 3 * at, `${route} ${status}`)
  }
})

describe('compared with a plain Map', () => {
  for (const seed of [1, 2, 3]) {
    test(`20,000 random recordings reach the right series (seed ${seed})`, () => {
      const own = fresh()
      const next = random(seed)
      const pick = (list) => list[Math.floor(next() * list.length)]
      const names = ['a', 'b', 'c', 'a.b', '__proto__', 'constructor', '0', '1', 'ü', 'le']
      const values = [
        undefined,
        null,
        '',
        0,
        '0',
        1,
        1n,
        '1',
        true,
        'true',
        'a',
        'b',
        '|',
        '","',
        '__proto__',
        'ü',
        [],
        ['a'],
      ]
      const handles = new Map()
      const oracle = new Map()
      for (let at = 0; at < 20_000; at++) {
        const labels = Object.create(null)
        for (let count = Math.floor(next() * 5); count > 0; count--) labels[pick(names)] = pick(values)
        const family = pick(['one', 'two'])
        const key = keyOf(family, labels)
        const delta = Math.floor(next() * 100)
        if (next() < 0.2 && handles.has(key)) {
          handles.get(key).inc(delta)
        } else if (next() < 0.2) {
          handles.set(key, own.counter(family).labels(labels))
          handles.get(key).inc(delta)
        } else {
          own.inc(family, delta, labels)
        }
        const known = oracle.get(key) ?? { family, labels, sum: 0 }
        known.sum += delta
        oracle.set(key, known)
      }
      for (const { family, labels, sum } of oracle.values()) assert.equal(own.value(family, labels), sum)
      assert.equal(Object.keys(own.snapshot().counters).length, oracle.size)
      assert.ok(oracle.size > 1000, `${oracle.size} series are enough of a test`)
    })
  }
})

/** The present labels, sorted, as JSON: the identity of a label set. */
function keyOf(family, labels) {
  const texts = Object.entries(labels).map(([name, value]) => [name, value == null ? '' : String(value)])
  const present = texts.filter(([, text]) => text !== '').sort(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify([family, present])
}

describe('recurring labels', () => {
  test('label sets of one to three long texts that differ in the middle are each found again', () => {
    const { counter, snapshot } = fresh()
    const counters = ['one', 'two', 'three'].map((name) => counter(name))
    // more texts than one batch of numbers
    const routes = Array.from({ length: 5000 }, (_, at) => `/things/${at}/orders`)
    for (const times of [1, 2, 3]) {
      for (const [at, route] of routes.entries()) {
        const sets = [{ route }, { method: 'GET', route }, { method: 'GET', route, status: 200 + (at % 3) }]
        for (let time = 0; time < times; time++)
          for (const [of, labels] of sets.entries()) counters[of].labels(labels).inc()
      }
    }
    const values = Object.values(snapshot().counters)
    assert.equal(values.length, 3 * routes.length)
    assert.ok(values.every((value) => value === 6))
  })
})

describe('handles of recurring labels', () => {
  const REQUESTS = 4

  /** Names like those of services: a few words, many ending in a number. @param {number} count */
  function labelSets(count) {
    return Array.from({ length: count }, (_, at) => ({
      route: `/api/v1/orders/${at % 50}`,
      worker: `w${Math.floor(at / 50)}`,
      outcome: ['created', 'deleted', 'updated', 200, 404][at % 5],
    }))
  }

  for (const [count, kept] of [
    [40, 0.95],
    [1000, 0.9],
    [20_000, 0],
  ]) {
    test(`${count} of them lose nothing, and most handles are found without the table`, () => {
      const counter = fresh({ maxSeries: Infinity }).counter('requests')
      const sets = labelSets(count)
      for (let request = 0; request < REQUESTS; request++) {
        for (const labels of sets) counter.labels({ ...labels }).inc()
      }
      const handles = sets.map((labels) => counter.labels({ ...labels }))
      const same = sets.filter((labels, at) => counter.labels({ ...labels }) === handles[at])
      assert.ok(same.length >= kept * count, `${same.length} of ${count}`)
      for (const labels of sets) assert.equal(counter.labels(labels).value(), REQUESTS)
    })
  }

  test('texts that differ only in the middle are distinct', () => {
    const counter = fresh().counter('requests')
    const names = ['create', 'delete', 'update', 'locate', 'rotate', 'dictate', 'x', 'y', '']
    for (let request = 0; request < REQUESTS; request++) for (const name of names) counter.labels({ name }).inc()
    for (const name of names) assert.equal(counter.labels({ name }).value(), REQUESTS)
  })
})

test('a getter that makes the table rearrange itself finds its own series', () => {
  const metrics = createMetrics(new Collector())
  const counter = metrics.counter('requests')
  const other = counter.labels({ a: 'y', b: 'x' })
  counter.labels({ a: 'x', b: 'y' }).inc()
  let made = 0
  const labels = {
    a: 'x',
    get b() {
      for (; made < 100; made++) counter.labels({ a: `another ${made}`, b: 'x' })
      return 'y'
    },
  }
  for (let at = 0; at < 3; at++) counter.labels(labels).inc()
  assert.deepEqual([metrics.value('requests', { a: 'x', b: 'y' }), other.value()], [4, 0])
})

test('texts that are given as numbers later lead to the same series after the table has rearranged itself', () => {
  const own = fresh()
  const counter = own.counter('a')
  const count = (sets, give) => {
    for (let at = 0; at < sets; at++) counter.labels({ many: give(at), few: give(at % 2) }).inc()
  }
  count(10, String)
  count(10, Number)
  // the first label has most values, so that it becomes the innermost
  count(40, String)
  assert.equal(own.value('a', { many: '1', few: 1 }), 3)
  assert.equal(counter.remove({ few: '1' }), 20)
  counter.labels({ many: 1, few: 1 }).inc(5)
  assert.equal(own.value('a', { many: '1', few: 1 }), 5)
  assert.equal(own.value('a', { many: 0, few: 0 }), 3)
})

test('a getter that removes series finds one that readings have', () => {
  const metrics = createMetrics(new Collector())
  const counter = metrics.counter('requests')
  for (const b of ['1', '2', '3']) counter.labels({ a: 'x', b, c: 'z' }).inc()
  let removes = true
  const labels = {
    a: 'x',
    b: '1',
    get c() {
      if (removes) counter.remove({ a: 'x' })
      return 'new'
    },
  }
  counter.labels(labels).inc()
  removes = false
  counter.labels(labels).inc()
  assert.deepEqual(metrics.snapshot().counters, { 'requests{a="x",b="1",c="new"}': 2 })
})
