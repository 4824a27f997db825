'use strict'

// Programs written for metrix run unchanged, except for their import.

const assert = require('node:assert/strict')
const { test } = require('node:test')
const { programsOf, run } = require('../support/programs')

const programs = programsOf('__test__/events/metrix-programs.md')
const IMPORT = "const { Aggregator, BucketedHistogram, DefaultTimer, NullTimer, Recorder } = require('tallystick')\n"
const REPORT = '\nconst first = aggregator.report()\naggregator.clear()\nconst cleared = aggregator.report()\n'
const PRINT = 'process.stdout.write(JSON.stringify({ first, cleared }))\n'

/** Two reports of a program, with a clear() between them. @param {string} program @param {string} [more] its continuation */
function reports(program, more = '') {
  return JSON.parse(run(IMPORT + program + more + REPORT + PRINT))
}

test('counters, histograms and timers, and their report', () => {
  const { first, cleared } = reports(programs[0])
  assert.deepEqual(first.counters, { my_counter: 2 })
  assert.deepEqual(Object.keys(first.histograms).sort(), ['latency', 'my_histo'])
  for (const histogram of Object.values(first.histograms)) {
    assert.deepEqual(Object.keys(histogram), ['min', 'max', 'p50', 'p90', 'p99'])
  }
  assert.deepEqual([first.histograms.my_histo.min, first.histograms.my_histo.max], [12, 34])
  assert.deepEqual(cleared, { counters: {}, gauges: {}, histograms: {} })
})

test('a report that is cleared', () => {
  const { first } = reports(programs[0] + programs[1])
  assert.deepEqual(first, { counters: {}, gauges: {}, histograms: {} })
})

test('a configuration that disables timers, chooses a histogram and composes a counter', () => {
  const { first, cleared } = reports(
    programs[2],
    `
    recorder.counter('connections/add', 3)
    recorder.counter('connections/remove', 1)
    for (const name of ['request_latency_ms', 'other_ms']) {
      const timer = recorder.timer(name)
      timer.stop(timer.start())
    }
    `,
  )
  assert.deepEqual(first.counters, { 'connections/add': 3, 'connections/remove': 1, 'connections/current': 2 })
  assert.deepEqual(Object.keys(first.histograms), ['request_latency_ms'])
  assert.deepEqual(Object.keys(first.histograms.request_latency_ms), ['min', 'max', 'p50', 'p90', 'p99', 'p99.9'])
  assert.deepEqual(cleared.histograms, {})
})

test('a recorder that is scoped by its receiver', () => {
  const begin = 'const recorder = new Recorder()\nconst aggregator = new Aggregator(recorder)\n'
  const { first } = reports(begin + programs[3], 'conn.add.incr()\n')
  assert.deepEqual(first.counters, { 'connection/add': 1 })
})

/** The reports of a program that imports everything. @param {string} program @param {string} [more] */
function reportsOf(program, more = '') {
  return JSON.parse(run(program.replace("require('metrix')", "require('tallystick')") + more + REPORT + PRINT))
}

test('custom instruments and strategies that call the ready-made ones', () => {
  const reported = "recorder.emit('gauge', { name: 'heard', value: heard })\n"
  const { first, cleared } = reportsOf(programs[4], reported)
  assert.deepEqual(first.counters, { 'http/requests': 2, all: 2 })
  assert.deepEqual(first.gauges, { heard: 2, level: 2 })
  assert.deepEqual(first.histograms.bytes, { min: 512, max: 512, p50: 512 })
  assert.deepEqual(Object.keys(first.histograms).sort(), ['bytes', 'request_ms'])
  assert.deepEqual(cleared, { counters: {}, gauges: { heard: 2, level: 2 }, histograms: {} })
})

test('disabled recorders, and null configurations', () => {
  const { first } = reportsOf(programs[5])
  assert.deepEqual([first.counters, first.gauges], [{ jobs: 3 }, { level: -1 }])
  assert.deepEqual(Object.keys(first.histograms), ['job_ms', 'level/histogram'])
})

test('every program is run here', () => assert.equal(programs.length, 6))
