'use strict'

// The programs of docs/cardinality.md run unchanged, in the runtime of this test.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')

const root = path.resolve(__dirname, '..', '..')
const guide = readFileSync(path.join(root, 'docs', 'cardinality.md'), 'utf8')
const [requests, worst, tenants] = [...guide.matchAll(/```js\n([\s\S]*?)```/g)].map(([, program]) => program)

/** What programs print. @param {string[]} programs */
function run(...programs) {
  const program = programs.join('\n').replaceAll("require('tallystick')", `require(${JSON.stringify(root)})`)
  return execFileSync(process.execPath, ['-e', program], { cwd: root, encoding: 'utf8', stdio: 'pipe' })
}

test('the first program is exposed as shown', () => {
  const [, shown] = /```\n(http_requests_total[\s\S]*?)```/.exec(guide)
  const printed = run(requests, 'process.stdout.write(metrics.prometheusSync({ selfMetrics: false }).body)')
  assert.equal(printed.replace(/^#.*\n/gm, ''), shown)
})

test('the second program returns what is shown', () => {
  const shown = worst.match(/^\/\/ .*$/gm).map((line) => line.slice(3))
  const printed = run(requests, worst, 'console.log(JSON.stringify(worst))')
  // biome-ignore lint/security/noGlobalEval: the guide's own text
  assert.deepEqual(JSON.parse(printed), eval(`(${shown.join(' ')})`))
})

test('the third program declares a counter', () => {
  assert.equal(run("const { metrics } = require('tallystick')", tenants), '')
})

test('names all series that a collector reports about itself', () => {
  const text = run(requests, 'process.stdout.write(metrics.prometheusSync().body)')
  const text2 = run(
    requests,
    'metrics.prometheusSync(); process.stdout.write(metrics.prometheusSync({ selfMetrics: true }).body)',
  )
  const exposed = new Set([...`${text}${text2}`.matchAll(/^# TYPE (tallystick_\w+)/gm)].map(([, name]) => name))
  const documented = new Set([...guide.matchAll(/^\| `(tallystick_\w+)/gm)].map(([, name]) => name))
  assert.deepEqual([...exposed].sort(), [...documented].sort())
})
