// The history of individual series since this page was opened. Bounded: the most recently updated ones are kept.

import type { Series, SeriesEvent } from '../../../pool'
import { Ring } from './ring'

const KEPT_SERIES = 300

/** The value to draw: a gauge's value, or the rate of another kind. */
function drawnOf(series: Series): number {
  return (series.kind === 'gauge' ? series.value : series.rate) ?? Number.NaN
}

export class SeriesHistory {
  readonly #rings = new Map<string, Ring>()
  readonly #latest = new Map<string, Series>()

  /** @param keys all requested series: one that did not change keeps its value */
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

  /** All known series, as a list. */
  list(): Series[] {
    return [...this.#latest.values()]
  }

  #push(key: string, time: number): void {
    const series = this.#latest.get(key)
    if (series === undefined) return
    const ring = this.#rings.get(key) ?? new Ring(1)
    // the most recently updated is evicted last
    this.#rings.delete(key)
    this.#rings.set(key, ring)
    ring.push(time, [drawnOf(series)])
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
