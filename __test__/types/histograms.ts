// Typed usages of histogram objects. Never run, as usage.ts.

import {
  BucketedHistogram,
  type FrugalHistogram,
  HdrHistogram,
  type HistogramObject,
  type HistogramSnapshot,
  metrics,
  StreamingHistogram,
} from 'tallystick'

const bucketed = new BucketedHistogram({ max: 60_000, error: 0.02, quantiles: [0.5, 0.999] as const })
bucketed.add(1.5)
bucketed.merge(new BucketedHistogram())
const reported: HistogramSnapshot = bucketed.snapshot()
const quantile: number | undefined = reported['p99.9']
const overflow: number | undefined = reported.overflow
// @ts-expect-error a quantile's name begins with p
reported.q99
// @ts-expect-error the error is a number
new BucketedHistogram({ error: '2 %' })
// @ts-expect-error seeds are for frugal ones
new BucketedHistogram({ seed: 1 })

const frugal: FrugalHistogram = new StreamingHistogram({ quantiles: [0.9], seed: 1, step: 0.001 })
frugal.add(-1)
const never: never = frugal.merge(frugal)

const hdr = new HdrHistogram({ precision: 5 })
hdr.record(1)
hdr.record(1, 10)
hdr.recordCorrected(1000, 10)
hdr.merge(HdrHistogram.decode(hdr.encode({ scale: 1e-3 })))
hdr.merge(HdrHistogram.decode(new Uint8Array(), { quantiles: [0.5] }))
hdr.merge(HdrHistogram.from(metrics.timing('t')))
hdr.merge(HdrHistogram.from(metrics.timing({ name: 't', labelNames: ['route'] }).labels({ route: '/' })))
hdr.merge(HdrHistogram.from(metrics.histogram({ name: 'h', labelNames: ['route'] }), { scale: 1e6, quantiles: [0.5] }))
const numbers: number[] = [hdr.min, hdr.max, hdr.mean, hdr.stdev, hdr.count, hdr.valueAt(0.99)]
// @ts-expect-error a counter has no distribution
HdrHistogram.from(metrics.counter('c'))
// @ts-expect-error only another HdrHistogram
hdr.merge(bucketed)
// @ts-expect-error no such precision
new HdrHistogram({ precision: 6 })
// @ts-expect-error it is read only
hdr.count = 1

const any: HistogramObject[] = [bucketed, frugal, hdr]
for (const histogram of any) histogram.add(1)
