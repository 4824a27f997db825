'use strict'

// Decodes OTLP messages with OpenTelemetry's protobuf package for Python, and receives them over HTTP.

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const zlib = require('node:zlib')
const { close, listen } = require('./http')

const usual = path.join(__dirname, '..', '..', 'target', 'venv', 'bin', 'python')
const python = process.env.TALLYSTICK_PYTHON || (fs.existsSync(usual) ? usual : undefined)

/** The option of a test that decodes. */
const withPython = { skip: python ? false : 'there is no Python with opentelemetry-proto: run `npm test -- python`' }

/** The JSON of a message: 64-bit numbers are texts. @param {Uint8Array} message @returns {any} */
function decoded(message) {
  const { status, stdout, stderr } = spawnSync(String(python), [path.join(__dirname, '..', 'otlp', 'decode.py')], {
    input: message,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, PYTHONIOENCODING: 'utf-8' },
  })
  assert.equal(status, 0, stderr)
  return JSON.parse(stdout)
}

/** The metrics of a decoded message by name, each with its scope. @param {any} request @returns {Record<string, any>} */
function metricsOf({ resourceMetrics }) {
  const scopes = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics)
  return Object.fromEntries(
    scopes.flatMap(({ scope, schemaUrl, metrics }) =>
      metrics.map((metric) => [metric.name, { ...metric, scope, schemaUrl }]),
    ),
  )
}

/** Attributes as an object. @param {any[]} attributes @returns {Record<string, any>} */
function attributesOf(attributes = []) {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value]))
}

/**
 * A receiver that answers each request as the next of the functions given does, the last one for all further ones.
 * @param {((request: any, response: any) => void)[]} answers
 */
async function receive(...answers) {
  const requests = []
  const waiting = []
  const server = await listen(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    const isCompressed = request.headers['content-encoding'] === 'gzip'
    requests.push({
      method: request.method,
      path: request.url,
      headers: request.headers,
      message: isCompressed ? zlib.gunzipSync(body) : body,
    })
    for (const resolve of waiting.splice(0)) resolve()
    const answer = answers[Math.min(requests.length, answers.length) - 1]
    answer(request, response)
  })
  return {
    requests,
    url: `http://127.0.0.1:${server.address().port}`,
    /** Until this number of requests has arrived. @param {number} count */
    async until(count) {
      while (requests.length < count) await new Promise((resolve) => waiting.push(resolve))
    },
    close: () => close(server),
  }
}

/** @param {number} status @param {Record<string, string>} [headers] @param {Uint8Array | string} [body] */
function answer(status, headers = {}, body = '') {
  return (_, response) => response.writeHead(status, headers).end(body)
}

module.exports = { answer, attributesOf, decoded, metricsOf, receive, withPython }
