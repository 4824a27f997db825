'use strict'

// The README's programs do what the README says.

const assert = require('node:assert/strict')
const { before, test } = require('node:test')
const { setUpPage } = require('../../scripts/page')
const { programsOf, run } = require('../support/programs')

const programs = programsOf('README.md')

before(() => setUpPage())

test('the first program records by name, by labels and as a scene', () => {
  const printed = run(programs[0])
  assert.match(printed, /method=\\?"GET\\?",status=\\?"200/)
  assert.match(printed, /scene\.renderAll\.reason\.loop/)
})

test('the instruments of the second program are created and used', () => {
  const asked = `${programs[1]}\nconsole.log(JSON.stringify(metrics.snapshot()))`
  const { counters, gauges, timings, histograms } = JSON.parse(run(asked))
  assert.deepEqual(counters, { 'http.requests{method="GET",status="200"}': 1, 'jobs.done': 6 })
  assert.deepEqual(gauges, { 'queue.length': 3 })
  assert.deepEqual(Object.keys(timings), ['http.latency', 'jobs.wait'])
  assert.equal(histograms.body.count, 1)
  assert.equal(histograms['batch.size'].count, 1)
})

test('the instruments of the third program are collected before each reading', () => {
  const asked = `${programs[2]}\nconsole.log(JSON.stringify(metrics.snapshot()))`
  const { counters, gauges } = JSON.parse(run(asked))
  assert.ok(counters['context.switches'] > 0)
  assert.ok(gauges['memory.rss'] > 1e6)
})

test('a script in a vm context records into its host’s collector', () => {
  assert.match(run(programs[3]), /'?"?scene\.loopTicks'?"?: 1/)
})

test('the page of the fifth program is at its address', () => {
  const asked = `${programs[4]}
    service.fetch(new Request('http://localhost:8080/metrics')).then(({ status, headers }) => {
      console.log(status, headers.get('content-type'))
    })`
  assert.match(run(asked), /^200 text\/html/m)
})

test('every program of the README is run here', () => {
  assert.equal(programs.length, 5)
})
