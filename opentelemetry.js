'use strict'

// OpenTelemetry's metrics over the cells of this package.

// as whoever loads the package
require('.')
const { MeterProvider } = require('./lib/opentelemetry/provider')
const { MetricProducer } = require('./lib/opentelemetry/producer')

module.exports = { MeterProvider, MetricProducer }
