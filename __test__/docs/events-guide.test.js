'use strict'

// The programs of docs/events.md print what their comments say.

const assert = require('node:assert/strict')
const { test } = require('node:test')
const { programsOf, run } = require('../support/programs')

const programs = programsOf('docs/events.md')

/** The values that a program logs. @param {string} program */
function logged(program) {
  const prelude = "console.log = (value) => process.stdout.write(JSON.stringify(value) + '\\n')"
  return run(program, { prelude })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

test('a recorder’s instruments are in a report', () => {
  const [{ counters, gauges, histograms }] = logged(programs[0])
  assert.deepEqual(counters, { jobs_done: 3 })
  assert.deepEqual(gauges, { queue_length: 5 })
  assert.deepEqual(histograms.body_bytes, { min: 512, max: 512, p50: 512, p90: 512, p99: 512 })
  assert.deepEqual(Object.keys(histograms.latency_ms), ['min', 'max', 'p50', 'p90', 'p99'])
})

for (const [at, what, expected] of [
  [1, 'tags that are removed', [{ rows: 50 }]],
  [2, 'minimum, average, latest and maximum', [{ min: 200, avg: 400, latest: 300, max: 700, count: 3 }]],
  [3, 'histograms per URL', [['request_latency_ms', 'request_latency_ms/home', 'request_latency_ms/cart']]],
  [
    5,
    'composites',
    [{ 'connections/add': 3, 'connections/remove': 1, 'connections/current': 2, 'connections/free': 8 }],
  ],
  [4, 'the default strategy for the rest', [{ requests: 5 }]],
  [6, 'disabled timers', [['request_latency_ms']]],
  [7, 'events of one’s own', [{ http: 3, 'http/get': 2, 'http/post': 1 }]],
  [8, 'a common collector', [{ other: 1, 'shop/orders{kind="book"}': 2 }, { 'shop/orders': 2 }]],
  [9, 'a recorder that is scoped by its receiver', [{ 'connection/opened': 1 }]],
]) {
  test(`${what}: as the guide says`, () => assert.deepEqual(logged(programs[at]), expected))
}

test('every program of the guide is run here', () => assert.equal(programs.length, 10))
