// The pool since this page was opened: the latest reading, and the last 15 minutes for the charts.

import type { MetricsResponse } from '../../../pool'
import { Ring } from './ring'

export const HISTORY_COLUMNS = { utilization: 1, active: 2, idle: 3, creating: 4, ready: 5 } as const

/** A longer time without a reading is a gap: at least these seconds, and this multiple of the time between readings. */
const GAP_SECONDS = 15
const GAP_READINGS = 4

export class PoolHistory {
  readonly ring = new Ring(5)
  latest: MetricsResponse | undefined
  /** The shortest time between two readings so far, in seconds. */
  #shortest = Number.POSITIVE_INFINITY

  read(pool: MetricsResponse['pool'], timestamp: string, uptime?: number): void {
    const time = Date.parse(timestamp) / 1000
    const before = this.ring.at(0, this.ring.length - 1)
    if (time > before) this.#shortest = Math.min(this.#shortest, time - before)
    if (time - before > Math.max(GAP_SECONDS, GAP_READINGS * this.#shortest)) this.ring.push(before + 1, [])
    this.ring.push(time, rowOf(pool))
    this.latest = { pool, timestamp, uptime: uptime ?? this.#uptimeAt(time) }
  }

  /** Only one view receives it, so it is extrapolated. @param time in seconds */
  #uptimeAt(time: number): number {
    if (this.latest === undefined) return Number.NaN
    return this.latest.uptime + time - Date.parse(this.latest.timestamp) / 1000
  }
}

/** A pool that does not know which workers are busy reports only their number. */
function rowOf({ utilization, active, idle, creating, total }: MetricsResponse['pool']): number[] {
  const ready = active === undefined ? total - creating : undefined
  return [utilization, active, idle, creating, ready].map((number) => number ?? Number.NaN)
}
