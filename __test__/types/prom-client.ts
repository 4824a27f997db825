// Code as prom-client's users write it compiles with the types of `tallystick/prom-client`. Never run.

import type * as everything from 'tallystick/prom-client'
import {
  type Aggregator,
  AggregatorRegistry,
  aggregators,
  ClusterRegistry,
  Counter,
  type CounterConfiguration,
  collectDefaultMetrics,
  contentType,
  exponentialBuckets,
  Gauge,
  Histogram,
  type LabelValues,
  linearBuckets,
  type Metric,
  type MetricObjectWithValues,
  type MetricValue,
  type OpenMetricsContentType,
  openMetricsContentType,
  type PrometheusContentType,
  Pushgateway,
  prometheusContentType,
  Registry,
  type RegistryContentType,
  register,
  Summary,
  validateMetricName,
  WorkerRegistry,
} from 'tallystick/prom-client'
import { type Counter as SuccessorCounter, Pushgateway as SuccessorGateway } from 'tallystick/prometheus-io-client'

const registry = new Registry()
const open = new Registry<OpenMetricsContentType>(Registry.OPENMETRICS_CONTENT_TYPE)
open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
register.setDefaultLabels({ app: 'shop' })
const type: RegistryContentType = registry.contentType
const shown: PrometheusContentType = prometheusContentType
const types: RegistryContentType[] = [contentType, openMetricsContentType]
const merged: Registry = Registry.merge([registry, register])

const configuration: CounterConfiguration<'method' | 'code'> = {
  name: 'requests_total',
  help: 'Requests',
  labelNames: ['method', 'code'] as const,
  registers: [registry, open],
  aggregator: 'sum' satisfies Aggregator,
}
const counter = new Counter(configuration)
counter.inc()
counter.inc(2)
counter.inc({ method: 'GET', code: 200 })
counter.inc({ method: 'GET' }, 2)
counter.labels('GET', '200').inc(5)
counter.labels({ method: 'GET' }).inc()
counter.remove('GET', '200')
counter.remove({ method: 'GET' })
// @ts-expect-error a label that was not declared
counter.inc({ path: '/' })
const loose: Counter = new Counter({ name: 'a', help: 'Help' })
const strict: Counter<'x'> = new Counter({ name: 'b', help: 'Help', labelNames: ['x'] })
const exemplary = new Counter({ name: 'c', help: 'Help', labelNames: ['x'], enableExemplars: true })
exemplary.inc({ labels: { x: 1 }, value: 2, exemplarLabels: { traceId: 'a' } })

const gauge = new Gauge({
  name: 'level',
  help: 'Level',
  labelNames: ['x'],
  async collect() {
    this.set({ x: 'a' }, 1)
    this.inc()
  },
})
gauge.set(1)
gauge.dec({ x: 'a' }, 2)
gauge.setToCurrentTime({ x: 'a' })
gauge.labels('a').setToCurrentTime()
const endGauge: number = gauge.startTimer({ x: 'a' })({ x: 'b' })

const histogram = new Histogram({
  name: 'latency',
  help: 'Latency',
  labelNames: ['route', 'status'],
  buckets: [...linearBuckets(0, 1, 3), ...exponentialBuckets(4, 2, 3)],
})
histogram.observe(1)
histogram.observe({ route: '/' }, 1)
histogram.observe({ labels: { route: '/' }, value: 1, exemplarLabels: { traceId: 'a' } })
histogram.zero({ route: '/' })
histogram.labels('/', '200').observe(2)
const end: (labels?: LabelValues<'route' | 'status'>) => number = histogram.startTimer({ route: '/' })
const seconds: number = end({ status: 200 })

const summary = new Summary({
  name: 'size',
  help: 'Size',
  percentiles: [0.5],
  maxAgeSeconds: 600,
  ageBuckets: 5,
  pruneAgedBuckets: true,
  compressCount: 10,
})
summary.observe(1)
const endSummary: number = summary.startTimer()()

async function read(): Promise<string> {
  const metric: Metric<string> | undefined = registry.getSingleMetric('level')
  const all: MetricObjectWithValues<MetricValue<string>>[] = await registry.getMetricsAsJSON()
  const [{ values }] = all
  const bucket = (await histogram.get()).values.find(({ metricName, labels }) => metricName && labels.route === '/')
  registry.removeSingleMetric('level')
  registry.registerMetric(metric ?? gauge)
  registry.resetMetrics()
  registry.clear()
  return `${values[0].value} ${bucket?.value} ${await registry.getSingleMetricAsString('level')} ${await registry.metrics()}`
}

async function processes(): Promise<string[]> {
  AggregatorRegistry.setRegistries([registry])
  const worker = new WorkerRegistry()
  await worker.shutdown()
  return [
    await new AggregatorRegistry().clusterMetrics(),
    await new ClusterRegistry().clusterMetrics(),
    await worker.workerMetrics(),
    await Registry.aggregate([[]]).metrics(),
  ]
}

async function push(): Promise<void> {
  const gateway = new Pushgateway('http://localhost:9091', { timeout: 1000 }, registry)
  await gateway.pushAdd({ jobName: 'job', groupings: { key: 'value' } })
  const { resp, body } = await new Pushgateway('http://localhost:9091', open).push({ jobName: 'job' })
  await gateway.delete({ jobName: `${resp}${body}` })
}

collectDefaultMetrics()
collectDefaultMetrics({ register: registry, prefix: 'app_', labels: { instance: 1 }, gcDurationBuckets: [1] })
const groups: string[] = collectDefaultMetrics.metricsList
const legal: boolean = validateMetricName('a')
const sum = aggregators.sum([])
const whole: typeof everything.register = register

export {
  endGauge,
  endSummary,
  groups,
  legal,
  loose,
  merged,
  processes,
  push,
  read,
  seconds,
  shown,
  strict,
  sum,
  type,
  types,
  whole,
}

const successors: SuccessorCounter<'method'> = new Counter({
  name: 'b_total',
  help: 'Help',
  labelNames: ['method'] as const,
})
successors.inc({ method: 'GET' })
new SuccessorGateway('http://localhost:9091')
