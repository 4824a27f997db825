'use strict'

// OpenTelemetry's environment variables for exporters, as its specification has them. A value that makes no sense is ignored with a
// warning.

const { variable } = require('../environment')
const { warnOnce } = require('./warnings')

const DEFAULT_ENDPOINT = 'http://localhost:4318'
const PATH = 'v1/metrics'

/** The value for metrics, or else that for all signals. @param {string} name */
function exporterVariable(name) {
  return variable(`OTEL_EXPORTER_OTLP_METRICS_${name}`) ?? variable(`OTEL_EXPORTER_OTLP_${name}`)
}

/** Where metrics go. */
function endpoint() {
  const own = variable('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT')
  if (own !== undefined) return own
  const base = variable('OTEL_EXPORTER_OTLP_ENDPOINT') ?? DEFAULT_ENDPOINT
  return `${base.replace(/\/$/, '')}/${PATH}`
}

/** @returns {Record<string, string>} */
function headers() {
  const all = ['OTEL_EXPORTER_OTLP_HEADERS', 'OTEL_EXPORTER_OTLP_METRICS_HEADERS']
  return Object.assign({}, ...all.map((name) => pairsOf(name, variable(name) ?? '')))
}

/** @param {string} name @param {string} text */
function pairsOf(name, text) {
  // its value may be a secret
  const pairs = parsedPairs(text, () =>
    warnOnce(`a part of ${name} is ignored, because it is not key=value, percent-encoded`),
  )
  return Object.fromEntries(pairs.map(([key, value]) => [key.toLowerCase(), value]))
}

/**
 * Parses the format of the header Baggage: `key=value,key=value`, percent-encoded.
 * @param {string} text
 * @param {(pair: string) => void} onInvalid
 * @returns {[key: string, value: string][]} those that are valid
 */
function parsedPairs(text, onInvalid) {
  return text
    .split(',')
    .filter((pair) => pair.trim() !== '')
    .flatMap((pair) => {
      const at = pair.indexOf('=')
      try {
        const key = decodeURIComponent(pair.slice(0, at).trim())
        if (at < 1 || key === '') throw new Error('a pair has no key')
        return [[key, decodeURIComponent(pair.slice(at + 1).trim())]]
      } catch {
        onInvalid(pair)
        return []
      }
    })
}

/** @param {string} name @param {string | undefined} text @returns {number | undefined} */
function millis(name, text) {
  if (text === undefined) return undefined
  const number = Number(text)
  if (number >= 1 && number < 2 ** 31) return number
  warnOnce(`${name} is ignored: ${JSON.stringify(text)} is not a number of milliseconds`)
  return undefined
}

/**
 * The value of a variable if it is one of these words.
 * @template {string} Word
 * @param {string} name
 * @param {string | undefined} value
 * @param {Word[]} words
 * @returns {Word | undefined}
 */
function oneOf(name, value, words) {
  const text = value?.toLowerCase()
  const known = words.find((word) => word === text)
  if (text !== undefined && known === undefined) {
    warnOnce(`${name} is ignored: ${JSON.stringify(text)} is not supported, only ${words.join(' and ')}`)
  }
  return known
}

/**
 * The same for a variable of the exporter, which may be for metrics only.
 * @template {string} Word
 * @param {string} name
 * @param {Word[]} words
 */
function exporterOneOf(name, words) {
  return oneOf(`OTEL_EXPORTER_OTLP_${name}`, exporterVariable(name), words)
}

/** The same for a preference. @template {string} Word @param {string} name @param {Word[]} words */
function preference(name, words) {
  return oneOf(name, variable(name), words)
}

/** The options that the environment gives. */
function environmentOptions() {
  exporterOneOf('PROTOCOL', ['http/protobuf'])
  preference('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', ['cumulative'])
  const aggregation = preference('OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION', [
    'explicit_bucket_histogram',
    'base2_exponential_bucket_histogram',
  ])
  return {
    url: endpoint(),
    headers: headers(),
    timeout: millis('OTEL_EXPORTER_OTLP_TIMEOUT', exporterVariable('TIMEOUT')),
    interval: millis('OTEL_METRIC_EXPORT_INTERVAL', variable('OTEL_METRIC_EXPORT_INTERVAL')),
    compression: exporterOneOf('COMPRESSION', ['gzip', 'none']),
    timings: aggregation === 'explicit_bucket_histogram' ? 'explicit' : undefined,
  }
}

/** Whether the environment says where metrics go. */
function hasEndpoint() {
  return [variable('OTEL_EXPORTER_OTLP_ENDPOINT'), variable('OTEL_EXPORTER_OTLP_METRICS_ENDPOINT')].some(Boolean)
}

module.exports = { PATH, environmentOptions, hasEndpoint, parsedPairs }
