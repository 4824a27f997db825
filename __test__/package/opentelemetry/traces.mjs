// Spans stay with OpenTelemetry's SDK; metrics come to this package, because it was registered first.
import { metrics, trace } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider as SdkMeterProvider } from '@opentelemetry/sdk-metrics'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { Collector, createMetrics } from 'tallystick'

const exporter = new InMemorySpanExporter()
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }))
const reader = new PrometheusExporter({ preventServerStart: true })
const isReplaced = metrics.setGlobalMeterProvider(new SdkMeterProvider({ readers: [reader] }))

const jobs = metrics.getMeter('shop').createCounter('jobs')
const span = trace.getTracer('shop').startSpan('work')
jobs.add(1, { queue: 'mail' })
span.end()

const { body } = await createMetrics(Collector.default).prometheus()
const line = Buffer.from(body)
  .toString()
  .split('\n')
  .find((each) => each.startsWith('jobs_total'))
console.log(JSON.stringify({ spans: exporter.getFinishedSpans().map(({ name }) => name), line, isReplaced }))
