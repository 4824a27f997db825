'use strict'

// What a large program has done before it records: every kind of instrument, with and without labels, in several shapes. The
// call sites inside a library have then seen many kinds of objects, and are slower. All of it goes to a registry of its own.

const { PACKAGES } = require('./contenders/prometheus')
const { openMeter } = require('./contenders/opentelemetry')
const { millis, nanos } = require('./durations')

const CALLS = 4096
const MASK = millis.length - 1
/** Label sets of several shapes, orders and types. @type {((at: number) => Record<string, any>)[]} */
const shapes = [
  (at) => ({ pool: `pool-${at & 7}` }),
  (at) => ({ queue: `queue-${at & 3}`, node: at & 7 }),
  (at) => ({ node: at & 7, queue: `queue-${at & 3}` }),
  (at) => ({ table: 'users', verb: at & 1 ? 'read' : 'write', shard: at & 3 }),
  (at) => ({ zone: 'b', app: 'shop', tier: at & 3, kind: at & 1 }),
]
const names = ['pool', 'queue', 'node', 'table', 'verb', 'shard', 'zone', 'app', 'tier', 'kind']

/** @param {(at: number) => void} action */
function often(action) {
  for (let at = 0; at < CALLS; at++) action(at)
}

/** Recordings without labels, then with those of each shape. @param {(value: number, labels?: any) => void} record */
function recordInAllShapes(record) {
  often((at) => record(millis[at & MASK]))
  for (const labels of shapes) often((at) => record(millis[at & MASK], labels(at)))
}

/** @type {Record<string, () => void>} */
const programs = {
  tallystick() {
    const { Collector, createMetrics, createSceneMetrics } = require('..')
    const collector = new Collector()
    const metrics = createMetrics(collector)
    const scene = createSceneMetrics(collector).create()
    const all = [
      ...[0, 1, 2].map((each) => metrics.histogram({ name: `size_${each}`, precision: each === 0 ? 1 : 2 })),
      ...[0, 1].map((each) => metrics.histogram({ name: `bound_${each}`, buckets: [1, 5, 25 + each] })),
    ]
    recordInAllShapes((value, labels) => bound(metrics.counter('counted'), labels).inc(value))
    recordInAllShapes((value, labels) => bound(metrics.gauge('level'), labels).set(value))
    recordInAllShapes((value, labels) => bound(metrics.timing('took'), labels).observeMillis(value))
    for (const histogram of all) recordInAllShapes((value, labels) => bound(histogram, labels).observe(value))
    recordInAllShapes((value, labels) => metrics.inc('named', value, labels))
    recordInAllShapes((value, labels) => metrics.observeMillis('timed', value, labels))
    often((at) => metrics.counter('down').inc((at & 3) - 1))
    often(() => scene.recordLoopTick())
    often((at) => scene.recordActivation(`T${at & 15}`))
    useOurObjects()
    metrics.snapshot()
  },
  ...Object.fromEntries(PACKAGES.map((name) => [name, () => usePrometheusClient(require(name))])),
  opentelemetry() {
    const meter = openMeter()
    const counter = meter.counter('counted')
    const histogram = meter.histogram('took')
    recordInAllShapes((value, labels) => counter.add(value, labels))
    recordInAllShapes((value, labels) => histogram.record(value, labels))
  },
  metrix() {
    const { histogram } = require('metrix')
    const { recorder } = require('./contenders/metrix').openRecorder()
    useRecorder(recorder)
    for (const each of [histogram.createBucketHistogram(), histogram.createStreamingHistogram()])
      often((at) => each.add(millis[at & MASK]))
  },
  'hdr-histogram-js'() {
    const { build } = require('hdr-histogram-js')
    for (const bitBucketSize of [16, 32, 64]) {
      const histogram = build({ bitBucketSize, highestTrackableValue: Number.MAX_SAFE_INTEGER })
      often((at) => histogram.recordValue(nanos[at & MASK]))
    }
  },
}

/** @param {any} instrument @param {any} labels */
function bound(instrument, labels) {
  return labels === undefined ? instrument : instrument.labels(labels)
}

/** Ours that are objects of their own. */
function useOurObjects() {
  const { BucketedHistogram, FrugalHistogram, HdrHistogram, Recorder, Aggregator } = require('..')
  const bucketed = [new BucketedHistogram(), new BucketedHistogram({ error: 0.05 })]
  const frugal = [new FrugalHistogram(), new FrugalHistogram({ quantiles: [0.5] })]
  for (const each of [...bucketed, ...frugal]) often((at) => each.add(millis[at & MASK]))
  for (const precision of [1, 2, 3]) {
    const histogram = new HdrHistogram({ precision })
    often((at) => histogram.record(nanos[at & MASK]))
  }
  const recorder = new Recorder()
  new Aggregator(recorder)
  useRecorder(recorder)
}

/** metrix' interface, which is also ours. @param {any} recorder */
function useRecorder(recorder) {
  const counter = recorder.counter('counted')
  const gauge = recorder.gauge('level', 0)
  const histogram = recorder.histogram('size')
  const timer = recorder.timer('took')
  often(() => counter.incr())
  often(() => gauge.update(7))
  often((at) => histogram.add(millis[at & MASK]))
  often(() => timer.stop(timer.start()))
}

/** @param {any} client */
function usePrometheusClient(client) {
  const registers = [new client.Registry()]
  const options = (/** @type {string} */ name) => ({ name, help: name, registers })
  for (const labelNames of [[], names]) {
    const suffix = labelNames.length === 0 ? '' : '_labelled'
    const counter = new client.Counter({ ...options(`counted${suffix}`), labelNames })
    const gauge = new client.Gauge({ ...options(`level${suffix}`), labelNames })
    const histogram = new client.Histogram({ ...options(`took${suffix}`), labelNames })
    const summary = new client.Summary({ ...options(`size${suffix}`), labelNames })
    for (const labels of labelNames.length === 0 ? [() => ({})] : shapes) {
      often((at) => counter.inc(labels(at), 2))
      often((at) => gauge.set(labels(at), at))
      often((at) => histogram.observe(labels(at), millis[at & MASK]))
      often((at) => summary.observe(labels(at), millis[at & MASK]))
    }
  }
}

/**
 * The contenders of a case, each after it has used every kind. The others, which are no library, stay as they are.
 * @param {Record<string, (parameters: any) => any>} contenders
 */
function usedContenders(contenders) {
  const entries = Object.entries(contenders).map(([name, open]) => [
    name,
    (/** @type {any} */ parameters) => {
      programs[name]?.()
      return open(parameters)
    },
  ])
  return Object.fromEntries(entries)
}

module.exports = { usedContenders }
