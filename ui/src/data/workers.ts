// The workers of a pool, updated by the changes of each event, with their requests per second.

import type { StatsEvent, WorkerMetrics } from '../../../pool'
import { Rate } from './rates'

export interface Worker extends WorkerMetrics {
  /** Requests per second. */
  rate: number | undefined
  /** When it started, in seconds since the epoch: its uptime grows without an event. */
  started: number | undefined
  /** Its position by id, so that sorting compares no strings. */
  rank: number
}

const order = new Intl.Collator('en', { numeric: true })

export class Workers {
  readonly #workers = new Map<string, Worker>()
  readonly #rates = new Map<string, Rate>()
  #ranks = new Map<string, number>()

  apply({ full, workers, gone, timestamp }: StatsEvent): void {
    const time = Date.parse(timestamp) / 1000
    if (full) this.#keepOnly(new Set(workers.map(({ id }) => id)))
    for (const id of gone) this.#forget(id)
    for (const worker of workers) this.#set(worker, time)
    if (this.#workers.size !== this.#ranks.size || workers.some(({ id }) => !this.#ranks.has(id))) this.#rank()
    for (const [id, worker] of this.#workers) this.#rate(id, worker, time)
  }

  get(id: string): Worker | undefined {
    return this.#workers.get(id)
  }

  /** A new array, in the order of the pool. */
  list(): Worker[] {
    return [...this.#workers.values()]
  }

  #set(worker: WorkerMetrics, time: number): void {
    const { id, uptime } = worker
    const started = uptime === undefined ? undefined : time - uptime
    this.#workers.set(id, { ...worker, started, rate: this.#rates.get(id)?.perSecond, rank: this.#ranks.get(id) ?? 0 })
  }

  #rate(id: string, worker: Worker, time: number): void {
    const { requests } = worker
    if (requests === undefined) return
    const rate = this.#rates.get(id)
    if (rate === undefined) return void this.#rates.set(id, new Rate(time, requests))
    rate.read(time, requests)
    worker.rate = rate.perSecond
  }

  #rank(): void {
    const ids = [...this.#workers.keys()].sort(order.compare)
    this.#ranks = new Map(ids.map((id, at) => [id, at]))
    for (const [id, worker] of this.#workers) worker.rank = this.#ranks.get(id) ?? 0
  }

  #keepOnly(ids: Set<string>): void {
    for (const id of this.#workers.keys()) if (!ids.has(id)) this.#forget(id)
  }

  #forget(id: string): void {
    this.#workers.delete(id)
    this.#rates.delete(id)
  }
}
