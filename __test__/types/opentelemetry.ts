// Typed usages of OpenTelemetry's provider and of pushes. Never run: it only has to compile.

import { Collector, type Push, pushGateway, pushOtlp } from 'tallystick'
import { type Meter, MeterProvider, MetricProducer, type ViewOptions } from 'tallystick/opentelemetry'
import 'tallystick/opentelemetry/register'

const views: ViewOptions[] = [
  { instrumentName: 'a', name: 'b', aggregation: { type: 4, options: { boundaries: [1] } } },
  { instrumentType: 'COUNTER', aggregation: 'drop', attributesProcessors: [{ process: (incoming) => incoming }] },
]
const provider = new MeterProvider({ collector: new Collector(), resource: { 'service.name': 'shop' }, views })
new MeterProvider()
new MeterProvider({ names: 'NoTranslation', cardinalityLimit: 100 })
// @ts-expect-error not a strategy
new MeterProvider({ names: 'dots' })
// @ts-expect-error an unknown option
new MeterProvider({ reader: [] })

const meter: Meter = provider.getMeter('shop', '1.0.0', { schemaUrl: 'https://x' })
meter.createCounter('a', { unit: 'By', description: 'A' }).add(1, { x: 1, y: true, z: ['a'], none: undefined })
meter.createCounter<{ method: string }>('b').add(1, { method: 'GET' })
// @ts-expect-error another type of attributes
meter.createCounter<{ method: string }>('b').add(1, { method: 1 })
meter.createHistogram('h', { advice: { explicitBucketBoundaries: [1, 2] } }).record(1)
meter.createUpDownCounter('u').bind({ x: 1 }).add(-1)
meter.createGauge('g').bind().record(1)
const gauge = meter.createObservableGauge('o')
gauge.addCallback((result) => result.observe(1, { x: 1 }))
meter.addBatchObservableCallback(async (result) => result.observe(gauge, 1), [gauge])
// @ts-expect-error a gauge is recorded
meter.createGauge('g').add(1)

const collected: Promise<unknown> = new MetricProducer({ temporality: 'delta' }).collect()
// @ts-expect-error not a temporality
new MetricProducer({ temporality: 'low' })

const push: Push = pushOtlp({ url: new URL('http://x'), headers: { a: 'b' }, timings: 'explicit', compression: 'none' })
const flushed: Promise<void> = push.flush()
push.stop()
pushOtlp()
// @ts-expect-error not a compression
pushOtlp({ compression: 'br' })
pushGateway({ url: 'http://x', job: 'a', groupings: { instance: 1 }, method: 'POST' }).remove()
// @ts-expect-error the job is missing
pushGateway({ url: 'http://x' })
