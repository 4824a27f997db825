'use strict'

// `--import tallystick/opentelemetry/register` without OpenTelemetry's API, and with a copy of it that counts what it is called with.

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { after, test } = require('node:test')

const register = path.join(__dirname, '..', '..', 'opentelemetry', 'register.js')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-register-'))
// without such a folder Bun would install what is missing
fs.mkdirSync(path.join(folder, 'node_modules'))
after(() => fs.rmSync(folder, { recursive: true, force: true }))

const preload = process.versions.bun ? '--preload' : '--require'

/** @param {string} text of a program beside which the API is @param {Record<string, string>} env */
function run(text, env = {}) {
  const file = path.join(folder, 'app.js')
  fs.writeFileSync(file, text)
  const own = Object.entries(process.env).filter(
    ([key]) => !/^(NODE_TEST_CONTEXT|NODE_OPTIONS|OTEL_|TALLYSTICK_)/.test(key),
  )
  const { stdout, stderr, status } = spawnSync(process.execPath, [preload, register, file], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...Object.fromEntries(own), ...env },
  })
  assert.equal(status, 0, stderr)
  return { stdout: stdout.trim(), stderr }
}

/** @param {boolean} isFirst whether no other provider is registered */
function writeApi(isFirst) {
  const api = path.join(folder, 'node_modules', '@opentelemetry', 'api')
  fs.mkdirSync(api, { recursive: true })
  fs.writeFileSync(path.join(api, 'package.json'), '{ "name": "@opentelemetry/api", "version": "1.10.0" }')
  const text = `exports.providers = []
exports.metrics = { setGlobalMeterProvider: (provider) => exports.providers.push(provider) > 0 && ${isFirst} }`
  fs.writeFileSync(path.join(api, 'index.js'), text)
}

const counting = "console.log(require('@opentelemetry/api').providers.map((each) => typeof each.getMeter).join())"

test('without the API it warns, and the application runs', () => {
  const { stdout, stderr } = run('console.log(1)')
  assert.equal(stdout, '1')
  assert.match(stderr, /@opentelemetry\/api is not installed/)
})

test('the provider is registered with the copy of the application', () => {
  writeApi(true)
  const { stdout, stderr } = run(counting)
  assert.deepEqual([stdout, stderr], ['function', ''])
})

test('OTEL_SDK_DISABLED registers nothing', () => {
  writeApi(true)
  assert.deepEqual(run(counting, { OTEL_SDK_DISABLED: 'true' }), { stdout: '', stderr: '' })
})

test('a refusal, and variables that make no sense, are warnings', () => {
  writeApi(false)
  assert.match(run(counting).stderr, /another MeterProvider is registered/)
  writeApi(true)
  const { stdout, stderr } = run(counting, { OTEL_METRICS_EXPORTER: 'console', TALLYSTICK_OTEL_NAMES: 'dots' })
  assert.equal(stdout, 'function')
  assert.match(stderr, /"console" is not supported/)
  assert.match(stderr, /TALLYSTICK_OTEL_NAMES is ignored/)
  assert.match(
    run(counting, { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }).stderr,
    /metrics are not pushed: option url/,
  )
})
