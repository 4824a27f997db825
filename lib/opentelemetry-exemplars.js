'use strict'

// The exemplars of OpenTelemetry's active span.

const { missingPeer } = require('./errors/modules')

/** The flag of a span that is exported. */
const SAMPLED = 1

/** @type {typeof import('..').openTelemetryExemplars} */
function openTelemetryExemplars(api) {
  const { trace } = api ?? loaded()
  return () => {
    const context = trace.getActiveSpan()?.spanContext()
    if (context === undefined || (context.traceFlags & SAMPLED) === 0) return undefined
    return { trace_id: context.traceId, span_id: context.spanId }
  }
}

/** The package of the user: all its copies share the active span. @returns {import('..').OpenTelemetryApi} */
function loaded() {
  try {
    return require('@opentelemetry/api')
  } catch (cause) {
    throw missingPeer('@opentelemetry/api', 'exemplars of OpenTelemetry’s spans', cause)
  }
}

module.exports = { openTelemetryExemplars }
