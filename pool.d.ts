/**
 * The state of a worker pool and of its workers, and of a collector's series, over the routes of your own server: as JSON, as
 * Prometheus text and as server-sent events. Strictly read-only, for any pool and any HTTP framework.
 *
 * @example
 * import { createPoolMetrics } from 'tallystick/pool'
 *
 * const service = createPoolMetrics({ collector: metrics.collector })
 * service.setPool({ size: 8, workers: () => pool.threads })
 * createServer((req, res) => service.handle(req, res))        // GET /metrics/api/metrics/stats …
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Collector, Exposition, TraceEvent } from './index'

// ---------------------------------------------------------------- the service

/** What {@link createPoolMetrics} is made with. A wrong value is a TypeError or RangeError `ERR_TALLYSTICK_OPTIONS` that names it. */
export interface MetricsConfig {
  /** Whether `/prometheus` is served; without it that route is 404 and the others stay. Default true. */
  readonly prometheus?: boolean
  /** Milliseconds between server-sent events, and between calls of subscribers: from 50 to 2^31 − 1. Default 1000. */
  readonly sseInterval?: number
  /**
   * The path, as it arrives, under which the routes are: `{base}/api/metrics/…`. Default `/metrics`; `/` for none, also where a
   * proxy or a framework has cut the whole of it off.
   */
  readonly base?: string
  /** The first word of the pool's families in the exposition: `[a-zA-Z_][a-zA-Z0-9_]*`. Default `buntime`. */
  readonly namespace?: string
  /** Whether the exposition tells each worker too (state, requests, uptime, memory; labels `id` and `app`). Default false. */
  readonly workers?: boolean
  /** Its metrics follow the pool's in the exposition; `/series` and `/trace` read it. Default: none. */
  readonly collector?: Collector | null
  /**
   * Asked before every answer, streams included. Exactly `true` lets the request pass; a `Response` is sent instead of the answer
   * (a 401 with its `WWW-Authenticate`, a redirection), and may be the same one each time; anything else is a 403. When it throws or rejects: 500, and a warning.
   * @param request GET or HEAD, the same whichever framework it came through
   * @param incoming what `handle` was given, with what the framework has put on it
   */
  readonly authorize?:
    | ((request: Request, incoming?: IncomingMessage) => boolean | Response | Promise<boolean | Response>)
    | null
  /**
   * The host names under which the routes answer, besides IP addresses, `localhost` and names below it. A name with a dot before it,
   * as `.example.com`, stands for itself and all names below it; `true` allows every name. Other names get 403, before `authorize` is
   * asked: a page of another site could otherwise reach a service on this machine or network by a name of its own (DNS rebinding).
   *
   * `handle` checks the `Host` of requests that came in at a loopback, private or link-local address. `fetch` does not know where a
   * request came in: it checks the host of every request if a list is given, and none otherwise. Default `null`: no further names.
   */
  readonly allowedHosts?: readonly string[] | true | null
  /** Whether the page is served: at the base, and its views below it. Default true. */
  readonly ui?: boolean
  /**
   * Whether the page is told where it lives, by a `<base>` element relative to the address that was asked for: right under any path,
   * and behind proxies that cut off a prefix. Without it a host puts in its own. Default true.
   */
  readonly injectBase?: boolean
  /** How many streams may be open; beyond it a stream is refused with 503 and `Retry-After`. From 0; default 1000. */
  readonly maxStreams?: number
}

/** A pool's state and its routes. Its functions may be destructured. */
export interface PoolMetricsService {
  /**
   * From now on this pool is told.
   * @throws TypeError `ERR_TALLYSTICK_POOL` for what is neither a plain source nor a pool that is recognised; the earlier one stays
   */
  setPool(pool: PoolSource | object): void
  /** Changes the options given, at once; the others stay. A wrong value changes nothing. */
  setConfig(config: MetricsConfig): void
  /**
   * Counts the pool's workers.
   * @throws Error `ERR_TALLYSTICK_POOL` before a pool is set, and when its `workers` cannot be read
   */
  metrics(): MetricsResponse
  /** The same with each worker. */
  stats(): StatsResponse
  /**
   * The pool's families, and the collector's if there is one: one exposition, made by the reader thread. Before a pool is set, a
   * comment stands for its families. Calls share a reading that has not begun, and its `body`, which is not to be changed: see
   * `metrics.prometheus()`.
   * @throws Error `ERR_TALLYSTICK_BUSY`, as a rejection, when 128 different readings of the process wait
   */
  prometheus(): Promise<Exposition>
  /**
   * Calls the listener each `sseInterval` with the payload of `/`, while there is a pool. Its timer keeps no process alive. A
   * listener that throws is warned of, and called again.
   * @returns unsubscribe
   */
  subscribe(listener: (metrics: MetricsResponse) => void): () => void
  /**
   * The routes for servers that speak Request and Response: Bun.serve, Hono, Deno. Rejects only with a TypeError
   * `ERR_TALLYSTICK_REQUEST`, for what is no request; so does `handle`. A body of the Response may be compressed, if the request
   * accepts gzip.
   */
  fetch(request: Request): Promise<Response>
  /**
   * The routes for `node:http`, Express, Fastify and others that pass Node's request and response. Resolves when the answer is sent or
   * the client gone, of a stream when it began. A response that was answered meanwhile, as by a timeout, is left alone.
   * @param next called for a path that is none of ours; without it that is a 404
   */
  handle(req: IncomingMessage, res: ServerResponse, next?: (error?: unknown) => void): Promise<void>
  /** Ends all streams and forgets all subscribers. Later streams are refused with 503; the other routes go on. */
  close(): void
}

/**
 * A service without a pool yet.
 * @example
 * const { handle, setPool } = createPoolMetrics({ base: '/admin/metrics', authorize: (request) => isAdmin(request) })
 * setPool({ size: 8, workers: () => [{ id: 'w1', app: 'mail', state: 'active', requests: 12, uptime: 60 }] })
 */
export function createPoolMetrics(config?: MetricsConfig): PoolMetricsService

// ---------------------------------------------------------------- pools

/** `active` counts as active, `idle` and `ready` as idle, `creating` as creating, `terminated` in no count. */
export type WorkerState = 'creating' | 'ready' | 'active' | 'idle' | 'terminated'

/**
 * A pool as it is told by hand: values, or functions that are called at each reading. Nothing of it is trusted: a field that is
 * missing, of the wrong type, negative or not finite, or whose getter throws, is left out, and a warning names it once.
 */
export interface PoolSource {
  /** How many workers there may be at most. */
  readonly size: number | (() => number)
  /** An array, any iterable, or a Map, whose keys are then ids. */
  readonly workers: PoolWorkers | (() => PoolWorkers)
  /** More numbers of the pool: see {@link PoolMetrics}. */
  readonly extra?: Readonly<Record<string, unknown>> | (() => Readonly<Record<string, unknown>>)
}

export type PoolWorkers = Iterable<PoolWorker> | ReadonlyMap<unknown, PoolWorker>

/** A worker as a pool tells it; anything may be missing. Further numbers are told along, under their names. */
export interface PoolWorker {
  /** A string or a number; what is behind 256 characters is cut. A worker without one is `#` and its place, the second with the same one `id#place`. */
  readonly id?: unknown
  readonly app?: unknown
  readonly state?: unknown
  /** How many it has served since it started. */
  readonly requests?: unknown
  /** Seconds since it started. */
  readonly uptime?: unknown
  /** Bytes. */
  readonly memory?: { readonly rss?: unknown; readonly heapUsed?: unknown } | null
  readonly [extra: string]: unknown
}

// ---------------------------------------------------------------- workers that tell of themselves

export interface TrackWorkerOptions {
  /** A non-empty string, distinct among the workers of the process. */
  readonly id: string
  /** What it runs, as a name and version. */
  readonly app?: string
}

/** A worker as it tells of itself. Its functions may be destructured. */
export interface TrackedWorker {
  /**
   * Runs `fn` as a request: the worker is `active` while any runs and `idle` after the last, and a request is counted when it has
   * ended, also when it throws. A native promise is awaited (the derived promise is returned), another thenable is returned
   * untouched; results and errors pass through. Runs may overlap and nest; each is a request.
   * @throws TypeError `ERR_TALLYSTICK_FUNCTION` when `fn` is no function
   */
  run<T>(fn: () => T): T
  /**
   * Sets the state until the next `run` begins: `creating` while it starts, `terminated` while it drains. Set while a request
   * runs, it stays when that has ended.
   * @throws TypeError `ERR_TALLYSTICK_VALUE` for what is no state
   */
  setState(state: WorkerState): void
  /** Takes the worker off the list for good; `run` goes on running. Without it, the end of the thread does this. */
  end(): void
}

/**
 * Lists the calling thread as a worker, as `ready`. Requests, busy time, state and memory are written by the thread itself, in memory
 * that every thread reads: a worker that is stuck in an endless loop is seen as it is, and one that was terminated is gone. The
 * memory is noted at the end of a request, at most once a second.
 * @throws TypeError `ERR_TALLYSTICK_NAME` for an id that is no non-empty string, or an app that is no string
 * @example
 * const worker = trackWorker({ id: `w${threadId}`, app: 'thumbnails@2.1.0' })
 * parentPort.on('message', (image) => worker.run(() => shrink(image)))
 */
export function trackWorker(options: TrackWorkerOptions): TrackedWorker

/** A worker as {@link trackedWorkers} tells it. `memory.rss` is the whole process', `heapUsed` the thread's own, both in bytes. */
export interface TrackedWorkerMetrics extends WorkerMetrics {
  state: WorkerState
  requests: number
  uptime: number
  /** Seconds in which at least one request ran, up to this moment. */
  busySecondsTotal: number
}

/**
 * The tracked workers of all threads, the oldest first, read anew each time it is iterated.
 * @example service.setPool({ size: 8, workers: trackedWorkers() })
 */
export function trackedWorkers(): Iterable<TrackedWorkerMetrics>

// ---------------------------------------------------------------- the pool as JSON

/**
 * A pool's counts. A number of the pool's own (`extra` of {@link PoolSource}) stands among them under its name, and in the exposition
 * as `<namespace>_pool_<name_in_snake_case>`: a counter if that ends in `_total`, else a gauge.
 */
export interface PoolMetrics {
  /** The most workers there may be; 0 when the pool does not tell. */
  size: number
  /** Absent, as `idle` and `utilization`, of a pool that does not know which workers are busy: `node:cluster`. */
  active?: number
  idle?: number
  creating: number
  /** All workers that are not terminated: `active + idle + creating`, where these are known. */
  total: number
  /** `active / size`; 0 when `size` is 0. */
  utilization?: number
  /** The pool's own. */
  [extra: string]: number | undefined
}

/** One worker. What its pool cannot tell is absent; `id` is there and distinct. Further numbers of the pool's stand beside these. */
export interface WorkerMetrics {
  id: string
  app?: string
  state?: WorkerState
  requests?: number
  /** Seconds. */
  uptime?: number
  /** Bytes. */
  memory?: { rss?: number; heapUsed?: number }
  /** The pool's own numbers. */
  [extra: string]: unknown
}

/** `GET {base}/api/metrics/`, and each event of `/sse` */
export interface MetricsResponse {
  pool: PoolMetrics
  /** Of the process, in seconds. */
  uptime: number
  /** ISO 8601, UTC. */
  timestamp: string
}

/** `GET {base}/api/metrics/stats` */
export interface StatsResponse {
  pool: PoolMetrics
  workers: WorkerMetrics[]
}

/** Every answer that is no success: 400, 403, 404 (in Buntime 410), 405, 500, 503. */
export interface ErrorResponse {
  error: string
}

// ---------------------------------------------------------------- a collector's series as JSON

/**
 * `GET {base}/api/metrics/series?prefix=&q=&limit=&after=`: series sorted by `key`. `prefix` is what their name starts with, `q`
 * what their key holds (upper and lower case alike), `limit` 1 to 1000 (default 100), `after` the last key of the page before.
 */
export interface SeriesResponse {
  timestamp: string
  /** How many there are, on all pages. */
  total: number
  series: Series[]
  /** The `after` of the next page; `null` on the last one. */
  next: string | null
  /**
   * What `prefix` may be continued with: the names on all pages, cut behind the next `.`, `/` or `:`. Sorted; at most 500, the rest is
   * left out. A name without a further separator is its own group.
   */
  groups: SeriesGroup[]
}

export interface SeriesGroup {
  /** To be given as `prefix`. */
  prefix: string
  /** How many series start with it. */
  series: number
  /** Whether this is a whole name rather than the beginning of some. */
  leaf: boolean
}

/** What every series has. */
export interface SeriesHead {
  /**
   * `name{label="value",…}#kind`: distinct, and what `/series/:key` (URL-encoded) and `keys=` take. Both take it without `#kind` too,
   * for the first of counter, gauge, timing and histogram that there is.
   */
  key: string
  name: string
  labels: Record<string, string>
  help?: string
  unit?: string
}

export interface CounterSeries extends SeriesHead {
  kind: 'counter'
  /** Ups less downs. */
  value: number
  /** Ups a second, lately (over 5 to 10 seconds while somebody reads); `null` at the first reading. */
  rate: number | null
}

export interface GaugeSeries extends SeriesHead {
  kind: 'gauge'
  /** `null` where it is NaN or infinite, which JSON does not have. */
  value: number | null
}

/** Of all values so far. A timing's are in milliseconds. */
export interface DistributionStats {
  count: number
  sum: number
  min: number
  max: number
  mean: number
  p50: number
  p90: number
  p99: number
}

export interface DistributionSeries extends SeriesHead, DistributionStats {
  kind: 'timing' | 'histogram'
  /** Values a second, lately; `null` at the first reading. */
  rate: number | null
}

export type Series = CounterSeries | GaugeSeries | DistributionSeries

/** A cell of a distribution: its smallest value, its largest, how many values it holds. A timing's are in milliseconds. */
export type DistributionCell = [lowest: number, highest: number, count: number]

/** `GET {base}/api/metrics/series/:key`; 404 for a series that is not there */
export type SeriesDetail = CounterSeries | GaugeSeries | DistributionDetail

export interface DistributionDetail extends DistributionSeries {
  /** The cells with a value, ascending. */
  distribution: DistributionCell[]
  /**
   * What came lately. Absent at the first reading of this series in a minute, and when nothing came: ask again, each second or so.
   */
  recent?: RecentDistribution
}

export interface RecentDistribution extends DistributionStats {
  /** How long ago it began: 5 to 10 while somebody reads. */
  seconds: number
  distribution: DistributionCell[]
}

/** `GET {base}/api/metrics/trace?after=`: the events after a sequence number (default 0). */
export interface TraceResponse {
  /** The latest number: the `after` of the next request. Less than this request's `after` in another process: begin again from 0. */
  seq: number
  /** How many events after `after` are not here: no longer kept, or more than the newest 1000. */
  missed: number
  events: TraceEvent[]
}

// ---------------------------------------------------------------- server-sent events

/**
 * `GET {base}/api/metrics/sse?view=stats`. The first event, and each after a reconnection, is `full`; the others hold the workers that
 * changed. That a worker's `uptime` went on is no change.
 */
export interface StatsEvent extends StatsResponse {
  full: boolean
  /** The ids of workers that are no longer there. */
  gone: string[]
  timestamp: string
}

/**
 * `GET {base}/api/metrics/sse?view=series&keys=…&keys=…`: at most 100 keys, 400 beyond. The first event holds all of them that are there,
 * the others those that changed.
 */
export interface SeriesEvent {
  full: boolean
  series: Series[]
  /** The keys that were there and are no more. */
  gone: string[]
  timestamp: string
}

/**
 * `GET {base}/api/metrics/sse?view=trace&after=`: events as they come. The event's id is `seq` and what tells
 * this collector and process apart. A reconnection goes on behind it, and after a restart tells all events that there are.
 */
export type TraceStreamEvent = TraceResponse

/** What the events of each view of `/sse` hold, as JSON. */
export interface StreamEvents {
  pool: MetricsResponse
  stats: StatsEvent
  series: SeriesEvent
  trace: TraceStreamEvent
}
