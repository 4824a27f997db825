'use strict'

// The programs of docs/cardinality.md run unchanged, in the runtime of this test.

const assert = require('node:assert/strict')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const { programsOf, run } = require('../support/programs')

const guide = readFileSync(path.join(__dirname, '..', '..', 'docs', 'cardinality.md'), 'utf8')
const [requests, worst, tenants] = programsOf('docs/cardinality.md')

test('the first program is exposed as shown', () => {
  const [, shown] = /```\n(http_requests_total[\s\S]*?)```/.exec(guide)
  const printed = run(requests, { append: 'process.stdout.write(metrics.prometheusSync({ selfMetrics: false }).body)' })
  assert.equal(printed.replace(/^#.*\n/gm, ''), shown)
})

test('the second program returns what is shown', () => {
  const shown = worst.match(/^\/\/ .*$/gm).map((line) => line.slice(3))
  const printed = run(worst, { prelude: requests, append: 'console.log(JSON.stringify(worst))' })
  // biome-ignore lint/security/noGlobalEval: the guide's own text
  assert.deepEqual(JSON.parse(printed), eval(`(${shown.join(' ')})`))
})

test('the third program declares tenant.requests with a ttl', () => {
  const printed = run(tenants, {
    prelude: "const { metrics } = require('tallystick')",
    append: `console.log(metrics.get('tenant.requests')?.kind)
      try {
        metrics.counter({ name: 'tenant.requests', ttl: 1 })
      } catch ({ message }) {
        console.log(message)
      }`,
  })
  assert.match(printed, /^counter\n.* exists with ttl 3600000, /)
})

test('names all series that a collector reports about itself', () => {
  const text = run(requests, { append: 'process.stdout.write(metrics.prometheusSync().body)' })
  const text2 = run(requests, {
    append: 'metrics.prometheusSync(); process.stdout.write(metrics.prometheusSync({ selfMetrics: true }).body)',
  })
  const exposed = new Set([...`${text}${text2}`.matchAll(/^# TYPE (tallystick_\w+)/gm)].map(([, name]) => name))
  const documented = new Set([...guide.matchAll(/^\| `(tallystick_\w+)/gm)].map(([, name]) => name))
  assert.deepEqual([...exposed].sort(), [...documented].sort())
})
