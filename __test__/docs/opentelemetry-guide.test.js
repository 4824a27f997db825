'use strict'

// The programs of docs/opentelemetry.md print what their comments say. Those with packages of OpenTelemetry are fenced as mjs, and run
// in `__test__/package/opentelemetry.test.js`.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const path = require('node:path')
const { test } = require('node:test')
const { programsOf } = require('../support/programs')

const root = path.resolve(__dirname, '..', '..')
const programs = programsOf('docs/opentelemetry.md')

/** What a program's comments say that it prints. */
const shown = [
  [
    'http_calls_total{method="GET",otel_scope_name="shop",otel_scope_version="1.0.0"} 2',
    'work_seconds_count{otel_scope_name="shop",otel_scope_version="1.0.0"} 1',
  ],
  ['POST /v1/metrics application/x-protobuf'],
  ['PUT /metrics/job/backup/disk/a'],
]

for (const [at, lines] of shown.entries()) {
  test(`program ${at + 1} of the guide prints what it says`, () => {
    for (const line of lines) assert.ok(programs[at].includes(`// ${line}`), line)
    const printed = execFileSync(process.execPath, ['-e', programs[at]], { cwd: root, encoding: 'utf8' })
    assert.deepEqual(printed.trim().split('\n'), lines)
  })
}

test('every program of the guide is run here', () => assert.equal(programs.length, shown.length))
