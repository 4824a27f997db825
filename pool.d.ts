/**
 * The state of a worker pool, its workers and a collector's series, served by your own server as JSON, Prometheus text and
 * server-sent events. Read-only, for any pool and any HTTP framework.
 *
 * @example
 * import { createPoolMetrics } from 'tallystick/pool'
 *
 * const service = createPoolMetrics({ collector: metrics.collector })
 * service.setPool({ size: 8, workers: () => pool.threads })
 * createServer((req, res) => service.handle(req, res))        // GET /metrics/api/metrics/stats …
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Collector, Exposition, PrometheusOptions, TraceEvent } from './index'

// ---------------------------------------------------------------- the service

/**
 * Options of {@link createPoolMetrics}. An invalid value is a TypeError or RangeError `ERR_TALLYSTICK_OPTIONS` that names the
 * option.
 */
export interface MetricsConfig {
  /** Whether to serve `/prometheus`. If false, that route answers 404. Default true. */
  readonly prometheus?: boolean
  /** Milliseconds between server-sent events, and between calls of subscribers: 50 to 2^31 − 1. Default 1000. */
  readonly sseInterval?: number
  /**
   * The path of the routes, as it arrives at the server: `{base}/api/metrics/…`. Default `/metrics`. Use `/` for no base, also if a
   * proxy or a framework strips all of it.
   */
  readonly base?: string
  /** The name prefix of the pool's families in the exposition: `[a-zA-Z_][a-zA-Z0-9_]*`. Default `buntime`. */
  readonly namespace?: string
  /** Whether the exposition includes each worker (state, requests, uptime, memory; labels `id` and `app`). Default false. */
  readonly workers?: boolean
  /**
   * A collector to serve: the exposition includes its metrics after the pool's, and `/series` and `/trace` read it. Default: none.
   */
  readonly collector?: Collector | null
  /**
   * Called for every request, including streams. Return `true` to allow it. A `Response` is sent in place of the answer (a 401 with
   * `WWW-Authenticate`, a redirect) and may be the same object each time. Any other value is a 403. If it throws or rejects, the
   * request is answered with 500, and a warning is emitted.
   * @param request a GET or HEAD request, the same for every framework
   * @param incoming the request that `handle` received, with the properties that the framework has added
   */
  readonly authorize?:
    | ((request: Request, incoming?: IncomingMessage) => boolean | Response | Promise<boolean | Response>)
    | null
  /**
   * Allowed host names, in addition to IP addresses, `localhost` and its subdomains. A leading dot (`.example.com`) includes all
   * subdomains; `true` allows every name. Other names are answered with 403 before `authorize` is called. This prevents DNS
   * rebinding, by which a page of another site reaches a service on this machine or network.
   *
   * `handle` checks the `Host` of requests that arrive at a loopback, private or link-local address. `fetch` does not know the
   * address: it checks every request if this is a list, and none otherwise. Default `null`: no additional names.
   */
  readonly allowedHosts?: readonly string[] | true | null
  /** Whether to serve the web page, at the base and below it. Default true. */
  readonly ui?: boolean
  /**
   * Whether to insert a `<base>` element into the page, relative to the requested address, so that the page works under any path and
   * behind proxies that strip a prefix. Set it to false if the host inserts its own. Default true.
   */
  readonly injectBase?: boolean
  /**
   * Whether the last hour of the collector's series is kept, for the charts of the page and `/history`: at most 2,000 series and 32 MB,
   * sampled each second by a thread of Rust. Default true.
   */
  readonly history?: boolean
  /** The maximum number of open streams, at least 0. Further ones are refused with 503 and `Retry-After`. Default 1000. */
  readonly maxStreams?: number
}

/** The state of a pool and its routes. The functions may be destructured. */
export interface PoolMetricsService {
  /**
   * Sets the pool to report.
   * @throws TypeError `ERR_TALLYSTICK_POOL` if it is neither a {@link PoolSource} nor a supported pool; the previous pool stays
   * @example service.setPool({ size: 8, workers: () => [{ id: 'w1', state: 'active', requests: 12 }] })
   */
  setPool(pool: PoolSource | object): void
  /**
   * Changes the given options at once. Other options stay; if a value is invalid, nothing changes.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS`
   * @example service.setConfig({ sseInterval: 250 })
   */
  setConfig(config: MetricsConfig): void
  /**
   * Returns the counts of the pool.
   * @throws Error `ERR_TALLYSTICK_POOL` before a pool is set, and if its `workers` cannot be read
   * @example service.metrics().pool.utilization                           // 0.125
   */
  metrics(): MetricsResponse
  /**
   * Returns the counts of the pool and each worker.
   * @throws Error `ERR_TALLYSTICK_POOL`, as {@link PoolMetricsService.metrics}
   */
  stats(): StatsResponse
  /**
   * Returns one exposition of the pool's families and, if there is one, the collector's, made by the reader thread. Before a pool is
   * set, a comment replaces its families. Calls share a reading that has not started, and its `body`; do not modify it (see
   * `metrics.prometheus()`, where the options are described).
   * @throws Error `ERR_TALLYSTICK_BUSY`, as a rejection, while 128 different readings of the process are waiting
   */
  prometheus(options?: Pick<PrometheusOptions, 'accept' | 'names' | 'created'>): Promise<Exposition>
  /**
   * Calls the listener every `sseInterval` with the payload of `/`, while a pool is set. The timer does not keep the process alive.
   * If the listener throws, a warning is emitted, and the listener stays subscribed.
   * @returns a function that unsubscribes
   * @throws TypeError `ERR_TALLYSTICK_FUNCTION` if the listener is not a function
   * @example const unsubscribe = service.subscribe(({ pool }) => console.log(pool.active))
   */
  subscribe(listener: (metrics: MetricsResponse) => void): () => void
  /**
   * Answers a `Request` with a `Response`, for Bun.serve, Hono and Deno. The body may be compressed if the request accepts gzip.
   * Rejects only with a TypeError `ERR_TALLYSTICK_REQUEST`, if the argument is not a request.
   * @example Bun.serve({ fetch: service.fetch })
   */
  fetch(request: Request): Promise<Response>
  /**
   * Answers a request of `node:http`, Express, Fastify and other frameworks with Node's request and response. Resolves when the
   * response is sent or the client is gone; for a stream, when it has started. Leaves a response alone that was answered meanwhile,
   * for example by a timeout. Rejects only with a TypeError `ERR_TALLYSTICK_REQUEST`.
   * @param next called for other paths; without it they are answered with 404
   * @example http.createServer(service.handle).listen(8080)
   */
  handle(req: IncomingMessage, res: ServerResponse, next?: (error?: unknown) => void): Promise<void>
  /** Ends all streams and removes all subscribers. New streams are refused with 503; the other routes keep working. */
  close(): void
}

/**
 * Creates a service. Call {@link PoolMetricsService.setPool} to set its pool.
 * @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS` for an invalid option
 * @example
 * const { handle, setPool } = createPoolMetrics({ base: '/admin/metrics', authorize: (request) => isAdmin(request) })
 * setPool({ size: 8, workers: () => [{ id: 'w1', app: 'mail', state: 'active', requests: 12, uptime: 60 }] })
 */
export function createPoolMetrics(config?: MetricsConfig): PoolMetricsService

// ---------------------------------------------------------------- pools

/** The state of a worker. `ready` counts as idle; `terminated` is in no count. */
export type WorkerState = 'creating' | 'ready' | 'active' | 'idle' | 'terminated'

/**
 * A pool described by values, or by functions that are called at each reading. A field that has a wrong type, is negative or not
 * finite, or whose getter throws, is omitted, with one warning that names it.
 */
export interface PoolSource {
  /** The maximum number of workers. */
  readonly size: number | (() => number)
  /** An array or other iterable, or a Map whose keys are ids. */
  readonly workers: PoolWorkers | (() => PoolWorkers)
  /** Additional numbers of the pool: see {@link PoolMetrics}. */
  readonly extra?: Readonly<Record<string, unknown>> | (() => Readonly<Record<string, unknown>>)
}

/** The workers of a pool, in order, or by id. */
export type PoolWorkers = Iterable<PoolWorker> | ReadonlyMap<unknown, PoolWorker>

/** A worker as its pool describes it. Any field may be missing. Additional numbers are reported under their names. */
export interface PoolWorker {
  /**
   * A string or a number, truncated to 256 characters. A worker without an id is `#` and its position, and a second one with the
   * same id is `id#position`.
   */
  readonly id?: unknown
  readonly app?: unknown
  readonly state?: unknown
  /** The number of requests served since it started. */
  readonly requests?: unknown
  /** Seconds since it started. */
  readonly uptime?: unknown
  /** Bytes. */
  readonly memory?: { readonly rss?: unknown; readonly heapUsed?: unknown } | null
  readonly [extra: string]: unknown
}

// ---------------------------------------------------------------- tracked workers

/** Options of {@link trackWorker}. */
export interface TrackWorkerOptions {
  /** A non-empty string, distinct among the workers of the process. */
  readonly id: string
  /** The application that it runs, for example `name@version`. */
  readonly app?: string
}

/** A worker that reports its own state. The functions may be destructured. */
export interface TrackedWorker {
  /**
   * Runs `fn` as a request. The worker is `active` while any request runs and `idle` afterwards; a request is counted when it ends,
   * even if it throws. A native promise is awaited, and a derived promise is returned; any other thenable is returned untouched.
   * Results and errors pass through. Requests may overlap and nest.
   * @param name what the page shows of the thread while the request runs, for example `'resize'`: one of a few, because only the first
   * 1,000 different names of a process are kept. Of overlapping requests, the name of the first one counts.
   * @throws TypeError `ERR_TALLYSTICK_FUNCTION` if `fn` is not a function; `ERR_TALLYSTICK_NAME` if the name is not a string
   */
  run<T>(fn: () => T, name?: string): T
  /**
   * Sets the state until the next `run` starts, for example `creating` during start-up or `terminated` while draining. A state that
   * is set during a request remains after it.
   * @throws TypeError `ERR_TALLYSTICK_VALUE` for an unknown state
   */
  setState(state: WorkerState): void
  /** Removes the worker from the list for good; `run` keeps working. The end of the thread does the same. */
  end(): void
}

/**
 * Registers the calling thread as a worker, in the state `ready`. The thread writes requests, busy time, state and memory into memory
 * that every thread can read, so readers see a worker that is stuck in an endless loop as it is, and a terminated one disappears.
 * Memory is measured at the end of a request, at most once a second.
 * @throws TypeError `ERR_TALLYSTICK_NAME` if the id is not a non-empty string, or the app is not a string
 * @example
 * const worker = trackWorker({ id: `w${threadId}`, app: 'thumbnails@2.1.0' })
 * parentPort.on('message', (image) => worker.run(() => shrink(image)))
 */
export function trackWorker(options: TrackWorkerOptions): TrackedWorker

/**
 * A worker from {@link trackedWorkers}. `memory.rss` is that of the whole process, `heapUsed` that of the thread, both in bytes.
 */
export interface TrackedWorkerMetrics extends WorkerMetrics {
  state: WorkerState
  requests: number
  uptime: number
  /** Seconds during which at least one request ran, up to now. */
  busySecondsTotal: number
}

/**
 * The tracked workers of all threads, oldest first. Each iteration reads the current state.
 * @example service.setPool({ size: 8, workers: trackedWorkers() })
 */
export function trackedWorkers(): Iterable<TrackedWorkerMetrics>

// ---------------------------------------------------------------- the pool as JSON

/**
 * The counts of a pool. Additional numbers (`extra` of {@link PoolSource}) appear under their names, and in the exposition as
 * `<namespace>_pool_<name_in_snake_case>`: a counter if the name ends in `_total`, else a gauge.
 */
export interface PoolMetrics {
  /** The maximum number of workers; 0 if the pool does not report it. */
  size: number
  /** Absent, like `idle` and `utilization`, if the pool does not know which workers are busy (`node:cluster`). */
  active?: number
  /** Workers in the states `idle` and `ready`. */
  idle?: number
  /** Workers that are starting. */
  creating: number
  /** All workers that are not terminated: `active + idle + creating` where known. */
  total: number
  /** `active / size`, from 0 to 1; 0 if `size` is 0. */
  utilization?: number
  /** Additional numbers of the pool. */
  [extra: string]: number | undefined
}

/** One worker. Fields that its pool does not report are absent; `id` is always present and unique. */
export interface WorkerMetrics {
  id: string
  app?: string
  state?: WorkerState
  requests?: number
  /** Seconds since it started. */
  uptime?: number
  /** Bytes. */
  memory?: { rss?: number; heapUsed?: number }
  /** Additional numbers from the pool. */
  [extra: string]: unknown
}

/** `GET {base}/api/metrics/`, and each event of `/sse` */
export interface MetricsResponse {
  pool: PoolMetrics
  /** The uptime of the process, in seconds. */
  uptime: number
  /** ISO 8601, UTC. */
  timestamp: string
}

/** `GET {base}/api/metrics/stats` */
export interface StatsResponse {
  pool: PoolMetrics
  workers: WorkerMetrics[]
}

/** The body of every unsuccessful response: 400, 403, 404 (in Buntime 410), 405, 500, 503. */
export interface ErrorResponse {
  error: string
}

// ---------------------------------------------------------------- a collector's series as JSON

/**
 * `GET {base}/api/metrics/series?prefix=&q=&limit=&after=`: series sorted by `key`. `prefix` is the start of their name, `q` a part of
 * their key (case-insensitive), `limit` 1 to 1000 (default 100), `after` the last key of the previous page.
 */
export interface SeriesResponse {
  timestamp: string
  /** The number of series on all pages. */
  total: number
  series: Series[]
  /** The `after` of the next page; `null` on the last one. */
  next: string | null
  /**
   * Possible continuations of `prefix`: the names on all pages, up to the next `.`, `/` or `:`. Sorted, at most 500. A name without
   * a further separator is its own group.
   */
  groups: SeriesGroup[]
}

/** A group of series whose names start with the same prefix. */
export interface SeriesGroup {
  /** A value for `prefix`. */
  prefix: string
  /** The number of series that start with it. */
  series: number
  /** Whether this is a complete name rather than the start of several. */
  leaf: boolean
}

/** The fields of every series. */
export interface SeriesHead {
  /**
   * `name{label="value",…}#kind`: unique, for `/series/:key` (URL-encoded) and `keys=`. Without `#kind` both take the first match of
   * counter, gauge, timing and histogram.
   */
  key: string
  name: string
  labels: Record<string, string>
  help?: string
  unit?: string
}

/** A counter. */
export interface CounterSeries extends SeriesHead {
  kind: 'counter'
  /** Increments minus decrements. */
  value: number
  /** Increments per second over the last 5 to 10 seconds; `null` at the first reading. */
  rate: number | null
}

/** A gauge. */
export interface GaugeSeries extends SeriesHead {
  kind: 'gauge'
  /** `null` if it is NaN or infinite, because JSON has no such numbers. */
  value: number | null
}

/** Statistics of all values so far; of timings in milliseconds. */
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

/** A timing or histogram, with its statistics since the start. */
export interface DistributionSeries extends SeriesHead, DistributionStats {
  kind: 'timing' | 'histogram'
  /** Values per second over the last 5 to 10 seconds; `null` at the first reading. */
  rate: number | null
}

/** A series of any kind, distinguished by `kind`. */
export type Series = CounterSeries | GaugeSeries | DistributionSeries

/** An internal bucket of a distribution: its lowest and highest value (of timings in milliseconds) and its count. */
export type DistributionBucket = [lowest: number, highest: number, count: number]

/** `GET {base}/api/metrics/series/:key`; 404 if the series does not exist. */
export type SeriesDetail = CounterSeries | GaugeSeries | DistributionDetail

/** A timing or histogram, with its distribution. */
export interface DistributionDetail extends DistributionSeries {
  /** The non-empty internal buckets, ascending. */
  distribution: DistributionBucket[]
  /**
   * The recent values. Absent at the first reading of this series in a minute, and if there are none; poll about once a second.
   */
  recent?: RecentDistribution
}

/** Statistics and distribution of the recent values. */
export interface RecentDistribution extends DistributionStats {
  /** The length of the period in seconds: 5 to 10 while polled. */
  seconds: number
  distribution: DistributionBucket[]
}

/** `GET {base}/api/metrics/trace?after=`: the events after a sequence number (default 0). */
export interface TraceResponse {
  /**
   * The last sequence number: the `after` of the next request. If it is less than this request's `after`, the process has
   * restarted; continue from 0.
   */
  seq: number
  /** The number of events after `after` that are missing: no longer kept, or beyond the newest 1000. */
  missed: number
  events: TraceEvent[]
}

// ---------------------------------------------------------------- history as JSON

/**
 * `GET {base}/api/metrics/history?keys=&by=&after=&limit=&summary=&buckets=`: what the collector's series did in each second of the last
 * five minutes, and in each ten seconds of the hour before. Times are in milliseconds since the epoch.
 *
 * `keys` is given 1 to 100 times. Each is the key of a series, or a pattern, whose series are merged: `name{a="x",b=*,*}#kind` matches
 * the series of a family whose label `a` is `x` (an empty value: absent), whose `b` has any value, and that may have further labels.
 * `*#kind` matches all series of a kind, each by itself. `by` names labels whose values separate the series of a pattern; `limit` (1 to
 * 1000, default 100) is the most results of a pattern, those with the most values first. `after` selects intervals that end later.
 * `summary=1` replaces the values of intervals by those of the last five minutes and of the time before; `buckets=1` adds the
 * distribution in each interval.
 */
export interface HistoryResponse {
  /** The end of the latest interval; `null` before the first one. */
  latest: number | null
  /** The end of each interval, ascending. */
  times: number[]
  /** The length of each interval. */
  seconds: number[]
  series: HistorySeries[]
}

/** A series, or several that are merged. Columns have a value for each interval; `null` is none. */
export interface HistorySeries {
  /** The position of its key in the request. */
  of: number
  /** Absent if several series are merged. */
  key?: string
  name: string
  kind: 'counter' | 'gauge' | 'timing' | 'histogram'
  /** The labels that all its series have. */
  labels: Record<string, string>
  unit?: string
  /** The number of series. */
  merged: number
  /** Increments of a counter, or the number of values of a distribution. */
  counts?: (number | null)[]
  /** Of a gauge: at the end of each interval, and the highest in it. */
  values?: (number | null)[]
  highest?: (number | null)[]
  /** Of a distribution; of timings in milliseconds. Quantiles are those of buckets of at most 6.3 %, or of the declared ones. */
  sums?: (number | null)[]
  p50?: (number | null)[]
  p90?: (number | null)[]
  p99?: (number | null)[]
  max?: (number | null)[]
  /** The last five minutes, with `summary=1`. */
  recent?: HistorySpan
  /** The time before those. */
  before?: HistorySpan
  /** With `buckets=1`. */
  buckets?: HistoryBuckets
}

/** What a series did in a longer time. Absent numbers are unknown. */
export interface HistorySpan {
  /** How long the series existed in it. */
  seconds: number
  count?: number
  value?: number
  highest?: number
  sum?: number
  p50?: number
  p90?: number
  p99?: number
  max?: number
}

/** A distribution in each interval. */
export interface HistoryBuckets {
  /** The lowest and the highest value of each bucket, ascending. */
  ranges: [lowest: number, highest: number][]
  /** For each interval: positions in `ranges` and counts in turn. */
  counts: number[][]
}

/**
 * `GET {base}/api/metrics/overview?after=`: what the overview of the page shows. Made for the page; its history may gain results.
 */
export interface OverviewResponse {
  /** Whether a pool is set, and a collector served. */
  pool: boolean
  collector: boolean
  /** The prefix of the default metrics. */
  prefix?: string
  uptime: number
  timestamp: string
  /** Requests, errors, CPU and memory of the process, and lag, utilization, heap and garbage collections by thread. */
  history?: HistoryResponse
  /** The last of these of all threads. */
  threads?: HistoryResponse
  /**
   * The tracked workers, and how long their present requests run: `null` if they are idle. `thread` is empty for the main thread.
   */
  tracked?: { thread: string; id: string; app: string; task: string; seconds: number | null }[]
}

/** `GET {base}/api/metrics/cardinality`: the families with the most series. */
export interface CardinalityResponse {
  /** The number of series, and of families. */
  series: number
  total: number
  /** At most 100, those with the most series first. */
  families: CardinalityFamily[]
}

/** A family with its labels. */
export interface CardinalityFamily {
  name: string
  kind: 'counter' | 'gauge' | 'timing' | 'histogram'
  series: number
  /** The series that stand for others beyond a limit: with a label value `_OTHER`, or a label `otel.metric.overflow`. */
  folded: number
  /** At most 20, those with the most values first. */
  labels: { name: string; values: number; top: [value: string, series: number][] }[]
}

// ---------------------------------------------------------------- server-sent events

/**
 * `GET {base}/api/metrics/sse?view=stats`. The first event, also after a reconnection, is `full`; later ones contain the workers that
 * changed. An increased `uptime` is not a change.
 */
export interface StatsEvent extends StatsResponse {
  full: boolean
  /** The ids of workers that no longer exist. */
  gone: string[]
  timestamp: string
}

/**
 * `GET {base}/api/metrics/sse?view=series&keys=…&keys=…`: at most 100 keys, else 400. The first event contains all of these series that
 * exist, later ones those that changed.
 */
export interface SeriesEvent {
  full: boolean
  series: Series[]
  /** The keys of series that no longer exist. */
  gone: string[]
  timestamp: string
}

/**
 * `GET {base}/api/metrics/sse?view=trace&after=`: trace events as they occur. The id of a server-sent event is `seq` and an epoch that
 * identifies the collector and process. A reconnection continues after it; after a restart it sends all events that are kept.
 */
export type TraceStreamEvent = TraceResponse

/** The JSON payload of each view of `/sse`. */
export interface StreamEvents {
  pool: MetricsResponse
  stats: StatsEvent
  series: SeriesEvent
  trace: TraceStreamEvent
}
