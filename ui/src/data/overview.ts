// The overview of an app: what it received so far, the present numbers, and whether the app is well.

import type { OverviewResponse } from '../../../pool'
import { History, type KnownSeries } from './history'
import type { Level } from './level'

/** The patterns of the overview's history, as in lib/pool/overview.js. */
export const PANELS = {
  requests: 0,
  errors: 1,
  cpu: 2,
  rss: 3,
  lag: 4,
  utilization: 5,
  heap: 6,
  gc: 7,
  threadCpu: 8,
} as const
/** Those of the latest seconds of all threads, and of the history of one. */
export const THREAD_PANELS = { lag: 0, utilization: 1, heap: 2, gc: 3, cpu: 4 } as const

/** The keys of the history of one thread. @param prefix of default metrics @param thread empty for the main thread */
export function threadKeys(prefix: string, thread: string): string[] {
  // an empty value: the main thread has no such label
  const labels = `{thread=${JSON.stringify(thread)},*}`
  return [
    `${prefix}nodejs_eventloop_lag_seconds${labels}#gauge`,
    `${prefix}nodejs_eventloop_utilization_histogram${labels}#histogram`,
    `${prefix}nodejs_heap_size_used_bytes${labels}#gauge`,
    `${prefix}nodejs_gc_duration${labels}#timing`,
    `${prefix}nodejs_thread_cpu_seconds_total${labels}#counter`,
  ]
}

/** The present numbers are of this time. */
const PRESENT_SECONDS = 10
/** A thread that has no event loop and takes less of a processor waits. */
const WAITING_SHARE = 0.1
/** From this lag on a thread is stuck: in seconds. */
export const STUCK_SECONDS = 1
const SLOW_SECONDS = 0.1

export interface Thread {
  /** Empty for the main thread. */
  thread: string
  /** In seconds, as the next ones. */
  lag: number | undefined
  /** When it returned to its event loop for the last time, if it is stuck: milliseconds since the epoch. */
  stuckSince: number | undefined
  /** The share of a processor's time that it takes. */
  cpu: number | undefined
  /** The same in the latest second. */
  latestCpu: number | undefined
  /** Whether it waits for a task without its event loop, whose lag then means nothing. */
  isWaiting: boolean
  utilization: number | undefined
  heap: number | undefined
  /** The share of the time that garbage collections take. */
  gc: number | undefined
  /** Its tracked request. */
  busy: { id: string; app: string; task: string; seconds: number } | undefined
}

export interface Present {
  requests: number | undefined
  p50: number | undefined
  p99: number | undefined
  errorShare: number | undefined
  lag: number | undefined
  cpu: number | undefined
  rss: number | undefined
}

export class OverviewData {
  readonly history = new History(['thread'])
  latest: OverviewResponse | undefined
  /** The threads whose tracked workers were idle in the latest two responses. */
  #idle: ReadonlySet<string> = new Set()
  #idleBefore: ReadonlySet<string> = new Set()

  apply(body: OverviewResponse): void {
    this.latest = body
    this.#idleBefore = this.#idle
    const tracked = body.tracked ?? []
    const busy = new Set(tracked.filter(({ seconds }) => seconds !== null).map(({ thread }) => thread))
    this.#idle = new Set(tracked.map(({ thread }) => thread).filter((thread) => !busy.has(thread)))
    if (body.history) this.history.apply(body.history)
  }

  get hasHttp(): boolean {
    return this.history.series(PANELS.requests).length > 0
  }

  get hasThreads(): boolean {
    return this.threads().length > 0
  }

  /** The threads, stuck ones first, then by number. */
  threads(): Thread[] {
    const threads = this.latest?.threads
    if (threads === undefined) return []
    const found = new Map<string, Thread>()
    for (const series of threads.series) {
      const name = series.labels.thread ?? ''
      const thread = found.get(name) ?? emptyThread(name)
      found.set(name, thread)
      this.#addTo(thread, series)
    }
    this.#addRequests(found)
    // a thread that has ended has had no lag at the end of the latest interval
    const living = [...found.values()].filter(({ lag }) => lag !== undefined)
    return living.sort(
      (a, b) => (b.stuckSince === undefined ? 0 : 1) - (a.stuckSince === undefined ? 0 : 1) || number(a) - number(b),
    )
  }

  #addRequests(found: ReadonlyMap<string, Thread>): void {
    for (const { thread, seconds, ...worker } of this.latest?.tracked ?? []) {
      const its = found.get(thread)
      if (its !== undefined && seconds !== null && (its.busy?.seconds ?? 0) <= seconds)
        its.busy = { ...worker, seconds }
    }
    for (const [thread, its] of found) {
      if (its.stuckSince === undefined || !this.#waits(thread, its)) continue
      its.isWaiting = true
      its.stuckSince = undefined
    }
  }

  /** A pool may make an idle thread wait for its next task without its event loop, as Piscina does. */
  #waits(thread: string, { busy, latestCpu }: Thread): boolean {
    if (thread === '' || busy !== undefined) return false
    if (latestCpu !== undefined) return latestCpu < WAITING_SHARE
    // a thread that was busy until now does not wait: its lag is of a second ago
    return this.#idle.has(thread) && this.#idleBefore.has(thread)
  }

  #addTo(thread: Thread, series: NonNullable<OverviewResponse['threads']>['series'][number]): void {
    const { seconds = [], latest = 0 } = this.latest?.threads ?? {}
    const last = (column: readonly (number | null)[] | undefined) => column?.at(-1) ?? undefined
    switch (series.of) {
      case THREAD_PANELS.lag:
        thread.lag = last(series.values)
        if (thread.lag !== undefined && thread.lag >= STUCK_SECONDS)
          thread.stuckSince = (latest ?? 0) - thread.lag * 1000
        return
      case THREAD_PANELS.utilization: {
        const count = total(series.counts)
        thread.utilization = count > 0 ? total(series.sums) / count : undefined
        return
      }
      case THREAD_PANELS.heap:
        thread.heap = last(series.values)
        return
      case THREAD_PANELS.gc:
        thread.gc = total(series.sums) / 1000 / Math.max(total(seconds), 1)
        return
      case THREAD_PANELS.cpu:
        thread.cpu = total(series.counts) / Math.max(total(seconds), 1)
        thread.latestCpu = (last(series.counts) ?? 0) / (seconds.at(-1) ?? 1)
    }
  }

  /** The numbers of the latest seconds. */
  present(): Present {
    const { history } = this
    const one = (of: number) => history.series(of)[0]
    const requests = one(PANELS.requests)
    const count = this.#recent(requests)
    const errors = this.#recent(one(PANELS.errors))
    const lags = this.threads().flatMap(({ lag, isWaiting }) => (isWaiting ? [] : [lag ?? 0]))
    return {
      requests: count && count.sum / count.seconds,
      p50: lastOf(requests?.columns.p50, PRESENT_SECONDS),
      p99: lastOf(requests?.columns.p99, PRESENT_SECONDS),
      errorShare: count && count.sum > 0 ? (errors?.sum ?? 0) / count.sum : undefined,
      lag: lags.length > 0 ? Math.max(...lags) : undefined,
      cpu: this.#rateOf(one(PANELS.cpu)),
      rss: lastOf(one(PANELS.rss)?.columns.values, PRESENT_SECONDS),
    }
  }

  #rateOf(series: KnownSeries | undefined): number | undefined {
    const recent = this.#recent(series)
    return recent && recent.sum / recent.seconds
  }

  #recent(series: KnownSeries | undefined): { sum: number; seconds: number } | undefined {
    const counts = series?.columns.counts
    if (counts === undefined) return undefined
    let [sum, seconds] = [0, 0]
    for (let at = counts.length - 1; at >= 0 && seconds < PRESENT_SECONDS; at--) {
      sum += counts[at] ?? 0
      seconds += this.history.seconds[at] ?? 1
    }
    return seconds > 0 ? { sum, seconds } : undefined
  }
}

/** Whether the app is well, and the reason if it is not. */
export function verdictOf(present: Present, threads: readonly Thread[]): { level: Level; reason: Reason } {
  const stuck = threads.find(({ stuckSince }) => stuckSince !== undefined)
  if (stuck !== undefined) return { level: 'full', reason: 'stuck' }
  const errors = present.errorShare ?? 0
  if (errors >= 0.05) return { level: 'full', reason: 'failing' }
  if (errors >= 0.01) return { level: 'strained', reason: 'failing' }
  // a worker that computes has a lag by design
  const main = threads.find(({ thread }) => thread === '')
  const lag = main === undefined ? present.lag : main.lag
  if ((lag ?? 0) >= SLOW_SECONDS) return { level: 'strained', reason: 'slow' }
  return { level: 'calm', reason: 'well' }
}

export type Reason = 'stuck' | 'failing' | 'slow' | 'well'

function emptyThread(thread: string): Thread {
  const none = undefined
  const state = { lag: none, stuckSince: none, isWaiting: false, busy: none }
  return { thread, ...state, utilization: none, cpu: none, latestCpu: none, heap: none, gc: none }
}

function number({ thread }: Thread): number {
  return thread === '' ? -1 : Number(thread)
}

function total(column: readonly (number | null)[] | undefined): number {
  return (column ?? []).reduce<number>((sum, value) => sum + (value ?? 0), 0)
}

/** The latest value, if it is one of the latest. */
function lastOf(column: readonly (number | null)[] | undefined, most: number): number | undefined {
  return column?.slice(-most).findLast((value) => value !== null) ?? undefined
}
