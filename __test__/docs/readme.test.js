'use strict'

// The README's programs do what the README says.

const assert = require('node:assert/strict')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { before, test } = require('node:test')
const { setUpPage } = require('../../scripts/page')
const { programsOf, run } = require('../support/programs')

const programs = programsOf('README.md')
const readme = readFileSync(path.join(__dirname, '..', '..', 'README.md'), 'utf8')

/** What is appended to a program for its snapshot. */
const SNAPSHOT = 'console.log(JSON.stringify(metrics.snapshot()))'

before(() => setUpPage())

test('the app of the first program is run with Express elsewhere, unchanged', () => {
  assert.match(programs[0], /express\(\)/)
  assert.doesNotMatch(programs[0], /tallystick/)
})

test('the second program records through an instrument and by name, and serves both', () => {
  const printed = run(programs[1])
  assert.match(printed, /orders\{country=\\?"br\\?"\}'?"?: 1/)
})

test('the instruments of the third program are created and used', () => {
  const { counters, gauges, timings, histograms } = JSON.parse(run(programs[2], { append: SNAPSHOT }))
  assert.deepEqual(counters, { 'http.requests{method="GET",status="200"}': 1, 'jobs.done': 6 })
  assert.deepEqual(gauges, { 'queue.length': 3 })
  assert.deepEqual(Object.keys(timings), ['http.latency', 'jobs.wait'])
  assert.equal(histograms.body.count, 1)
  assert.equal(histograms['batch.size'].count, 1)
})

test('the instruments of the fourth program are collected before each reading', () => {
  const { counters, gauges } = JSON.parse(run(programs[3], { append: SNAPSHOT }))
  assert.ok(counters['context.switches'] > 0)
  assert.ok(gauges['memory.rss'] > 1e6)
})

test('the two calls of the fifth program measure the process', () => {
  const append = `require('tallystick').metrics.prometheus().then(({ body }) => {
    console.log(/^process_cpu_seconds_total \\d/m.test(Buffer.from(body).toString()))
  })`
  assert.equal(run(programs[4], { append }), 'true\n')
})

test('the page of the sixth program is at its address', () => {
  const append = `service.fetch(new Request('http://localhost:8080/metrics')).then(({ status, headers }) => {
    console.log(status, headers.get('content-type'))
  })`
  assert.match(run(programs[5], { append }), /^200 text\/html/m)
})

test('every program of the README is run here', () => {
  assert.equal(programs.length, 6)
})

test('every heading is in its contents, and every link of the contents leads to a heading', () => {
  const headings = [...readme.matchAll(/^## (.*)$/gm)].map(([, heading]) => anchorOf(heading))
  const contents = /^## Contents\n([\s\S]*?)^\|/m.exec(readme)[1]
  const links = [...contents.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor)
  const listed = headings.filter((heading) => !['contents', 'from-a-checkout', 'licence'].includes(heading))
  assert.deepEqual(links.toSorted(), listed.toSorted())
})

/** As GitHub makes it. @param {string} heading */
function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')
}
