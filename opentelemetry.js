'use strict'

// OpenTelemetry's metrics over the cells of this package.

const { MeterProvider } = require('./lib/opentelemetry/provider')
const { MetricProducer } = require('./lib/opentelemetry/producer')

module.exports = { MeterProvider, MetricProducer }
