// A distribution over time: how many values of which size each interval had.

import type { DistributionBucket, HistoryBuckets } from '../../../pool'

/** All intervals so far, with one list of ranges for all. */
export class Heat {
  readonly times: number[] = []
  /** The ranges of values, ascending. */
  ranges: (readonly [lowest: number, highest: number])[] = []
  /** By interval: counts by the key of a range. */
  readonly #counts: Map<string, number>[] = []
  readonly #known = new Map<string, readonly [number, number]>()

  get length(): number {
    return this.times.length
  }

  /** Adds intervals. @param times in milliseconds @param after those until then are known */
  apply(times: readonly number[], buckets: HistoryBuckets | undefined, after: number): void {
    times.forEach((time, at) => {
      if (time <= after) return
      const counts = new Map<string, number>()
      const pairs = buckets?.counts[at] ?? []
      for (let pair = 0; pair + 1 < pairs.length; pair += 2) {
        const range = buckets?.ranges[pairs[pair] ?? -1]
        if (range === undefined) continue
        const key = range.join()
        this.#known.set(key, range)
        counts.set(key, (counts.get(key) ?? 0) + (pairs[pair + 1] ?? 0))
      }
      this.times.push(time)
      this.#counts.push(counts)
    })
    const oldest = (this.times.at(-1) ?? 0) - 3_600_000
    const gone = this.times.findIndex((time) => time > oldest)
    if (gone > 0) {
      this.times.splice(0, gone)
      this.#counts.splice(0, gone)
    }
    this.ranges = [...this.#known.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1])
  }

  /** The number of values in a range in an interval. */
  count(interval: number, range: readonly [number, number]): number {
    return this.#counts[interval]?.get(range.join()) ?? 0
  }

  /** The distribution of all intervals in a time. @param from in milliseconds, exclusive */
  distribution(from: number, to: number): DistributionBucket[] {
    const inTime = this.times.flatMap((time, at) => (time > from && time <= to ? [at] : []))
    return this.ranges.flatMap((range) => {
      const count = inTime.reduce((sum, at) => sum + this.count(at, range), 0)
      return count > 0 ? [[range[0], range[1], count] as const] : []
    }) as DistributionBucket[]
  }
}

/** A picture of buckets: columns of equal time, rows of equal size on a logarithmic scale. */
export interface Grid {
  columns: number
  rows: number
  /** By column, then row from the lowest value. */
  counts: Float64Array
  most: number
  /** The scale. Both are 0 if no value is positive. */
  low: number
  high: number
  hasZeros: boolean
}

/** @param from the first and `to` the last time, in milliseconds */
export function gridOf(heat: Heat, from: number, to: number, columns: number, rows: number): Grid {
  const shown = heat.times.flatMap((time, at) => (time > from && time <= to ? [at] : []))
  const ranges = heat.ranges.filter((range) => shown.some((at) => heat.count(at, range) > 0))
  const positive = ranges.filter(([, highest]) => highest > 0)
  const hasZeros = positive.length < ranges.length
  const lows = positive.map(([lowest, highest]) => (lowest > 0 ? lowest : highest / 2))
  const low = positive.length > 0 ? Math.min(...lows) : 0
  const high = Math.max(0, ...positive.map(([, highest]) => highest))
  const grid: Grid = { columns, rows, counts: new Float64Array(columns * rows), most: 0, low, high, hasZeros }
  const scale = Math.log(high / low) || 1
  const rowOf = (value: number) => Math.min(rows - 1, Math.max(0, Math.floor((Math.log(value / low) / scale) * rows)))
  let before = from
  for (const at of shown) {
    const time = heat.times[at] ?? to
    const first = Math.max(0, Math.floor(((before - from) / (to - from)) * columns))
    const last = Math.max(first, Math.min(columns - 1, Math.ceil(((time - from) / (to - from)) * columns) - 1))
    // a gap of more than the longest interval stays empty
    const begin = time - before > 15_000 ? last : first
    before = time
    for (const range of ranges) {
      const count = heat.count(at, range)
      if (count === 0) continue
      const [lowest, highest] = range
      const [bottom, top] = highest <= 0 ? [0, 0] : [rowOf(lowest > 0 ? lowest : low), rowOf(highest)]
      for (let row = bottom; row <= top; row++) {
        for (let column = begin; column <= last; column++) {
          const place = column * rows + row
          const sum = (grid.counts[place] ?? 0) + count / (top - bottom + 1)
          grid.counts[place] = sum
          grid.most = Math.max(grid.most, sum)
        }
      }
    }
  }
  return grid
}

/** The value at the lower edge of a row. */
export function valueAt({ low, high, rows }: Grid, row: number): number {
  return high > 0 ? low * (high / low) ** (row / rows) : 0
}
