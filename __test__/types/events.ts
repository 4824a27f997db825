// Typed usages of recorders and aggregators. Never run: see usage.ts.

import {
  Aggregator,
  Collector,
  type CounterEvent,
  config,
  counter as counters,
  createAggregator,
  createRecorder,
  DefaultCounter,
  DefaultTimer,
  type DistributionReport,
  type EventCounter,
  type EventTags,
  type EventTimer,
  gauge as gauges,
  histogram as histograms,
  NoTagTimer,
  NullTimer,
  PreciseGauge,
  Recorder,
  type Report,
  recorder as recorders,
  timer as timers,
} from 'tallystick'

const recorder = new Recorder({
  counter: DefaultCounter,
  gauge: PreciseGauge,
  timer: (recorder, name, tags) => (name === 'a' ? DefaultTimer(recorder, name, tags) : NullTimer),
  separator: '.',
  precision: 3,
  collector: Collector.default,
})
const same: Recorder = createRecorder(config.PRECISE.recorder).scope('a')
// @ts-expect-error a factory returns an instrument
new Recorder({ counter: () => 1 })
// @ts-expect-error no such option
new Recorder({ counters: DefaultCounter })

const counter: EventCounter = recorder.counter('jobs_done', 1, { queue: 'mail' })
counter.incr()
counter.decr(2)
// @ts-expect-error an increment is a number
counter.incr('1')
recorder.gauge('queue_length', undefined, { queue: 'mail' }).update(1)
recorder.histogram('body_bytes', { type: 'a' }).add(1)
// @ts-expect-error a histogram has no initial value
recorder.histogram('body_bytes', 1)
const timer: EventTimer = recorder.timer('latency_ms')
const id: number = timer.start()
timer.stop(id, { status: 200 })
const length: number = timer.time(() => 'text'.length)
// @ts-expect-error an id is not optional
timer.stop()

const ownTimer: EventTimer = new Recorder({ timer: () => ({ start: () => 1, stop() {} }) }).timer('a')
ownTimer.time(() => 1)
const made: EventTimer = new NoTagTimer(recorder, 'a')
const called: EventTimer = NoTagTimer(recorder, 'a', { x: 1 })
const is: boolean = called instanceof NoTagTimer

recorder
  .on('counter', ({ name, increment }) => name.slice(increment))
  .on('timer', ({ startTs, stopTs, url }) => stopTs - startTs + url.length)
  .on('error', (error: unknown) => console.log(error))
  .off('gauge', ({ value }) => value.toFixed())
recorder.on('histogram', ({ tags }) => tags?.url)
const tags: EventTags = { url: '/', status: 200 }
recorder.timer('latency_ms', tags)
new Recorder({
  counter: (recorder, name, value, tags) => DefaultCounter(recorder, `${name}/${tags?.url}`, value, tags),
})
recorder.on('counter', ({ tags = {} }) => {
  // @ts-expect-error tags are read-only
  tags.url = 'a'
})
// @ts-expect-error no such event
recorder.on('counters', () => {})
recorder
  .once('timer', ({ startTs }) => startTs)
  .addListener('gauge', ({ value }) => value)
  .removeListener('error', () => {})
  .removeAllListeners('counter')
  .removeAllListeners()
const isHeard: boolean = recorder.emit('counter', { name: 'a', increment: 1, tags: { x: 1 } })
const received: number = recorder.listenerCount('error')
recorder.emit('timer', { name: 'a', startTs: 1, stopTs: 2, url: '/' })
// @ts-expect-error an event has a number
recorder.emit('gauge', { name: 'a' })
// @ts-expect-error a counter's event has no value
recorder.on('counter', ({ value }) => value)

const aggregator = new Aggregator(recorder, {
  counter(event: CounterEvent, histograms, counters, gauges) {
    counters[event.name] = { latest: event.increment }
    gauges.seen = histograms
  },
  gauge: ({ name, value, tags }, _histograms, _counters, gauges) => {
    gauges[`${name}/${tags?.url}`] = value
  },
  timer: null,
  composites: [(counters) => ['a', counters.b - counters.c], () => null],
  quantiles: [0.5, 0.999],
})
createAggregator(recorder, config.DEFAULT.aggregator).close()
createAggregator(createRecorder(null), null)
createAggregator(recorder, {
  timer: (event, ...objects) => config.DEFAULT.aggregator.timer(event, ...objects),
  counter: config.DISABLE.aggregator.counter,
  composites: (counters) => counters.a > 1 && ['b', 1],
  quantiles: null,
})
// @ts-expect-error the precise pair has no strategies to call
config.PRECISE.aggregator.timer({ name: 'a', startTs: 1, stopTs: 2 }, {}, {}, {})

createRecorder({
  counter: (recorder, name, value, tags) => counters.createDefault(recorder, name, value, tags),
  gauge: (recorder, name, value, tags) =>
    name === 'a' ? gauges.createDisable() : gauges.createPrecise(recorder, name, value, tags),
  histogram: (recorder, name, tags) => histograms.createDefault(recorder, name, tags),
  timer: timers.createNoTags,
  separator: null,
})
const estimates: number | undefined = histograms
  .createStreamingHistogram({ quantiles: [0.5], error: 0.01 })
  .snapshot().p50
const buckets: number = histograms.createBucketHistogram({ max: 1000, error: null }).count
recorders.DISABLE.counter('a').incr()
// @ts-expect-error no such option
recorders.PRECISE
// @ts-expect-error quantiles are numbers
new Aggregator(recorder, { quantiles: ['p50'] })
// @ts-expect-error a composite returns a list
new Aggregator(recorder, { composites: () => ({ a: 1 }) })
// @ts-expect-error a recorder is needed
new Aggregator()

const report: Report = aggregator.report()
const jobs: number | undefined = report.counters.jobs_done
const latency: DistributionReport | undefined = report.histograms.latency_ms
const p99: number | undefined = latency?.['p99.9']
const overflow: number | undefined = latency?.overflow
const own = aggregator.report<{ latest: number }>().counters.jobs_done?.latest
aggregator.clear()
aggregator.clearCounters()
aggregator.clearHistograms()
aggregator.clearGauges()
