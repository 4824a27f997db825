// What was told of single series while this page is open. Of so many at most: those that were told last stay.

import type { Series, SeriesEvent } from '../../../pool'
import { Ring } from './ring'

const KEPT_SERIES = 300

/** A counter's or distribution's rate, or a gauge's value; with the quantiles where there are some. */
function rowOf(series: Series): number[] {
  if (series.kind === 'gauge') return [series.value]
  if (series.kind === 'counter') return [series.rate ?? Number.NaN]
  return [series.rate ?? Number.NaN, series.p50, series.p90, series.p99]
}

export class SeriesHistory {
  readonly #rings = new Map<string, Ring>()
  readonly #latest = new Map<string, Series>()

  /** @param keys all that were asked for: one that did not change is as it was */
  apply({ series, gone, timestamp }: SeriesEvent, keys: readonly string[]): void {
    const time = Date.parse(timestamp) / 1000
    for (const each of series) this.#latest.set(each.key, each)
    for (const key of gone) this.#latest.delete(key)
    for (const key of keys) this.#push(key, time)
    this.#forget(keys)
  }

  get(key: string): Series | undefined {
    return this.#latest.get(key)
  }

  ring(key: string): Ring | undefined {
    return this.#rings.get(key)
  }

  /** All that are known, as a list that may be read again and again. */
  list(): Series[] {
    return [...this.#latest.values()]
  }

  #push(key: string, time: number): void {
    const series = this.#latest.get(key)
    if (series === undefined) return
    const row = rowOf(series)
    const ring = this.#rings.get(key) ?? new Ring(row.length)
    // the latest told is the last to be forgotten
    this.#rings.delete(key)
    this.#rings.set(key, ring)
    ring.push(time, row)
  }

  #forget(keys: readonly string[]): void {
    for (const key of this.#rings.keys()) {
      if (this.#rings.size <= KEPT_SERIES) return
      if (keys.includes(key)) continue
      this.#rings.delete(key)
      this.#latest.delete(key)
    }
  }
}
