'use strict'

// The README's programs run as they stand, each in a process of its own, in the runtime of this test.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')

const root = path.dirname(__dirname)
const readme = readFileSync(path.join(root, 'README.md'), 'utf8')
const programs = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, program]) => program)

/** What a program prints; a server of its own takes any free port and keeps it not alive. @param {string} program */
function run(program) {
  const source = program.replace(/\.listen\(\d+\)/, '.listen(0).unref()')
  return execFileSync(process.execPath, ['-e', source], { cwd: root, encoding: 'utf8' })
}

test('the first program records by name, by labels and as a scene', () => {
  const printed = run(programs[0])
  assert.match(printed, /method=\\?"GET\\?",status=\\?"200/)
  assert.match(printed, /scene\.renderAll\.reason\.loop/)
})

test('the instruments of the second program are made and used', () => {
  const asked = `${programs[1]}\nconsole.log(JSON.stringify(metrics.snapshot()))`
  const { counters, gauges, timings, histograms } = JSON.parse(run(asked))
  assert.deepEqual(counters, { 'http.requests{method="GET",status="200"}': 1, 'jobs.done': 6 })
  assert.deepEqual(gauges, { 'queue.length': 3 })
  assert.deepEqual(Object.keys(timings), ['http.latency', 'jobs.wait'])
  assert.equal(histograms.body.count, 1)
})

test('a script in a vm context records into its host’s collector', () => {
  assert.match(run(programs[2]), /'?"?scene\.loopTicks'?"?: 1/)
})

test('every program of the README is run here', () => {
  assert.equal(programs.length, 3)
})
