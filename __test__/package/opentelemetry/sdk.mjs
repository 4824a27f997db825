// What applications load today: OpenTelemetry's SDK and its exporter for Prometheus.
import { createServer } from 'node:http'
import { metrics } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'

const reader = new PrometheusExporter({ preventServerStart: true })
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
const server = createServer((request, response) => reader.getMetricsRequestHandler(request, response))
server.listen(0, '127.0.0.1', () => console.error(`metrics at http://127.0.0.1:${server.address().port}/metrics`))
