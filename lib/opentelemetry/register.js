'use strict'

// Registers a MeterProvider with OpenTelemetry's API before anything fetches a meter: one that was fetched before never records
// anything.

// as whoever loads the package
require('../..')
const { createRequire } = require('node:module')
const path = require('node:path')
const { isMainThread } = require('node:worker_threads')
const { variable } = require('../environment')
const { hasEndpoint } = require('../otlp/environment')
const { warnOnce } = require('../otlp/warnings')
const { Collector } = require('../record/collector')
const { openTelemetryExemplars } = require('../opentelemetry-exemplars')
const { MeterProvider } = require('./provider')
const { TRANSLATIONS } = require('../record/name-translations')

const DEFAULTS = { port: '9464', host: 'localhost' }

function register() {
  if (variable('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return
  const api = findApi()
  if (api === undefined) {
    return warnOnce('@opentelemetry/api is not installed beside the application: its metrics are not recorded')
  }
  const provider = new MeterProvider({ names: translation() })
  if (!api.metrics.setGlobalMeterProvider(provider)) {
    warnOnce('another MeterProvider is registered: load tallystick/opentelemetry/register first, with --import')
    return
  }
  keepExemplars(api)
  if (isMainThread) exportMetrics()
}

/** The application's copy: each copy of the same major version has the same provider. @returns {any} */
function findApi() {
  const files = [process.argv[1], path.join(process.cwd(), 'app.js')]
  for (const from of files.filter((file) => file !== undefined)) {
    try {
      return createRequire(path.resolve(from))('@opentelemetry/api')
    } catch {
      // the next one
    }
  }
  return undefined
}

/** Measurements within a sampled span are kept with its identifiers. @param {any} api */
function keepExemplars(api) {
  if (variable('OTEL_METRICS_EXEMPLAR_FILTER')?.toLowerCase() === 'always_off' || api.trace === undefined) return
  Collector.default.setExemplars(openTelemetryExemplars(api))
}

/** How names are translated for Prometheus. */
function translation() {
  const text = variable('TALLYSTICK_OTEL_NAMES')
  if (text === undefined || TRANSLATIONS.includes(text)) return text
  warnOnce(`TALLYSTICK_OTEL_NAMES is ignored: ${JSON.stringify(text)} is none of ${TRANSLATIONS.join(', ')}`)
  return undefined
}

/** Exports as OpenTelemetry's variables say. Without them only an endpoint is a reason to push. */
function exportMetrics() {
  const exporters = variable('OTEL_METRICS_EXPORTER')?.toLowerCase().split(',') ?? (hasEndpoint() ? ['otlp'] : [])
  for (const exporter of exporters.map((name) => name.trim())) {
    if (exporter === 'otlp') push()
    else if (exporter === 'prometheus') serve()
    else if (exporter !== 'none') warnOnce(`OTEL_METRICS_EXPORTER: ${JSON.stringify(exporter)} is not supported`)
  }
}

/** Variables that make no sense must not keep the application from starting. */
function push() {
  try {
    require('../otlp/push').pushOtlp()
  } catch (error) {
    warnOnce(`metrics are not pushed: ${/** @type {Error} */ (error).message}`)
  }
}

function serve() {
  const names = { port: 'OTEL_EXPORTER_PROMETHEUS_PORT', host: 'OTEL_EXPORTER_PROMETHEUS_HOST' }
  require('../metrics-server').serveMetrics(names, DEFAULTS)
}

module.exports = { register }
