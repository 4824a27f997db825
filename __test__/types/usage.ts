// Typed usages of all declarations. Never run: it only has to compile. Every line under a ts-expect-error is an error, so a type
// that becomes too wide fails here.

import { createServer } from 'node:http'
import {
  type BoundCounter,
  Collector,
  type Counter,
  collectDefaultMetrics,
  createMetrics,
  createSceneMetrics,
  type DefaultMetricsOptions,
  type ErrorCode,
  type Exposition,
  exponentialBuckets,
  type Gauge,
  type Histogram,
  type HistogramStats,
  type Labels,
  linearBuckets,
  logStats,
  type Metrics,
  ModuleRegistry,
  metrics,
  type ReasonCategory,
  registerModules,
  type SceneMetrics,
  type Snapshot,
  sceneMetrics,
  type Timing,
  type TimingStats,
  type Window,
} from 'tallystick'

/** Compiles only when both types are the same. */
function same<Left, Right>(..._proof: Same<Left, Right> extends true ? [] : [never]): void {}
type Same<Left, Right> = (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false

// ---- recording by name

metrics.inc('jobs.done')
metrics.inc('jobs.done', null)
metrics.inc('jobs.done', undefined, { queue: 'mail', status: 200, retry: false, id: 1n, none: null })
metrics.observeMillis('jobs.run', 1.5, { queue: 'mail' })
metrics.set('jobs.waiting', Number.NaN, { queue: 'mail' })
metrics.observe('jobs.size', 2048, { queue: 'mail' })
// @ts-expect-error a gauge is set to a number
metrics.set('jobs.waiting')
metrics.observeNanos('jobs.run', 1500n)
metrics.trace('jobs.failed', { reason: new Error('full'), attempts: 3 })
metrics.describe('jobs.done', { help: 'Jobs that ended.', unit: 'jobs' })
// @ts-expect-error a name is a string
metrics.inc(1)
// @ts-expect-error a delta is a number
metrics.inc('jobs.done', '2')
// @ts-expect-error only observeNanos takes a bigint
metrics.observeMillis('jobs.run', 1500n)
// @ts-expect-error a duration is not optional
metrics.observeMillis('jobs.run')
// @ts-expect-error labels are an object
metrics.inc('jobs.done', 1, 'mail')

// ---- functions keep their results' types

const length: number = metrics.time('parse', () => 'text'.length)
const later: Promise<string> = metrics.time('load', async () => 'text')
const counted: 'a' | 'b' = metrics.counted('choose', (): 'a' | 'b' => 'a')
// @ts-expect-error the result is a number
const wrong: string = metrics.time('parse', () => 1)
// @ts-expect-error fn is a function
metrics.time('parse', 1)
// @ts-expect-error fn is not optional
metrics.counted('choose')

// ---- instruments

const counter: Counter = metrics.counter('jobs.done')
counter.inc()
same<ReturnType<typeof counter.value>, number | undefined>()

const requests = metrics.counter({ name: 'http.requests', help: 'Requests.', labelNames: ['method', 'status'] })
same<typeof requests, Counter<'method' | 'status'>>()
const get: BoundCounter = requests.labels({ method: 'GET' })
get.inc(2)
const removed: number = requests.remove({ method: 'GET' })
requests.reset()
requests.setTotal(5)
get.setTotal(5)
// @ts-expect-error one series is removed by its labels
get.reset()
// @ts-expect-error a total is a number
requests.setTotal('5')
// @ts-expect-error this label name was not declared
requests.labels({ verb: 'GET' })
// @ts-expect-error a bound handle has its labels
get.labels({ status: 200 })
// @ts-expect-error a counter is not set
counter.set(1)

const gauge: Gauge = metrics.gauge({ name: 'queue.length', merge: 'max' })
gauge.set(3)
gauge.inc()
gauge.dec(2)
// @ts-expect-error no such merge
metrics.gauge({ name: 'queue.length', merge: 'mean' })
// @ts-expect-error a value is not optional
gauge.set()

const timing: Timing = metrics.timing({ name: 'jobs.run', precision: 2, buckets: [1, 10, 100] })
timing.observeMillis(1)
timing.observeNanos(1n)
const stop: () => number = timing.start()
same<ReturnType<typeof timing.value>, TimingStats | undefined>()
// @ts-expect-error a timing has no unit option
metrics.timing({ name: 'jobs.run', unit: 'seconds' })
// @ts-expect-error a precision is 1, 2 or 3
metrics.timing({ name: 'jobs.run', precision: 4 })

const histogram: Histogram = metrics.histogram({ name: 'body', unit: 'bytes', buckets: [1024, 65_536] })
histogram.observe(512)
same<ReturnType<typeof histogram.value>, HistogramStats | undefined>()
// @ts-expect-error a name is needed
metrics.histogram({ buckets: [1] })
// @ts-expect-error a name is read-only
histogram.name = 'other'

// ---- reading

const snapshot: Snapshot = metrics.snapshotAndReset()
const total: number | undefined = snapshot.timings['jobs.run']?.total
const bounds: [number, number][] | undefined = snapshot.histograms.body?.buckets
const reason: string | undefined = snapshot.trace[0]?.fields.reason
const value: number | TimingStats | HistogramStats | undefined = metrics.value('jobs.done', { queue: 'mail' })
async function read(): Promise<void> {
  for (const family of await metrics.read({ names: ['jobs'], window: metrics.collector.window() })) {
    const unit: string | undefined = family.unit
    if (family.kind === 'counter' || family.kind === 'gauge') console.log(unit, family.series[0]?.value.toFixed())
    else if (family.kind === 'timing') console.log(family.series[0]?.distribution.total, family.labelNames?.join())
    else console.log(family.series[0]?.distribution.sum, family.series[0]?.labels.method)
    for (const { labels, value, distribution } of family.series)
      console.log(labels.method, value ?? distribution?.count)
    // @ts-expect-error a timing has no sum, a histogram no total, a counter neither
    console.log(family.series[0]?.distribution.sum)
  }
  // @ts-expect-error names are in an array
  metrics.collector.readSync({ names: 'jobs' })
}
read()

// @ts-expect-error a snapshot is synchronous
snapshot.then(() => {})

const exposition: Exposition = metrics.prometheusSync({ buckets: [1, 10] })
const body: Promise<Exposition> = metrics.prometheus()
const openMetrics: Promise<Exposition> = metrics.prometheus({
  accept: 'application/openmetrics-text;version=1.0.0',
  names: ['jobs'],
  match: { queue: 'mail', priority: 1 },
  created: true,
})
metrics.prometheusSync({ accept: ['text/plain;q=0.5', '*/*;q=0.1'] as const })
// @ts-expect-error names are in an array
metrics.prometheus({ names: 'jobs' })
const json: Promise<Uint8Array> = metrics.json()
createServer(metrics.handle)
createServer((req, res) => void metrics.handle(req, res))
const answer: Promise<Response> = metrics.fetch(new Request('http://localhost/metrics'))
// @ts-expect-error prometheus() returns a promise
metrics.prometheus().body
const stopUpdating: () => void = metrics.beforeRead(async () => 1, { timeout: 500 })
metrics.collector.beforeRead(() => gauge.set(1))
// @ts-expect-error a time limit is a number of milliseconds
metrics.beforeRead(() => {}, { timeout: '1s' })
const failures: number = metrics.collector.callbackFailures

// ---- collectors

const collector = new Collector({ traceLimit: 0, labels: { service: 'mail' } })
const attached: Collector = Collector.attach(collector.id)
const window: Window = attached.window()
const own: Metrics = createMetrics(collector)
const { inc, time }: Pick<Metrics, 'inc' | 'time'> = own
window.snapshotAndReset()
collector.clear()
// @ts-expect-error a limit is a number
new Collector({ traceLimit: '500' })
// @ts-expect-error an id is a number
Collector.attach('1')
// @ts-expect-error the default collector cannot be replaced
Collector.default = collector
// @ts-expect-error a collector is needed
createMetrics()

// ---- scenes

const scene: SceneMetrics = sceneMetrics.create()
const drawn: number = scene.timeTile('3', () => 3)
scene.recordActivation('Touch')
scene.recordRebuild('loop')
const rebuilt: Promise<number> = createSceneMetrics(collector)
  .create('map')
  .recordRebuild('initial', async () => 1)
same<ReturnType<typeof sceneMetrics.reasonCategory>, ReasonCategory>()
// @ts-expect-error the second argument is a function
scene.recordRebuild('loop', 1)

// ---- modules and the log

const registry = new ModuleRegistry()
registry.register('app/config', () => ({ debug: true }))
registerModules(registry, 'app', { collector: () => collector })
registerModules(registry)
const required = registry.require('app/metrics') as Metrics
registry.install()
const end: () => void = logStats({ interval: 1000, collector, log: (line: string) => line.length })
// @ts-expect-error an interval is in milliseconds, without a unit
logStats({ interval: '1s' })
// @ts-expect-error a loader is a function
registry.register('app/config', { debug: true })
// @ts-expect-error a registry is needed
registerModules('app')

// ---- default metrics

const defaults: DefaultMetricsOptions = {
  collector,
  prefix: 'shop_',
  labels: { app: 'shop', zone: 7 },
  eventLoopMonitoringPrecision: 100,
  gcDurationBuckets: [0.001, 0.1],
  threads: false,
}
const endDefaults: () => void = collectDefaultMetrics(defaults)
collectDefaultMetrics()
// @ts-expect-error an interval is in milliseconds, without a unit
collectDefaultMetrics({ eventLoopMonitoringPrecision: '10ms' })
// @ts-expect-error the collector, not a registry
collectDefaultMetrics({ register: collector })

// ---- labels and errors

const labels: Labels<'method'> = { method: 'GET' }
const code: ErrorCode = 'ERR_TALLYSTICK_NAME'
// @ts-expect-error no such code
const otherCode: ErrorCode = 'ERR_TALLYSTICK_OTHER'

// ---- families, and instruments that are collected

const known = metrics.get('jobs.done')
if (known?.kind === 'counter') same<typeof known, Counter>()
if (known?.kind === 'timing') known.observeMillis(1)
// @ts-expect-error only a gauge is set
known?.set(1)
const wasKnown: boolean = metrics.unregister('jobs.done')
metrics.collector.setLabels({ app: 'shop', version: 2 })
// @ts-expect-error labels are an object
metrics.collector.setLabels('shop')
metrics.gauge({
  name: 'jobs.waiting',
  labelNames: ['queue'],
  collect() {
    this.labels({ queue: 'mail' }).set(1)
    // @ts-expect-error this label name was not declared
    this.labels({ topic: 'mail' })
  },
})
metrics.counter({
  name: 'jobs.seen',
  async collect() {
    this.setTotal(await Promise.resolve(5))
  },
})
// @ts-expect-error collect is a function
metrics.gauge({ name: 'jobs.waiting', collect: 5 })
const summary: Histogram = metrics.summary({ name: 'jobs.age', quantiles: [0.5], maxAge: 60_000, ageBuckets: 6 })
// @ts-expect-error a summary has no buckets
metrics.summary({ name: 'jobs.age', buckets: [1] })
metrics.timing({ name: 'jobs.run', bucketsSeconds: exponentialBuckets(0.001, 10, 5) })
metrics.histogram({ name: 'jobs.size', buckets: linearBuckets(0, 10, 5) })
// @ts-expect-error bounds in seconds are for timings
metrics.histogram({ name: 'jobs.size', bucketsSeconds: [1] })
