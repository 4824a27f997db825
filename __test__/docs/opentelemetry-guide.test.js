'use strict'

// The programs of docs/opentelemetry.md print what their comments say. Those with packages of OpenTelemetry are fenced as mjs, and run
// in `__test__/package/opentelemetry.test.js`.

const assert = require('node:assert/strict')
const { test } = require('node:test')
const { programsOf, run } = require('../support/programs')

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
    assert.deepEqual(run(programs[at]).trim().split('\n'), lines)
  })
}

test('every program of the guide is run here', () => assert.equal(programs.length, shown.length))
