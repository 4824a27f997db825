// The buckets of a distribution, of which there may be hundreds, as a few bins of equal width for a chart, on a logarithmic scale
// if the values spread widely.

import type { DistributionBucket } from '../../../pool'

export interface Bin {
  from: number
  to: number
  count: number
}

const WIDE = 20

export function binsOf(buckets: readonly DistributionBucket[], most = 40): Bin[] {
  const first = buckets[0]
  const last = buckets.at(-1)
  if (first === undefined || last === undefined) return []
  const low = first[0]
  const high = Math.max(last[1], low)
  const scale = low > 0 && high / low > WIDE ? logarithmic : linear
  const bins = edges(scale, low, high, Math.min(most, Math.max(1, buckets.length)))
  for (const [lowest, highest, count] of buckets) {
    const middle = scale.back((scale.to(lowest) + scale.to(highest)) / 2)
    const bin = bins.find(({ to }) => middle < to) ?? bins.at(-1)
    if (bin !== undefined) bin.count += count
  }
  return bins
}

interface Scale {
  to(value: number): number
  back(place: number): number
}

const linear: Scale = { to: (value) => value, back: (place) => place }
const logarithmic: Scale = { to: Math.log, back: Math.exp }

function edges(scale: Scale, low: number, high: number, count: number): Bin[] {
  const start = scale.to(low)
  const step = (scale.to(high) - start) / count
  return Array.from({ length: count }, (_, at) => ({
    from: at === 0 ? low : scale.back(start + at * step),
    to: at === count - 1 ? high : scale.back(start + (at + 1) * step),
    count: 0,
  }))
}
