'use strict'

// The programs of docs/migrating.md print what their comments say, and the names in its tables exist.

const assert = require('node:assert/strict')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const tallystick = require('../..')
const { programsOf, run } = require('../support/programs')
const { seenByPrometheus } = require('../support/prometheus-view')

const guide = 'docs/migrating.md'
const programs = programsOf(guide)

/** The expected output, from the comments after a program's last call. @param {string} program */
function shown(program) {
  const [last] = program.split('console.log').slice(-1)
  return last
    .split('\n')
    .flatMap((line) => line.split('// ').slice(1))
    .join('\n')
}

/** Removes differences between the runtimes in quotes and line breaks. @param {string} text */
function plain(text) {
  return text
    .replaceAll(/["'\\]|,(?=\s*[}\]])/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

for (const [at, from] of ['OpenTelemetry', 'metrix', 'hdr-histogram-js'].entries()) {
  test(`the program for users of ${from} prints what the guide says`, () => {
    const program = programs[at + 2]
    assert.notEqual(shown(program), '')
    assert.equal(plain(run(program)), plain(shown(program)))
  })
}

test("prom-client's program over the alias, and the one with our own calls, look the same to Prometheus", () => {
  const [before, own] = programs
  const alias = before.replace("require('prom-client')", "require('tallystick/prom-client')")
  assert.notEqual(alias, before)
  const seen = seenByPrometheus(run(alias))
  assert.equal(Object.keys(seen.types).length, 4)
  assert.equal(seen.samples['http_request_duration_seconds_sum{app="shop",route="/"}'], 0.62)
  assert.deepEqual(seenByPrometheus(run(own)), seen)
})

test('every program of the guide is run here', () => assert.equal(programs.length, 5))

test('the names in the right-hand columns exist', () => {
  const { metrics, Collector, HdrHistogram, createMetrics } = tallystick
  const own = createMetrics(new Collector({ labels: { app: 'a' } }))
  const owners = {
    metrics,
    counter: own.counter('a'),
    gauge: own.gauge('a'),
    timing: own.timing('a'),
    histogram: own.histogram('a'),
    h: new HdrHistogram(),
    HdrHistogram,
  }
  const columns = readFileSync(path.join(path.resolve(__dirname, '..', '..'), guide), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split(' | ')[1])
  const calls = columns.flatMap((column) => [...column.matchAll(/\b(\w+)\.(\w+)\(/g)])
  assert.ok(calls.length > 15)
  for (const [call, owner, method] of calls.filter(([, owner]) => owner in owners)) {
    assert.equal(typeof owners[owner][method], 'function', call)
  }
})
