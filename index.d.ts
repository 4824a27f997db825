/**
 * Tallystick: in-process metrics for Node.js and Bun.
 *
 * Recording writes one number into memory that Rust owns, and calls Rust only for the first use of a series and
 * in a few rare cases.
 * Rust reads it: snapshots, quantiles and the Prometheus exposition cover every thread of the process.
 *
 * @example
 * import { metrics } from 'tallystick'
 *
 * metrics.inc('jobs.done')
 * metrics.time('jobs.run', () => work())
 * console.log(metrics.snapshot().counters['jobs.done'])                    // 1
 * const { body } = await metrics.prometheus()                             // jobs_done_total 1 …
 */

import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Label names to values: the own enumerable keys of an object, in any order. Values are converted by `String()` (`200` and
 * `'200'` are the same series); a label of `null`, `undefined` or the empty string is absent. Lone surrogates in names and
 * values become U+FFFD.
 */
export type Labels<Names extends string = string> =
  | { readonly [Name in Names]?: LabelValue }
  | (string extends Names ? AnyLabels : never)

/**
 * An object of your own interface or class, whose labels TypeScript cannot list. Not an array, `Map`, date, function or promise.
 */
type AnyLabels = object & {
  readonly [Symbol.iterator]?: never
  readonly [Symbol.toPrimitive]?: never
  readonly [Symbol.hasInstance]?: never
  readonly then?: never
}

/** Labels as events and factories receive them, read-only: `tags?.url`. */
export type EventTags = { readonly [name: string]: LabelValue }

/** The value of a label. Objects are converted by `String()`; one whose `toString` throws causes a TypeError. */
export type LabelValue = string | number | boolean | bigint | null | undefined | { toString(): string }

/**
 * The stable `code` of every error. Most errors are `TypeError`s (a wrong type, a missing function, contradicting options) or
 * `RangeError`s (a number outside its range, an unknown collector).
 */
export type ErrorCode =
  /** A name that is empty or is not a string. */
  | 'ERR_TALLYSTICK_NAME'
  /** A value that is not a number (TypeError); NaN, an infinite or a negative value where it is not allowed (RangeError). */
  | 'ERR_TALLYSTICK_VALUE'
  /**
   * Labels that are not an object, a name outside the declared `labelNames`, or a value that cannot become a string; an exemplar that
   * is too long.
   */
  | 'ERR_TALLYSTICK_LABELS'
  /** An option with a wrong type, range or name; options that are an array, a `Map`, a promise and the like. */
  | 'ERR_TALLYSTICK_OPTIONS'
  /** Options that contradict those of the existing family. */
  | 'ERR_TALLYSTICK_CONFLICT'
  /** An argument that must be a function and is not; a function that this runtime does not have. */
  | 'ERR_TALLYSTICK_FUNCTION'
  /** An argument that must be a recorder and is not. */
  | 'ERR_TALLYSTICK_RECORDER'
  /** An id that a timer's `start()` did not return. */
  | 'ERR_TALLYSTICK_TIMER'
  /** An event with an unknown name (TypeError); listeners whose recordings trigger each other endlessly (RangeError). */
  | 'ERR_TALLYSTICK_EVENT'
  /** A composite that did not return names and values (TypeError), or requested the report it is part of (RangeError). */
  | 'ERR_TALLYSTICK_COMPOSITE'
  /** An unknown collector id, or a module without a collector. */
  | 'ERR_TALLYSTICK_COLLECTOR'
  /** A module name that is unknown or already taken; an invalid loader or registry; an optional peer that is not installed. */
  | 'ERR_TALLYSTICK_MODULE'
  /** `handle` or `fetch` was called with something other than a request or a response. */
  | 'ERR_TALLYSTICK_REQUEST'
  /** Too many different readings are waiting for the reader thread. Retry later. */
  | 'ERR_TALLYSTICK_BUSY'
  /** Histogram objects that cannot be merged: of different classes or options, or FrugalHistograms. */
  | 'ERR_TALLYSTICK_MERGE'
  /** Data that is not an encoded HdrHistogram, or is corrupt. */
  | 'ERR_TALLYSTICK_ENCODING'
  /**
   * A snapshot or family whose text exceeds the longest possible string: use `json()` or `prometheus()`, which return bytes.
   * Nothing was reset.
   */
  | 'ERR_TALLYSTICK_SIZE'
  /** There is no binary for this platform, or the runtime does not support external memory. */
  | 'ERR_TALLYSTICK_BINARY'
  /** A defect of Tallystick: please report it. */
  | 'ERR_TALLYSTICK_INTERNAL'
  /** A push that was not delivered. */
  | 'ERR_TALLYSTICK_PUSH'
  /** An unsupported pool; a pool that is not set yet or cannot be read. */
  | 'ERR_TALLYSTICK_POOL'

// ---------------------------------------------------------------- instruments

/** The last argument of a recording of a counter, timing or histogram. */
export interface RecordingOptions {
  /**
   * Labels that lead to more about this recording, such as the ids of its trace: `{ trace_id: '…', span_id: '…' }`. The latest
   * exemplar of each counter, and of each bucket of a timing or histogram, is exposed in OpenMetrics and in protobuf, with its value
   * and its time; see {@link CollectorOptions.exemplars} for a function that returns it. Names and values have at most 128 characters
   * together. It costs an entry in a log. Absent (`undefined`, `null`) or without labels, there is none. A counter has none of a
   * `delta` that is not above 0.
   */
  readonly exemplar?: Labels | null
}

/** Returns the exemplar of the current recording, if it should have one. */
export type ExemplarSource = () => Labels | null | undefined

/** Options that every instrument has. */
export interface InstrumentOptions<Names extends string = string> {
  /** A non-empty string of any characters, usually with `.` or `/` as separators. */
  readonly name: string
  /** One sentence for `# HELP` in the exposition. The last one given is used; a different one is no conflict. */
  readonly help?: string
  /**
   * The unit of the values, as a word (`bytes`, `seconds`) or as abbreviated by UCUM and OpenTelemetry (`By`, `s`, `ms`, `By/s`,
   * `{request}`, `1`). It becomes the suffix of the Prometheus name: `By` is `_bytes`, `By/s` is `_bytes_per_second`, `1` is `_ratio`
   * for a gauge, and `{request}` adds none. Values are not converted. Timings have no unit option; Prometheus shows them in seconds.
   */
  readonly unit?: string
  /**
   * The allowed label names. Other names are type errors, and a TypeError `ERR_TALLYSTICK_LABELS` at the call. An inline array
   * keeps its literal types; declare any other array `as const`. Default: any names.
   */
  readonly labelNames?: readonly Names[]
  /**
   * The most label sets, over all threads: a whole number from 1, or `Infinity`. Default 10,000, or the `maxSeries` of the collector.
   *
   * Beyond it, the label with most values is folded: its further values are recorded as `"…"`, and the other labels stay, so that
   * `status="500"` remains exact. There are at most a tenth as many folded label sets (at least 10). What then still has no room is
   * recorded as `otel_metric_overflow="true"`. Nothing is lost: the sum over all series of counters, timings and histograms is exact. A
   * folded gauge has the value that was set last. The first time, a process warning (`TALLYSTICK_MAX_SERIES`) names the label.
   *
   * A label value takes the room of one more series for each 1024 characters. Series that are removed leave room for others.
   */
  readonly maxSeries?: number
  /**
   * After this many milliseconds without a recording, a label set leaves all readings, in every thread: at least 1, or `Infinity`.
   * Default: the collector's `ttl`, which does not apply to gauges. It costs recordings nothing: each reading compares
   * values with those of earlier readings, so a label set leaves at the first reading at which it has not changed for so long. One that is recorded again, also with
   * a kept handle, starts from 0. A gauge that is set to the same value has not changed, and is back at the next `set()`.
   */
  readonly ttl?: number
}

/** An option of every instrument. */
export interface Collected<Instrument> {
  /**
   * Called before each reading that this thread makes, to record what has no events; `this` is the instrument (not in an arrow
   * function). It may return a promise. It is a callback of {@link Collector.beforeRead}, with its default timeout: one that throws,
   * rejects or takes too long loses only its own update, and is counted. The last function given is used;
   * {@link Metrics.unregister} ends it.
   * @example
   * metrics.gauge({
   *   name: 'queue.length',
   *   collect() {
   *     this.set(queue.length)
   *   },
   * })
   */
  readonly collect?: (this: Instrument) => unknown
}

/**
 * Options of {@link Metrics.counter}.
 * @example metrics.counter({ name: 'http.requests', help: 'Requests answered', labelNames: ['method', 'status'] })
 */
export interface CounterOptions<Names extends string = string>
  extends InstrumentOptions<Names>,
    Collected<Counter<Names>> {}

/** How the values that threads have for one gauge are merged: sum, minimum, maximum, or the value that was set last. */
export type GaugeMerge = 'sum' | 'min' | 'max' | 'last'

/**
 * Options of {@link Metrics.gauge}.
 * @example metrics.gauge({ name: 'queue.length', merge: 'max' })
 */
export interface GaugeOptions<Names extends string = string> extends InstrumentOptions<Names>, Collected<Gauge<Names>> {
  /** How the values of different threads are merged. Default `'sum'`. */
  readonly merge?: GaugeMerge
}

/**
 * Significant digits, as in HdrHistogram. A distribution divides each power of two into 16 internal buckets at 1 (largest error
 * 6.3 %), 128 at 2 (0.8 %) and 1024 at 3 (0.1 %).
 */
export type Precision = 1 | 2 | 3

/**
 * Options of {@link Metrics.timing}.
 * @example metrics.timing({ name: 'http.latency', precision: 2, buckets: [5, 50, 500] })
 */
export interface TimingOptions<Names extends string = string>
  extends Omit<InstrumentOptions<Names>, 'unit'>,
    Collected<Timing<Names>> {
  /**
   * The precision of quantiles. Default 2 without labels, 1 with labels. It cannot change after the first use: a TypeError
   * `ERR_TALLYSTICK_CONFLICT`.
   */
  readonly precision?: Precision
  /**
   * Upper bounds in **milliseconds**, ascending, of the buckets in the Prometheus exposition. They are projected from the finer
   * internal buckets at scrape time. Default: 1 ms to 10 s in a 1-2.5-5 series. Bounds that look like seconds, because they begin
   * below 1 and end at 60 or before, emit one process warning (`TALLYSTICK_BUCKETS`).
   */
  readonly buckets?: readonly number[]
  /**
   * The same in **seconds**, in place of `buckets`: as Prometheus shows them, and as other clients take them.
   * @example metrics.timing({ name: 'http.latency', bucketsSeconds: [0.005, 0.05, 0.5, 5] })
   */
  readonly bucketsSeconds?: readonly number[]
}

/**
 * Options of {@link Metrics.histogram}.
 * @example metrics.histogram({ name: 'body', unit: 'bytes', buckets: [1e3, 1e4, 1e5] })
 */
export interface HistogramOptions<Names extends string = string>
  extends InstrumentOptions<Names>,
    Collected<Histogram<Names>> {
  /** The same as {@link TimingOptions.precision}. It has no effect together with `buckets`. */
  readonly precision?: Precision
  /**
   * Upper bounds, ascending, in the unit of the values. Each bucket has an exact count, in place of log-linear internal buckets.
   */
  readonly buckets?: readonly number[]
  /**
   * The quantiles that Prometheus gets of a histogram without `buckets`, ascending, 0 to 1. Default `[0.5, 0.9, 0.99]`, and in protobuf
   * a native histogram, which this option makes a summary there, too.
   */
  readonly quantiles?: readonly number[]
}

/**
 * Options of {@link Metrics.summary}.
 * @example metrics.summary({ name: 'batch.size', quantiles: [0.5, 0.99], maxAge: 60_000 })
 */
export interface SummaryOptions<Names extends string = string>
  extends InstrumentOptions<Names>,
    Collected<Histogram<Names>> {
  /** The same as {@link TimingOptions.precision}. */
  readonly precision?: Precision
  /** The quantiles that Prometheus gets, ascending, 0 to 1. Default `[0.5, 0.9, 0.99]`. */
  readonly quantiles?: readonly number[]
  /** How long a value counts in the quantiles, in milliseconds: 100 to 2^31 − 1. Default 600,000 (10 minutes). */
  readonly maxAge?: number
  /**
   * In how many steps values leave the window: 1 to 100. Between two steps the quantiles cover a little less than `maxAge`, by one step
   * at most. Default 5.
   */
  readonly ageBuckets?: number
}

/**
 * A count. Its `value` is increments minus decrements. Prometheus shows `<name>_total`, the sum of the increments, which only goes
 * up, and after a decrement also a gauge `<name>` with the net value.
 * @example
 * const requests = metrics.counter('http.requests')
 * requests.inc()
 * requests.labels({ method: 'GET' }).inc(2)
 */
export interface Counter<Names extends string = string> {
  readonly kind: 'counter'
  readonly name: string
  /**
   * Adds `delta`. `undefined` and `null` mean 1, 0 makes the series visible, a negative delta counts down. Pass labels to
   * {@link Counter.labels}; as a second argument they are a TypeError `ERR_TALLYSTICK_LABELS`.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` if `delta` is not a finite number, `ERR_TALLYSTICK_LABELS` for a wrong or
   * too long exemplar; nothing is recorded
   * @example
   * counter.inc()
   * counter.inc(5)
   * counter.inc(1, { exemplar: { trace_id: span.traceId } })
   */
  inc(delta?: number | null, options?: RecordingOptions): void
  /**
   * Takes over the total of a source that counts itself, such as a driver's or the kernel's counter; usually in the option `collect`.
   * Adds what the total has gone up by since the last call, the first time all of it. A lower total means that the source has
   * started over at 0, as Prometheus understands it: all of it is added, so the counter itself never goes down.
   *
   * Each series of each thread remembers its own last total, and the counter is the sum over threads: give the total of one source in
   * one thread only. After {@link Counter.remove} or {@link Counter.reset}, and for label sets that were idle for their `ttl`, the next
   * call adds the whole total again; a call with the same total is no idleness. `inc` on the same series adds to it. Label sets beyond `maxSeries`, which have no series of their own, are ignored with a process warning.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` if `total` is not a finite number from 0; nothing is recorded
   * @example
   * metrics.counter({
   *   name: 'cache.hits',
   *   collect() {
   *     this.setTotal(cache.stats().hits)
   *   },
   * })
   */
  setTotal(total: number): void
  /**
   * Returns the handle of the series with these labels: the same object each time, until the series is removed. The series is
   * visible at 0 from this call. Keep the handle where you use it often: its `inc` is as fast as that of an unlabelled counter.
   * @throws TypeError `ERR_TALLYSTICK_LABELS`
   * @example
   * const ok = requests.labels({ method: 'GET', status: 200 })
   * ok.inc()
   */
  labels(labels: Labels<Names>): BoundCounter
  /**
   * Removes the series that have these labels, and maybe others, from every reading, and releases their memory, so labels can come
   * and go indefinitely. A kept handle stays valid: when it records again, the series starts at 0. Threads that also record the
   * series release their memory when they next ask for a series by its labels or set a gauge; what they record meanwhile counts
   * from 0.
   *
   * Without labels, removes the series without labels, and frees the name if the family has no other series.
   * @returns how many series were visible: a counter always is, a gauge once it is set, a distribution once it has a value
   * @throws TypeError `ERR_TALLYSTICK_LABELS`
   * @example
   * requests.remove({ method: 'GET', status: 200 })
   * requests.remove({ tenant: 'gone' }) // of all methods and statuses
   */
  remove(labels?: Labels<Names> | null): number
  /**
   * Removes all series, of all threads, so that the counter is as when it was made: at 0 without labels. Kept handles stay valid and
   * record from 0. Options and `collect` stay.
   * @example beforeEach(() => requests.reset())
   */
  reset(): void
  /** The current value over all threads; `undefined` if the series does not exist. */
  value(): number | undefined
}

/**
 * A value that goes up and down, and is unset until its first use. The option `merge` determines how the values of different threads
 * are merged. A worker's value ends with the worker.
 * @example
 * const queueLength = metrics.gauge('queue.length')
 * queueLength.set(3)
 * queueLength.inc()
 */
export interface Gauge<Names extends string = string> {
  readonly kind: 'gauge'
  readonly name: string
  /**
   * Sets the gauge, in its own unit. NaN and ±Infinity are allowed. Pass labels to {@link Gauge.labels}; a second argument is a
   * TypeError `ERR_TALLYSTICK_LABELS`.
   * @throws TypeError `ERR_TALLYSTICK_VALUE` if `value` is not a number
   * @example queueLength.set(3)
   */
  set(value: number): void
  /**
   * Adds `delta` (default 1). An unset gauge starts at 0.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` if `delta` is not a finite number
   * @example activeRequests.inc()
   */
  inc(delta?: number | null): void
  /**
   * Subtracts `delta` (default 1). An unset gauge starts at 0.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` if `delta` is not a finite number
   * @example activeRequests.dec()
   */
  dec(delta?: number | null): void
  /**
   * Returns the handle of the series with these labels: the same object each time, until the series is removed. The series is
   * visible once it is set.
   * @throws TypeError `ERR_TALLYSTICK_LABELS`
   * @example
   * const mail = queueLength.labels({ queue: 'mail' })
   * mail.set(3)
   */
  labels(labels: Labels<Names>): BoundGauge
  /**
   * Removes the series that have these labels, as {@link Counter.remove} does. They are unset in all threads until they are set again.
   * @returns how many of them were set
   * @throws TypeError `ERR_TALLYSTICK_LABELS`
   * @example queueLength.remove({ queue: 'mail' })
   */
  remove(labels?: Labels<Names> | null): number
  /** Removes all series, as {@link Counter.reset} does: the gauge is unset in all threads. */
  reset(): void
  /** The value, merged over all running threads; `undefined` while unset. */
  value(): number | undefined
}

/**
 * A distribution of durations, in log-linear internal buckets of whole nanoseconds up to 2^53 − 1 ns (104 days). Prometheus shows a
 * histogram `<name>_seconds`.
 * @example
 * const latency = metrics.timing('http.latency')
 * latency.observeMillis(12.5)
 * latency.time(() => work())
 */
export interface Timing<Names extends string = string> {
  readonly kind: 'timing'
  readonly name: string
  /**
   * Records a duration in milliseconds, rounded to nanoseconds. A negative duration counts as 0, one beyond the range as the
   * largest. Pass labels to {@link Timing.labels}; as a second argument they are a TypeError `ERR_TALLYSTICK_LABELS`.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` if `milliseconds` is not a finite number, `ERR_TALLYSTICK_LABELS` for a wrong
   * or too long exemplar; nothing is recorded
   * @example duration.observeMillis(12.5, { exemplar: { trace_id: span.traceId } })
   */
  observeMillis(milliseconds: number, options?: RecordingOptions): void
  /**
   * Records a duration in nanoseconds, as a number or a bigint (a difference of `process.hrtime.bigint()`).
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` if `nanoseconds` is not a finite number or a bigint
   * @example duration.observeNanos(process.hrtime.bigint() - start)
   */
  observeNanos(nanoseconds: number | bigint, options?: RecordingOptions): void
  /**
   * Runs `fn`, records its duration even if it throws, and returns its result; errors pass through. A native promise is recorded
   * when it settles, and a derived promise is returned. Any other thenable is returned untouched.
   * @param labels the labels, or a function that derives them from the result. The function is called after `fn`, with
   * `(undefined, error)` if `fn` failed. If it throws or returns invalid labels, the duration is recorded without labels, with one
   * process warning (`TALLYSTICK_LABELS`) for each timing.
   * @throws TypeError `ERR_TALLYSTICK_FUNCTION`, or `ERR_TALLYSTICK_LABELS` for invalid labels; `fn` is not called
   * @example
   * await duration.time(() => fetch(url), (response) => ({ status: response?.status ?? 'failed' }))
   */
  time<T>(fn: () => T, labels?: Labels<Names> | LabelsAtEnd<T, Names> | null, options?: RecordingOptions): T
  /**
   * Starts a timer. Each call of the returned function records the time since the start and returns it in milliseconds. Labels may
   * be passed at the start, at the end, or both: they are merged, and those at the end take precedence.
   * @throws TypeError `ERR_TALLYSTICK_LABELS` for invalid labels, at the start or at the end; nothing is recorded, and the timer can
   * be stopped again with valid ones
   * @example
   * const stop = duration.start({ method: 'GET' })
   * stop({ route: '/users/:id', status: 200 })
   */
  start(labels?: Labels<Names> | null): (labels?: Labels<Names> | null, options?: RecordingOptions) => number
  /**
   * Returns the handle of the series with these labels: the same object each time, until the series is removed. From this call on
   * Prometheus has the series, with a count of 0.
   * @throws TypeError `ERR_TALLYSTICK_LABELS`
   * @example
   * const home = duration.labels({ route: '/' })
   * home.observeMillis(12.5)
   */
  labels(labels: Labels<Names>): BoundTiming
  /**
   * Removes the series that have these labels, as {@link Counter.remove} does.
   * @returns how many of them had samples
   * @throws TypeError `ERR_TALLYSTICK_LABELS`
   * @example duration.remove({ route: '/' })
   */
  remove(labels?: Labels<Names> | null): number
  /** Removes all series, as {@link Counter.reset} does: the count is 0. */
  reset(): void
  /** Statistics over all threads, in milliseconds; `undefined` before the first sample. */
  value(): TimingStats | undefined
}

/** Derives labels from a function's result (or its promise's value), or from its error; the result is then `undefined`. */
export type LabelsAtEnd<T, Names extends string = string> = (
  result: Awaited<T> | undefined,
  error?: unknown,
) => Labels<Names> | null | undefined

/**
 * A distribution of non-negative values, in any unit; with `buckets`, of any values. Prometheus shows a summary, or with `buckets` a
 * histogram.
 * @example
 * const bodySize = metrics.histogram({ name: 'body', unit: 'bytes' })
 * bodySize.observe(2048)
 */
export interface Histogram<Names extends string = string> {
  readonly kind: 'histogram'
  readonly name: string
  /**
   * Records a value, in the histogram's unit. Without `buckets`, values below 2^-64 count in the first internal bucket and values
   * from 2^64 in the last. Pass labels to {@link Histogram.labels}; as a second argument they are a TypeError
   * `ERR_TALLYSTICK_LABELS`.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` if `value` is not a finite number, or negative without `buckets`;
   * `ERR_TALLYSTICK_LABELS` for a wrong or too long exemplar; nothing is recorded
   * @example bodySize.observe(2048)
   */
  observe(value: number, options?: RecordingOptions): void
  /**
   * Returns the handle of the series with these labels: the same object each time, until the series is removed. From this call on
   * Prometheus has the series, with a count of 0.
   * @throws TypeError `ERR_TALLYSTICK_LABELS`
   * @example
   * const uploads = bodySize.labels({ route: '/upload' })
   * uploads.observe(2048)
   */
  labels(labels: Labels<Names>): BoundHistogram
  /**
   * Removes the series that have these labels, as {@link Counter.remove} does.
   * @returns how many of them had samples
   * @throws TypeError `ERR_TALLYSTICK_LABELS`
   * @example bodySize.remove({ route: '/upload' })
   */
  remove(labels?: Labels<Names> | null): number
  /** Removes all series, as {@link Counter.reset} does: the count is 0. */
  reset(): void
  /** Statistics over all threads, in the histogram's unit; `undefined` before the first sample. */
  value(): HistogramStats | undefined
}

/** What only the instrument of a whole family has. */
type Unbound = 'kind' | 'labels' | 'remove' | 'reset'

/**
 * The handle of one labelled counter series: a {@link Counter} without `labels`, `remove` and `reset`.
 * @example
 * const ok: BoundCounter = requests.labels({ status: 200 })
 * ok.inc()
 */
export type BoundCounter = Omit<Counter<never>, Unbound>
/**
 * The handle of one labelled gauge series: a {@link Gauge} without `labels`, `remove` and `reset`.
 * @example
 * const mail: BoundGauge = queueLength.labels({ queue: 'mail' })
 * mail.set(3)
 */
export type BoundGauge = Omit<Gauge<never>, Unbound>
/**
 * The handle of one labelled timing series: a {@link Timing} without `labels`, `remove` and `reset`.
 * @example
 * const home: BoundTiming = duration.labels({ route: '/' })
 * home.time(() => render())
 */
export interface BoundTiming extends Omit<Timing<never>, Unbound | 'time' | 'start'> {
  /**
   * The same as {@link Timing.time}, with the labels of this series.
   * @throws TypeError `ERR_TALLYSTICK_FUNCTION` if `fn` is not a function, `ERR_TALLYSTICK_LABELS` for further labels
   */
  time<T>(fn: () => T, labels?: null, options?: RecordingOptions): T
  /**
   * The same as {@link Timing.start}, with the labels of this series. The returned function returns milliseconds.
   * @throws TypeError `ERR_TALLYSTICK_LABELS` for further labels
   */
  start(): (labels?: null, options?: RecordingOptions) => number
}
/**
 * The handle of one labelled histogram series: a {@link Histogram} without `labels`, `remove` and `reset`.
 * @example
 * const uploads: BoundHistogram = bodySize.labels({ route: '/upload' })
 * uploads.observe(2048)
 */
export type BoundHistogram = Omit<Histogram<never>, Unbound>

/**
 * Upper bounds at equal distances: `start`, `start + width` and so on, without the rounding errors of binary fractions.
 * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` if `width` is not above 0, or `count` is not from 1 to 1000
 * @example metrics.histogram({ name: 'fill', buckets: linearBuckets(0.1, 0.1, 9) })
 */
export function linearBuckets(start: number, width: number, count: number): number[]
/**
 * Upper bounds that grow by a factor: `start`, `start * factor` and so on.
 * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` if `start` is not above 0, `factor` is not above 1, or `count` is not from 1 to
 * 1000
 * @example metrics.histogram({ name: 'body', unit: 'bytes', buckets: exponentialBuckets(256, 4, 8) })
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[]

/** An instrument of any kind. */
export type Instrument = Counter | Gauge | Timing | Histogram

// ---------------------------------------------------------------- histogram objects

/**
 * The snapshot of a histogram object, in the unit of the values: `{}` if it is empty; else the exact min and max, and each
 * quantile under the name of its percentage (0.5 is `p50`, 0.999 is `p99.9`).
 */
export interface HistogramSnapshot {
  min?: number
  max?: number
  /** The number of values beyond the `max` of a BucketedHistogram; absent if there was none. */
  overflow?: number
  [quantile: `p${number}`]: number
}

/**
 * The interface of BucketedHistogram, FrugalHistogram and HdrHistogram: a standalone histogram in one thread, outside any
 * collector. An aggregator's functions can use any of them. Adding never calls Rust.
 */
export interface HistogramObject {
  /** The number of values, including overflowed ones. */
  readonly count: number
  /**
   * Adds a value.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` if `value` is not a finite number, or negative (except in a
   * FrugalHistogram); nothing is added
   */
  add(value: number): void
  /** Min, max and quantiles, in the unit of the values. */
  snapshot(): HistogramSnapshot
  /** Removes all values. */
  clear(): void
}

/** Options of {@link BucketedHistogram}. */
export interface BucketedHistogramOptions {
  /**
   * The largest value that has a bucket, in the unit of the values; larger ones are `overflow`. Default 3,600,000 (an hour in
   * milliseconds).
   */
  readonly max?: number | null
  /**
   * The largest relative error of a quantile: at least 0.000001 and below 1. Default 0.005. Half the error takes twice the memory.
   */
  readonly error?: number | null
  /** The quantiles of `snapshot()`: 1 to 1000 numbers from 0 to 1, in any order. Default `[0.5, 0.9, 0.99]`. */
  readonly quantiles?: readonly number[] | null
}

/**
 * A histogram whose quantiles are within a relative `error` of the true ones, for any values down to 2^-64. Its memory grows with
 * the powers of two that occur: 1 kB each at the default error.
 * @example
 * const latency = new BucketedHistogram({ max: 60_000, error: 0.02, quantiles: [0.5, 0.999] })
 * latency.add(12.5)
 * latency.snapshot()                                                      // { min: 12.5, max: 12.5, p50: 12.5, 'p99.9': 12.5 }
 */
export class BucketedHistogram implements HistogramObject {
  /** @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS` */
  constructor(options?: BucketedHistogramOptions | null)
  readonly count: number
  /**
   * Adds a value. One beyond `max` counts as overflow, in `count` and in the snapshot's `max`. A quantile among such values is
   * the option `max`, except that of the largest value, which is exact.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE`
   */
  add(value: number): void
  snapshot(): HistogramSnapshot
  clear(): void
  /** Adds the values of another histogram. @throws TypeError `ERR_TALLYSTICK_MERGE` unless it has the same `max` and `error` */
  merge(other: BucketedHistogram): void
}

/** Options of {@link FrugalHistogram}. */
export interface FrugalHistogramOptions {
  /** The same as {@link BucketedHistogramOptions.quantiles}. */
  readonly quantiles?: readonly number[] | null
  /** The initial step of an estimate, in the unit of the values. Default 1; values should be many times larger. */
  readonly step?: number
  /**
   * The seed of the random numbers, an integer from 1 to 4294967295: the same seed and values give the same estimates. Default:
   * random.
   */
  readonly seed?: number
  /** Has no effect; accepted so that the options of a {@link BucketedHistogram} can be reused. */
  readonly error?: unknown
  /** Has no effect, like `error`. */
  readonly max?: unknown
}

/**
 * Estimates of quantiles in 40 bytes each (Frugal-2U), which follow a changing distribution; min and max are exact.
 * docs/histograms.md lists the errors.
 * @example
 * const sizes = new FrugalHistogram({ quantiles: [0.5, 0.99], seed: 7 })
 * sizes.add(2048)
 */
export class FrugalHistogram implements HistogramObject {
  /** @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS` */
  constructor(options?: FrugalHistogramOptions | null)
  readonly count: number
  /** Adds a finite value, which may be negative. @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` */
  add(value: number): void
  snapshot(): HistogramSnapshot
  /** Removes all values and restarts the random numbers. */
  clear(): void
  /** Always throws: estimates cannot be merged. @throws TypeError `ERR_TALLYSTICK_MERGE` */
  merge(other: unknown): never
}

/** FrugalHistogram under metrix' name. */
export const StreamingHistogram: typeof FrugalHistogram
export type StreamingHistogram = FrugalHistogram

/** Options of {@link HdrHistogram}. */
export interface HdrHistogramOptions {
  /**
   * Significant digits, as in other HdrHistograms; 4 divides a power of two into 16,384 internal buckets, 5 into 131,072. Default
   * 2.
   */
  readonly precision?: Precision | 4 | 5
  /** The same as {@link BucketedHistogramOptions.quantiles}. */
  readonly quantiles?: readonly number[] | null
}

/**
 * The histogram of a timing as an object: whole numbers from 0 to 2^53 − 1, in any unit, in the internal buckets of HdrHistogram.
 * If it is empty, min, max, mean, stdev and quantiles are NaN.
 * @example
 * const nanos = HdrHistogram.from(metrics.timing('http.latency'))         // all threads of this process
 * const elsewhere = HdrHistogram.decode(nanos.encode())                   // on another machine
 * all.merge(elsewhere)
 * all.valueAt(0.99) / 1e6                                                 // milliseconds
 */
export class HdrHistogram implements HistogramObject {
  /** @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS` */
  constructor(options?: HdrHistogramOptions)
  /**
   * Reads a V2 encoding of any HdrHistogram implementation: base64 or bytes, compressed or not. The encoding has counts only, so
   * min and max become the bounds of the outermost internal buckets.
   * @throws TypeError `ERR_TALLYSTICK_ENCODING`
   */
  static decode(encoded: string | Uint8Array, options?: { readonly quantiles?: readonly number[] }): HdrHistogram
  /**
   * Copies one series of a timing (in nanoseconds) or histogram, over all threads. An instrument stands for its series without
   * labels, which is empty if all recordings have labels; pass `instrument.labels(…)` for a labelled series.
   * @param options.scale the factor by which values are multiplied before they are rounded; default 1 for timings, 1000 (three
   * decimals) for histograms
   * @throws TypeError `ERR_TALLYSTICK_VALUE` for any other argument, and for a histogram with `buckets`
   * @throws RangeError `ERR_TALLYSTICK_OPTIONS` if a value times `scale` exceeds 2^53 − 1
   */
  static from(
    instrument: Timing<never> | BoundTiming | Histogram<never> | BoundHistogram,
    options?: { readonly scale?: number; readonly quantiles?: readonly number[] },
  ): HdrHistogram
  readonly precision: Precision | 4 | 5
  readonly count: number
  /** The smallest value; exact unless decoded. */
  readonly min: number
  /** The largest value; exact unless decoded. */
  readonly max: number
  readonly mean: number
  /** The population standard deviation. */
  readonly stdev: number
  /**
   * Records a value `count` times (default 1; 0 records nothing). Decimals are truncated.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE`, also for a value beyond 2^53 − 1
   */
  record(value: number, count?: number): void
  /** The same as `record(value)`. */
  add(value: number): void
  /**
   * Records a value, corrected for coordinated omission: also records the values that a blocked load generator missed, which are
   * `value − expectedInterval` and so on down to `expectedInterval`, an integer of at least 1.
   */
  recordCorrected(value: number, expectedInterval: number): void
  /** The value at quantile `q` (0 to 1): the upper bound of its internal bucket. @throws RangeError `ERR_TALLYSTICK_VALUE` */
  valueAt(q: number): number
  snapshot(): HistogramSnapshot
  clear(): void
  /** Adds the values of another histogram. @throws TypeError `ERR_TALLYSTICK_MERGE` if it is less precise */
  merge(other: HdrHistogram): void
  /**
   * The V2 compressed encoding in base64, which other HdrHistogram implementations can read.
   * @param options.scale the factor by which values are multiplied before they are rounded (1e-3 converts nanoseconds to
   * microseconds). Default 1.
   * @throws RangeError `ERR_TALLYSTICK_OPTIONS` if a value times `scale` exceeds 2^53 − 1; `ERR_TALLYSTICK_VALUE` for more than
   * 2^53 − 1 values
   */
  encode(options?: { readonly scale?: number }): string
}

// ---------------------------------------------------------------- readings

/**
 * Statistics of a timing, in milliseconds. Quantiles are as exact as the timing's precision; `min` and `max` are exact (but see
 * {@link Window}).
 */
export interface TimingStats {
  count: number
  total: number
  min: number
  max: number
  mean: number
  p50: number
  p90: number
  p99: number
}

/**
 * Statistics of a histogram, in its own unit. With `buckets`, quantiles are interpolated within a bucket. A sum beyond the largest
 * number is that number (1.797e308; `+Inf` in Prometheus), and the mean is then too close to 0.
 */
export interface HistogramStats {
  count: number
  sum: number
  min: number
  max: number
  mean: number
  p50: number
  p90: number
  p99: number
  /** Only with the option `buckets`: `[upper bound, cumulative count]`; `count` is the count of `+Inf`. */
  buckets?: [bound: number, count: number][]
}

/** One event of {@link Metrics.trace}. */
export interface TraceEvent {
  /** The sequence number: 1, 2, 3 … over all threads of a collector. */
  seq: number
  /** Milliseconds since the epoch, with a fraction. */
  time: number
  name: string
  fields: Record<string, string>
}

/**
 * A reading of a collector. Keys are sorted. A labelled series has the key `name{a="x",b="y"}`, with labels sorted by name and
 * escaped as in Prometheus. Timings and histograms without samples, and unset gauges, are absent. A gauge may be NaN or infinite;
 * {@link Metrics.json} has `null` for it, as `JSON.stringify` does.
 */
export interface Snapshot {
  counters: Record<string, number>
  gauges: Record<string, number>
  timings: Record<string, TimingStats>
  histograms: Record<string, HistogramStats>
  trace: TraceEvent[]
}

/**
 * What one reader has seen since its last reset. Windows do not affect each other or the Prometheus exposition. After a reset,
 * series without activity are absent, and the min and max of a distribution are only as exact as its internal buckets.
 */
export interface Window {
  /**
   * What was recorded since this window's last reset, or since the collector was created.
   * @throws RangeError `ERR_TALLYSTICK_SIZE` if its text exceeds the longest possible string (in Node.js 512 million characters, a
   * few million series); {@link Metrics.json} returns bytes, which have no such limit
   */
  snapshot(): Snapshot
  /**
   * Returns the snapshot and resets the window: the next snapshot holds exactly what is recorded after this one. Gauges are state
   * and are not reset. If it throws, nothing is reset.
   */
  snapshotAndReset(): Snapshot
}

/** Options of {@link Metrics.read}. */
export interface ReadOptions {
  /** Only families with these names, of every kind. Names without a family are ignored. Default: all. */
  readonly names?: readonly string[]
  /**
   * A window of the same collector (`collector.window()`): the values are those since its last reset. Default: since the collector was
   * created, whatever windows were reset.
   */
  readonly window?: Window
  /**
   * Whether the window starts over at exactly the values that are read, so that each recording is in one reading, whichever thread makes
   * it. Only with `window`, and without `names`. Trace events remain for the next snapshot of the window. Default: false.
   */
  readonly reset?: boolean
}

/** The part of a {@link FamilyReading} that all kinds have. */
export interface FamilyInfo {
  /** As it was given, not as Prometheus shows it. */
  name: string
  /** Absent if none was declared. */
  help?: string
  /** As declared. Absent if none was, and for timings, which are always in milliseconds. */
  unit?: string
  /** The declared label names, sorted. Absent if none were declared. */
  labelNames?: string[]
}

/** One series of a counter or gauge. */
export interface NumberSeries {
  /** The labels of the series, as they were given (values as strings). Those of the collector are not included. */
  labels: Record<string, string>
  /** As {@link Counter.value} and {@link Gauge.value} return it, in the unit of the family. A gauge may be NaN or infinite. */
  value: number
  distribution?: undefined
}

/** One series of a timing or histogram, with at least one sample. */
export interface DistributionSeries<Stats> {
  /** As {@link NumberSeries.labels}. */
  labels: Record<string, string>
  /** As {@link Timing.value} (in milliseconds) and {@link Histogram.value} (in the unit of the family) return it. */
  distribution: Stats
  value?: undefined
}

/**
 * All series of one kind and name. A family without series (not recorded yet, or without activity since the window's reset) has
 * an empty array; gauges that are not set, and timings and histograms without samples, are no series.
 * @example
 * for (const { name, kind, series } of await metrics.read()) {
 *   if (kind === 'counter') for (const { labels, value } of series) send(name, labels, value)
 * }
 */
export type FamilyReading =
  | (FamilyInfo & { kind: 'counter'; series: NumberSeries[] })
  | (FamilyInfo & { kind: 'gauge'; series: NumberSeries[] })
  | (FamilyInfo & { kind: 'timing'; series: DistributionSeries<TimingStats>[] })
  | (FamilyInfo & { kind: 'histogram'; series: DistributionSeries<HistogramStats>[] })

/** An exposition, ready to send. */
export interface Exposition {
  /** UTF-8 text, or protobuf if that was asked for. */
  body: Uint8Array
  /** The format, for the header `Content-Type`. Without `accept` it is `text/plain; version=0.0.4; charset=utf-8`. */
  contentType: string
}

/** Options of {@link Metrics.prometheus}. An invalid value is a TypeError or RangeError `ERR_TALLYSTICK_OPTIONS`. */
export interface PrometheusOptions {
  /** Upper bounds in **milliseconds**, ascending, for every timing without its own `buckets`. */
  readonly buckets?: readonly number[]
  /**
   * The header `Accept` of the client, or several of them: decides the format. The quality values count; `escaping=` is
   * `underscores` (the default), `dots`, `values` or `allow-utf-8`. A client that accepts none of these gets the first one, as
   * does one without a header:
   * - `text/plain` with `version=0.0.4`, or without a version
   * - `text/plain; version=1.0.0`, in which names may have any characters
   * - `application/openmetrics-text`, version 1.0.0 or 0.0.1
   * - `application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited`, the only one with native
   *   histograms: every timing is one
   */
  readonly accept?: string | readonly string[]
  /**
   * Only these families. A name is the instrument's (`http.requests`), the exposed one (`http_requests_total`), or one of a sample
   * (`http_duration_seconds_bucket`). The names of other families do not depend on it.
   */
  readonly names?: readonly string[]
  /** Only series with all of these labels, their own or the collector's; `''` stands for a label that is absent. */
  readonly match?: Labels
  /**
   * Whether OpenMetrics gets `_created` samples: when each counter, timing and histogram began, in seconds since 1970. That is the
   * time of the last reading before its first recording. Protobuf always has it. Default false.
   */
  readonly created?: boolean
  /** As {@link CollectorOptions.selfMetrics}, for this exposition. `true` for what a Prometheus server scrapes. */
  readonly selfMetrics?: boolean
}

// ---------------------------------------------------------------- collectors

/** Options of a {@link Collector}. */
export interface CollectorOptions {
  /**
   * The number of trace events to keep: 0 to 1,000,000. Default 500. With 0 none is kept, and `seq` still advances. Together they
   * take at most 8 kB times the limit (4 MB by default); if they are larger, the oldest are dropped. A single event takes at most
   * 64 kB: longer texts are truncated and end in `…`, and further fields are dropped.
   */
  readonly traceLimit?: number
  /**
   * Labels of every series in the exposition. A series' own label of the same name takes precedence. A series that would become
   * equal to another one does not get the label.
   */
  readonly labels?: Labels
  /** {@link Collector.setExemplars} */
  readonly exemplars?: ExemplarSource | null
  /**
   * The most label sets of all families together, over all threads: a whole number from 1, or `Infinity`. It is also the limit of each
   * family without a `maxSeries` of its own, and that of the families that recordings by name (`metrics.inc(name)`) may make: those
   * by further names are recorded as `tallystick_overflow`. Default: 10,000 for each family and for families, and no limit together.
   */
  readonly maxSeries?: number
  /** {@link InstrumentOptions.ttl} of all counters, timings and histograms without one of their own. Default: they stay. */
  readonly ttl?: number
  /**
   * Whether expositions end with what the collector reports about itself: `tallystick_series{family}`,
   * `tallystick_label_values{family,label}`, `tallystick_folded_recordings_total{family}`, `tallystick_cells_bytes`,
   * `tallystick_callback_failures_total`, and, of the previous exposition, `tallystick_scrape_duration_seconds` and
   * `tallystick_scrape_size_bytes`. Default: if the request is that of a Prometheus server, or if label sets were folded or callbacks
   * have failed. Snapshots and `read()` never have them.
   */
  readonly selfMetrics?: boolean
}

/** A family in {@link Collector.cardinality}. */
export interface FamilyCardinality {
  kind: 'counter' | 'gauge' | 'timing' | 'histogram'
  name: string
  /** The number of its series, over all threads. */
  series: number
  /** The most label sets, possibly `Infinity`. */
  maxSeries: number
  /** How often a label set had no room: calls of `labels()`, and labelled recordings by name. */
  folded: number
  /** Its labels and how many values each has, without `"…"`. Those with most values come first. */
  labels: { name: string; values: number }[]
}

/** {@link Collector.beforeRead} */
export interface BeforeReadOptions {
  /** Milliseconds that a reading waits at most for the promise of the callback: 1 to 2^31 − 1. Default 1000. */
  readonly timeout?: number
}

/**
 * The families and series that are reported together, over all threads.
 * @example
 * const collector = new Collector({ labels: { app: 'shop' } })
 * createMetrics(collector).inc('orders')
 */
export class Collector {
  /** @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS` | `ERR_TALLYSTICK_LABELS` */
  constructor(options?: CollectorOptions)
  /** The collector of the process: the same one in every thread. */
  static readonly default: Collector
  /**
   * Returns the collector with this id, which another thread created and sent (`collector.id`). A collector lives while any
   * thread holds it or one of its instruments. While the thread that created it does, gauges that this thread sets keep their values
   * until this thread ends, even if it keeps no object of the collector.
   * @throws RangeError `ERR_TALLYSTICK_COLLECTOR` for an unknown id; TypeError for an object, such as the collector itself
   * @example const metrics = createMetrics(Collector.attach(workerData.collectorId))
   */
  static attach(id: number): Collector
  /** A positive integer, unique within the process. */
  readonly id: number
  /**
   * Sets a function that returns the exemplars of recordings, for recordings of this thread that come without their own; `null`
   * removes it. {@link openTelemetryExemplars} makes one for OpenTelemetry's active span.
   *
   * The function is not called at every recording: at most once in 100 ms for each counter, and in a timing or histogram for each
   * power of two above the values for which it was called in that time; less often if more than 4,096 series record. So frequent
   * recordings pay nothing for it, and the slow requests of a timing have their exemplar. It is called after the recording,
   * synchronously, within the same async context; recordings that it makes have no exemplar. If it throws, or returns invalid labels or too long ones, the recording has no exemplar; the first failure emits a
   * process warning (`TALLYSTICK_EXEMPLAR`).
   * @throws TypeError `ERR_TALLYSTICK_FUNCTION`
   * @example
   * metrics.collector.setExemplars(() => ({ trace_id: requests.getStore()?.traceId }))
   */
  setExemplars(source: ExemplarSource | null): void
  /**
   * Opens an independent window, which starts at the collector's creation.
   * @example
   * const window = collector.window()
   * setInterval(() => send(window.snapshotAndReset()), 60_000)
   */
  window(): Window
  /** As {@link Metrics.read}. */
  read(options?: ReadOptions): Promise<FamilyReading[]>
  /** As {@link Metrics.readSync}. */
  readSync(options?: ReadOptions): FamilyReading[]
  /**
   * Calls `fn` before each reading that this thread makes of the collector, so that it can update metrics of things that have no
   * events, such as the length of a queue. Readings are scrapes, the series of the page, {@link Metrics.prometheus},
   * {@link Metrics.json}, `read()`, `readSync()`, `snapshot()` and `snapshotAndReset()` (also of a window), {@link Metrics.prometheusSync} and the lines of
   * {@link logStats}; not `value()`, and not an aggregator's report.
   *
   * `fn` may return a promise. `json()`, `read()`, `prometheus()`, the routes, the page and the stats log wait for it, all such callbacks
   * together at most for the longest `timeout`. Synchronous readings call only the callbacks that return no promise: an `async`
   * function is never called, and any other function no more once it has returned a promise. Concurrent readings share one run.
   *
   * A callback that throws, rejects or exceeds its timeout loses only its own update: the reading is made without it, the failure
   * counts in {@link Collector.callbackFailures}, and the first failure of each callback emits a process warning
   * (`TALLYSTICK_CALLBACK`). While its promise is pending, it is not called again. A reading that a callback makes runs no callbacks.
   *
   * Callbacks belong to the thread that added them: a reading of the main thread does not call those of a worker. They keep neither
   * the process nor, once they are removed, anything else alive.
   * @returns a function that removes the callback; readings that wait for it go on
   * @throws TypeError | RangeError `ERR_TALLYSTICK_FUNCTION` | `ERR_TALLYSTICK_OPTIONS`
   * @example
   * const length = metrics.gauge('queue.length')
   * const stop = metrics.beforeRead(async () => length.set(await queue.count()), { timeout: 500 })
   */
  beforeRead(fn: () => unknown, options?: BeforeReadOptions): () => void
  /**
   * How often callbacks of {@link Collector.beforeRead}, and `collect` of instruments, have thrown, rejected or exceeded their
   * timeout, in this thread.
   */
  readonly callbackFailures: number
  /**
   * Replaces the labels of every series in the exposition ({@link CollectorOptions.labels}), in all threads, from the next reading on.
   * `{}` removes them.
   * @throws TypeError `ERR_TALLYSTICK_LABELS`
   * @example metrics.collector.setLabels({ app: 'shop', version: process.env.VERSION })
   */
  setLabels(labels: Labels): void
  /**
   * The families with most series, the largest first: what to look at when a collector grows. It reads the names of all series, which
   * takes about a millisecond for ten thousand.
   * @param options.limit how many families: 1 to 1,000,000. Default 10.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS`
   * @example
   * const [worst] = metrics.collector.cardinality()
   * // { kind: 'counter', name: 'http.requests', series: 10002, maxSeries: 10000, folded: 5210,
   * //   labels: [{ name: 'path', values: 9998 }, { name: 'status', values: 4 }] }
   */
  cardinality(options?: { readonly limit?: number }): FamilyCardinality[]
  /**
   * Changes {@link CollectorOptions.maxSeries}, also of the default collector. Series beyond a lower limit stay.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS`
   * @example metrics.collector.setMaxSeries(100_000)
   */
  setMaxSeries(series: number): void
  /**
   * Sets {@link CollectorOptions.selfMetrics}, also of the default collector.
   * @throws TypeError `ERR_TALLYSTICK_OPTIONS`
   */
  setSelfMetrics(shown: boolean): void
  /**
   * Removes every series and the trace from all readings, in all threads. Kept handles stay valid and record from 0; options of
   * families (help, unit, labels, buckets) and callbacks stay. Intended for `beforeEach` in tests.
   * @example beforeEach(() => metrics.collector.clear())
   */
  clear(): void
}

// ---------------------------------------------------------------- metrics

/** What {@link openTelemetryExemplars} uses of the package `@opentelemetry/api`. */
export interface OpenTelemetryApi {
  readonly trace: {
    getActiveSpan(): { spanContext(): { traceId: string; spanId: string; traceFlags: number } } | undefined
  }
}

/**
 * Returns a function for {@link Collector.setExemplars}: its exemplars are `trace_id` and `span_id` of OpenTelemetry's active span, if
 * that is sampled.
 * @param api the package `@opentelemetry/api`, an optional peer; by default the one that Node finds
 * @throws Error `ERR_TALLYSTICK_MODULE` if it is not installed
 * @example metrics.collector.setExemplars(openTelemetryExemplars())
 */
export function openTelemetryExemplars(api?: OpenTelemetryApi): ExemplarSource

/** Functions that record into one collector and read it. They may be destructured. */
export interface Metrics {
  /**
   * Adds to the counter with this name.
   * @param delta `undefined` and `null` mean 1; 0 makes the series visible; a negative delta counts down
   * @throws TypeError | RangeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_VALUE` | `ERR_TALLYSTICK_LABELS`; nothing is recorded
   * @example metrics.inc('http.requests', 1, { method: 'GET', status: 200 })
   */
  inc(name: string, delta?: number | null, labels?: Labels | null, options?: RecordingOptions): void
  /**
   * Sets the gauge with this name. NaN and ±Infinity are allowed.
   * @throws TypeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_VALUE` | `ERR_TALLYSTICK_LABELS`; nothing is recorded
   * @example metrics.set('queue.length', queue.length, { queue: 'mail' })
   */
  set(name: string, value: number, labels?: Labels | null): void
  /**
   * Records a value in the histogram with this name, in its unit.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_VALUE` | `ERR_TALLYSTICK_LABELS`; nothing is recorded
   * @example metrics.observe('body.size', 2048, { route: '/upload' })
   */
  observe(name: string, value: number, labels?: Labels | null, options?: RecordingOptions): void
  /**
   * Records a duration in milliseconds in the timing with this name. A negative duration counts as 0.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_VALUE` | `ERR_TALLYSTICK_LABELS`; nothing is recorded
   * @example metrics.observeMillis('db.query', 12.5, { table: 'users' })
   */
  observeMillis(name: string, milliseconds: number, labels?: Labels | null, options?: RecordingOptions): void
  /**
   * Records a duration in nanoseconds in the timing with this name, as a number or a bigint. A negative duration counts as 0.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_VALUE` | `ERR_TALLYSTICK_LABELS`; nothing is recorded
   * @example metrics.observeNanos('db.query', process.hrtime.bigint() - start)
   */
  observeNanos(name: string, nanoseconds: number | bigint, labels?: Labels | null, options?: RecordingOptions): void
  /**
   * Runs `fn` and records its duration, even if it throws or rejects. Labels may be derived from the result: see
   * {@link Timing.time}.
   * @throws TypeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_FUNCTION` | `ERR_TALLYSTICK_LABELS`; `fn` is not called
   * @example metrics.time('http.request', () => answer(req), (answer) => ({ route: answer?.route }))
   */
  time<T>(name: string, fn: () => T, labels?: Labels | LabelsAtEnd<T> | null, options?: RecordingOptions): T
  /**
   * Adds 1 to the counter with this name, then runs `fn`. Its result and errors pass through.
   * @throws TypeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_FUNCTION`; nothing is recorded
   * @example metrics.counted('cache.misses', () => load(key))
   */
  counted<T>(name: string, fn: () => T): T
  /** The time in milliseconds since the epoch, with a fraction. It never goes back within a thread. */
  now(): number
  /**
   * Appends an event to the collector's ring buffer. Field values become strings (`'undefined'` and `'null'` for these values).
   * @throws TypeError `ERR_TALLYSTICK_NAME`, or `ERR_TALLYSTICK_VALUE` if `fields` is not an object or a field cannot become a string
   * @example metrics.trace('cache.cleared', { entries: 120 })
   */
  trace(name: string, fields?: Record<string, unknown> | null): void

  /**
   * The counter with this name, created if it does not exist: the same object each time, until {@link Counter.remove} frees the name.
   * @throws TypeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_OPTIONS`; `ERR_TALLYSTICK_CONFLICT` if the options contradict those
   * of the existing counter
   * @example metrics.counter({ name: 'http.requests', help: 'Requests answered', labelNames: ['method', 'status'] })
   */
  counter<const Names extends string = string>(options: string | CounterOptions<Names>): Counter<Names>
  /**
   * The gauge with this name, created if it does not exist, as with {@link Metrics.counter}.
   * @throws as {@link Metrics.counter}
   * @example metrics.gauge({ name: 'queue.length', merge: 'max' }).set(3)
   */
  gauge<const Names extends string = string>(options: string | GaugeOptions<Names>): Gauge<Names>
  /**
   * The timing with this name, created if it does not exist, as with {@link Metrics.counter}. It records milliseconds or nanoseconds;
   * Prometheus shows seconds.
   * @throws as {@link Metrics.counter}
   * @example metrics.timing({ name: 'http.latency', buckets: [5, 50, 500] }).observeMillis(12.5)
   */
  timing<const Names extends string = string>(options: string | TimingOptions<Names>): Timing<Names>
  /**
   * The histogram with this name, created if it does not exist, as with {@link Metrics.counter}.
   * @throws as {@link Metrics.counter}
   * @example metrics.histogram({ name: 'body', unit: 'bytes', buckets: [1e3, 1e4, 1e5] }).observe(2048)
   */
  histogram<const Names extends string = string>(options: string | HistogramOptions<Names>): Histogram<Names>

  /**
   * The instrument with this name, whichever thread made it: the counter, else the gauge, timing or histogram. `undefined` if there is
   * none. Its `kind` tells them apart.
   * @throws TypeError `ERR_TALLYSTICK_NAME`
   * @example
   * const requests = metrics.get('http.requests')
   * if (requests?.kind === 'counter') requests.inc()
   */
  get(name: string): Instrument | undefined
  /**
   * Removes the instruments with this name, of every kind, with their series, options, help, unit and `collect`, from all readings
   * and in all threads. The name is free: for another kind, too. Handles that are still held record nothing, in other threads as well.
   *
   * Another thread notices when it makes an instrument, asks for a series that it does not know, sets a gauge or removes something.
   * From then on, what it records by this name counts in a new instrument.
   * @returns whether there was such an instrument
   * @throws TypeError `ERR_TALLYSTICK_NAME`
   * @example metrics.unregister('queue.length')
   */
  unregister(name: string): boolean

  /**
   * The histogram with this name, created if it does not exist, whose **quantiles in Prometheus** are those of the last ten minutes, over
   * all threads: a sliding window. They are NaN while the window is empty; `_sum` and `_count` are cumulative. Recording costs what
   * it costs any histogram without `buckets`, and all other readings have the same as of a histogram.
   * @throws as {@link Metrics.counter}; also `ERR_TALLYSTICK_CONFLICT` for a histogram with `buckets`
   * @example metrics.summary({ name: 'batch.size', quantiles: [0.5, 0.99], maxAge: 60_000 }).observe(17)
   */
  summary<const Names extends string = string>(options: string | SummaryOptions<Names>): Histogram<Names>

  /**
   * Sets help and unit of the instruments with this name, of every kind, both existing and future ones.
   * @throws TypeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_OPTIONS`; `ERR_TALLYSTICK_CONFLICT` if an instrument has a different unit
   * @example metrics.describe('jobs.done', { help: 'Jobs completed' })
   */
  describe(name: string, description: { help?: string; unit?: string }): void
  /**
   * The current value over all threads of the counter, else the gauge, timing or histogram with this name: a number, or
   * statistics (of timings in milliseconds). `undefined` if there is none.
   * @throws TypeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_LABELS`
   * @example metrics.value('http.requests', { method: 'GET', status: 200 })
   */
  value(name: string, labels?: Labels | null): number | TimingStats | HistogramStats | undefined

  /**
   * Calls `fn` before each reading: see {@link Collector.beforeRead}.
   * @example metrics.beforeRead(() => metrics.gauge('queue.length').set(queue.length))
   */
  beforeRead(fn: () => unknown, options?: BeforeReadOptions): () => void
  /** Reads the collector's common window, which all threads share; see {@link Window.snapshot}. */
  snapshot(): Snapshot
  /** Reads the common window and resets it; see {@link Window.snapshotAndReset}. */
  snapshotAndReset(): Snapshot
  /**
   * `snapshot()` as UTF-8 JSON, made by the reader thread without blocking the event loop. It includes everything recorded before
   * the call. A gauge that is NaN or infinite is `null`, because JSON has no such numbers.
   *
   * Calls in a thread share a reading that has not started, and its bytes. The bytes never change; do not modify or transfer
   * them, but copy them first (`bytes.slice()`).
   * @throws Error `ERR_TALLYSTICK_BUSY`, as a rejection, while 128 different readings of the process are waiting
   */
  json(): Promise<Uint8Array>
  /**
   * All families with their series over all threads, as objects: for exporters of your own. In the order in which the families were
   * declared or first used, those without series included.
   *
   * The reader thread makes it without blocking the event loop, which then parses it. It includes everything recorded before the call.
   * Each call returns objects of its own.
   * @throws TypeError `ERR_TALLYSTICK_OPTIONS`, as a rejection, for other options, names that are not non-empty strings, and a window of
   * another collector
   * @throws RangeError `ERR_TALLYSTICK_SIZE`, as a rejection, if a single family exceeds the longest possible string
   * @throws Error `ERR_TALLYSTICK_BUSY`, as a rejection, while 128 different readings of the process are waiting
   * @example
   * const [requests] = await metrics.read({ names: ['http.requests'] })
   * requests.series // [{ labels: { method: 'GET', status: '200' }, value: 3 }]
   */
  read(options?: ReadOptions): Promise<FamilyReading[]>
  /**
   * The same, made synchronously: for scripts, tests and exit handlers. Throws the errors that `read` rejects with, except
   * `ERR_TALLYSTICK_BUSY`.
   */
  readSync(options?: ReadOptions): FamilyReading[]
  /**
   * The Prometheus exposition of all threads, cumulative, made by the reader thread without blocking the event loop. Before its
   * first use, a counter, timing or histogram is present at 0, so that `increase()` sees its first recording: without labels from
   * its creation (until the family has labelled series), with labels from its first `labels()`. A gauge is present once it is set.
   *
   * Calls with equal options share a reading and its `body`, as with {@link Metrics.json}; the routes have their own body.
   * @throws Error `ERR_TALLYSTICK_BUSY`, as a rejection, while 128 different readings of the process are waiting
   */
  prometheus(options?: PrometheusOptions): Promise<Exposition>
  /**
   * The same as {@link Metrics.prometheus}, made synchronously: for scripts, tests and exit handlers.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS`
   * @example process.on('exit', () => fs.writeFileSync('metrics.prom', metrics.prometheusSync().body))
   */
  prometheusSync(options?: PrometheusOptions): Exposition
  /**
   * Serves the exposition, in the format that the client accepts (see {@link PrometheusOptions.accept}), compressed if it accepts
   * gzip. `?name[]=http.requests` selects families, as {@link PrometheusOptions.names}, and `?created=true` is
   * {@link PrometheusOptions.created}. Answers GET and HEAD, other methods with 405, and 503 with `Retry-After` while too many readings are
   * waiting. Resolves when the response is sent or the client is gone. Leaves a response alone that was answered meanwhile, for
   * example by a timeout. With Fastify: `metrics.handle(request.raw, reply.raw)` after `reply.hijack()`.
   *
   * Rejects only with a TypeError `ERR_TALLYSTICK_REQUEST`, for arguments that are not a request and a response.
   * @example http.createServer(metrics.handle).listen(9464)
   */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>
  /** The same as {@link Metrics.handle} for servers with `Request` and `Response`. @example Bun.serve({ fetch: metrics.fetch }) */
  fetch(request: Request): Promise<Response>

  /** The collector that these functions record into and read. */
  readonly collector: Collector
}

/**
 * The functions of the default collector, which all threads of the process share.
 * @example metrics.inc('jobs.done')
 */
export const metrics: Metrics

/**
 * The functions of another collector.
 * @throws TypeError `ERR_TALLYSTICK_COLLECTOR` if `collector` is not a Collector
 * @example createMetrics(new Collector()).inc('jobs.done')
 */
export function createMetrics(collector: Collector): Metrics

// ---------------------------------------------------------------- scenes

/** The category of a reason; by its first letter, `T…` is touch and `B…` is button. */
export type ReasonCategory = 'unknown' | 'initial' | 'loop' | 'touch' | 'button' | 'other'

/**
 * Metrics of one scene, named `<prefix>.<suffix>`. An empty suffix stands for the prefix itself. Every method throws a TypeError
 * `ERR_TALLYSTICK_NAME` for a suffix, name or reason that is not a string.
 * @example
 * const scene = sceneMetrics.create('scene')
 * scene.recordRebuild('loop', () => scene.timeTile('SPIRAL', () => drawSpiral()))
 */
export interface SceneMetrics {
  /** The prefix of this scene's names. */
  prefix(): string
  /** Adds to the counter `<prefix>.<suffix>`; see {@link Metrics.inc}. */
  inc(suffix: string, delta?: number | null): void
  /** Records a duration in milliseconds in the timing `<prefix>.<suffix>`. */
  observeMillis(suffix: string, milliseconds: number): void
  /** Times `fn` under `<prefix>.<suffix>`; see {@link Timing.time}. */
  time<T>(suffix: string, fn: () => T): T
  /** Times `fn` under `<prefix>.tile.<name>`. */
  timeTile<T>(name: string, fn: () => T): T
  /** Appends an event `<prefix>.<suffix>` to the trace; see {@link Metrics.trace}. */
  trace(suffix: string, fields?: Record<string, unknown> | null): void
  /** Counts `loopTicks`. */
  recordLoopTick(): void
  /** Counts `activations` and `activations.<category>`. */
  recordActivation(reason?: string | null): void
  /**
   * Counts `renderAll.calls`, `renderAll.reason.<category>` and `renderAll.reasonExact.<reason>` (an empty reason is
   * `unknown`). With `fn`, times it under `renderAll` and returns its result.
   * @throws TypeError `ERR_TALLYSTICK_FUNCTION` if `fn` is present and not a function
   */
  recordRebuild(reason?: string | null): undefined
  recordRebuild<T>(reason: string | null | undefined, fn: () => T): T
  /** The category of a reason, by its first letter or word. */
  reasonCategory(reason?: string | null): ReasonCategory
}

/** Creates the metrics of scenes that record into one collector. */
export interface SceneMetricsFactory {
  /** The metrics of a scene. @param prefix default `scene`, also if empty */
  create(prefix?: string | null): SceneMetrics
  /** The same as {@link SceneMetrics.reasonCategory}. */
  reasonCategory(reason?: string | null): ReasonCategory
}

/**
 * Scenes that record into the default collector.
 * @example sceneMetrics.create('scene').recordLoopTick()                  // counts scene.loopTicks
 */
export const sceneMetrics: SceneMetricsFactory

/** Scenes that record into another collector. @throws TypeError `ERR_TALLYSTICK_COLLECTOR` */
export function createSceneMetrics(collector: Collector): SceneMetricsFactory

// ---------------------------------------------------------------- modules under a prefix

/** Creates the exports of a module, once for each registry. */
export type ModuleLoader = () => unknown

/**
 * Modules by name, for hosts that run other people's scripts.
 * @example
 * const registry = new ModuleRegistry()
 * registry.register('myapp/version', () => '1.2.3')
 * registry.require('myapp/version')                                       // '1.2.3'
 */
export class ModuleRegistry {
  /**
   * Registers a module. The loader is called at the first `require`, once unless it throws.
   * @throws TypeError `ERR_TALLYSTICK_NAME` for a name that is not a string, `ERR_TALLYSTICK_MODULE` for a loader that is not a function
   * @throws Error `ERR_TALLYSTICK_MODULE` for a name that is already registered, or installed by another registry
   */
  register(name: string, loader: ModuleLoader): void
  /**
   * A bound `require` for a `node:vm` context or a plugin sandbox.
   * @throws Error `ERR_TALLYSTICK_MODULE` for a name that is not registered
   */
  readonly require: (name: string) => any
  /**
   * Makes the registered modules, present and future, visible to `require(name)` and `import(name)` in this thread. Not supported in
   * Jest, which has its own resolver; before Node 22.15 in ES modules that were themselves loaded by `require`; and before Node 20.6
   * with `import`.
   * @throws Error `ERR_TALLYSTICK_MODULE` for a name that another registry has installed, or that is built-in or relative
   */
  install(): void
}

/** Options of {@link registerModules}. */
export interface RegisterModulesOptions {
  /**
   * The collector of these modules, or a function that returns it, called when a module is first required. Default: {@link
   * Collector.default}.
   */
  readonly collector?: Collector | (() => Collector | null | undefined)
}

/**
 * Registers `<prefix>/metrics` and `<prefix>/scene-metrics`. Spaces and slashes around the prefix are trimmed; an empty prefix adds
 * none. If a collector function returns no collector, requiring the module throws `ERR_TALLYSTICK_COLLECTOR`, and the next attempt
 * calls the function again.
 *
 * The modules are {@link Metrics} and {@link SceneMetricsFactory}, except that recording by name never throws: a name, prefix or
 * reason of another type becomes text, a delta a whole number, a duration a number. What cannot be converted (an empty name, a
 * duration of `'x'`, invalid labels, a missing function) is dropped, with a process warning `TALLYSTICK_SCRIPT` once for each module
 * and kind of mistake. Instruments and readings are strict, as are `metrics` and `sceneMetrics` themselves.
 * @throws TypeError `ERR_TALLYSTICK_MODULE` | `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_OPTIONS` | `ERR_TALLYSTICK_COLLECTOR`
 * @example
 * const registry = new ModuleRegistry()
 * registerModules(registry, 'myapp', { collector })
 * vm.runInNewContext(script, { require: registry.require })
 */
export function registerModules(
  registry: ModuleRegistry,
  prefix?: string | null,
  options?: RegisterModulesOptions,
): void

// ---------------------------------------------------------------- recording and aggregating

/** A recorder's counter. @example recorder.counter('jobs_done').incr() */
export interface EventCounter {
  /**
   * Adds `n`. `undefined` and `null` mean 1, and 0 makes the counter visible.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` if `n` is not a finite number; nothing is recorded or emitted
   */
  incr(n?: number | null): void
  /**
   * Subtracts `n` (default 1). The `increment` of the event is negative.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE`
   */
  decr(n?: number | null): void
}

/** A recorder's gauge. @example recorder.gauge('queue_length').update(5) */
export interface EventGauge {
  /**
   * Sets the gauge.
   * @throws TypeError `ERR_TALLYSTICK_VALUE` if `value` is not a number; RangeError if it is NaN or infinite and the gauge is a
   * {@link PreciseGauge}
   */
  update(value: number): void
}

/** A recorder's histogram. @example recorder.histogram('body_bytes').add(512) */
export interface EventHistogram {
  /**
   * Records a non-negative value, in any unit.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE`, also for a negative value
   */
  add(value: number): void
}

/**
 * A recorder's timer. It records milliseconds.
 * @example
 * const latency = recorder.timer('latency_ms')
 * const id = latency.start()
 * latency.stop(id, { url: '/' })
 */
export interface EventTimer {
  /**
   * Starts a measurement. Any number may run at the same time, and one that is never stopped leaks nothing.
   * @returns the id for `stop`, valid in this thread only
   */
  start(): number
  /**
   * Stops the measurement with this id and records it.
   * @param tags additional tags: labels of the series and keys of the event
   * @throws TypeError | RangeError `ERR_TALLYSTICK_TIMER` if `id` did not come from `start()`; nothing is recorded
   */
  stop(id: number, tags?: Labels | null): void
  /**
   * Runs `fn`, records its duration even if it throws or rejects, and returns its result; see {@link Timing.time}.
   * @throws TypeError `ERR_TALLYSTICK_FUNCTION` if `fn` is not a function
   */
  time<T>(fn: () => T): T
}

/** The event of a counter. `tags` are those that it was created with. */
export interface CounterEvent {
  name: string
  /** Negative for `decr`. */
  increment: number
  tags?: EventTags
  /** Only from a {@link PreciseCounter}: milliseconds since the epoch, with a fraction. */
  timestamp?: number
}

/** The event of a gauge. */
export interface GaugeEvent {
  name: string
  value: number
  tags?: EventTags
}

/** The event of a histogram. */
export interface HistogramEvent {
  name: string
  value: number
  tags?: EventTags
}

/**
 * The event of a timer. Tags are further keys of the event; they cannot replace these three. Times are milliseconds since the
 * epoch, with a fraction, and monotonic within a thread.
 */
export interface TimerEvent {
  name: string
  startTs: number
  stopTs: number
  [tag: string]: any
}

/** Events by name, for {@link Recorder.on}. */
export interface RecorderEvents {
  counter: CounterEvent
  gauge: GaugeEvent
  histogram: HistogramEvent
  timer: TimerEvent
  /**
   * What a listener or strategy threw or rejected with. Without an `'error'` listener it becomes a process warning, once for each
   * function.
   */
  error: unknown
}

/**
 * Options of a recorder. The four factories create its instruments: they receive the root recorder and the full name, and return
 * a default instrument ({@link DefaultCounter} …), a Null instrument, or a custom one.
 * @example
 * const recorder = new Recorder({
 *   timer: (recorder, name, tags) => name === 'request_latency_ms' ? DefaultTimer(recorder, name, tags) : NullTimer,
 * })
 */
export interface RecorderConfig {
  readonly counter?:
    | ((recorder: Recorder, name: string, initialValue: number, tags?: EventTags | null) => EventCounter)
    | null
  readonly gauge?:
    | ((recorder: Recorder, name: string, initialValue: number, tags?: EventTags | null) => EventGauge)
    | null
  readonly histogram?: ((recorder: Recorder, name: string, tags?: EventTags | null) => EventHistogram) | null
  readonly timer?:
    | ((recorder: Recorder, name: string, tags?: EventTags | null) => Pick<EventTimer, 'start' | 'stop'>)
    | null
  /** The separator between scope names. Default `/`, also if empty. */
  readonly separator?: string | null
  /**
   * The collector to record into. Default: a new one. In a collector that you pass, an {@link Aggregator} reports only the names
   * of this recorder.
   */
  readonly collector?: Collector
  /**
   * The precision of timers and histograms, with and without tags. Default 2 (within 0.8 %), unless the collector has that name
   * with another one. Each set of tags has its own internal buckets: use 1 for very many sets.
   */
  readonly precision?: Precision
}

/**
 * Creates instruments that record into a collector and emit events. Without listeners, no event objects are created.
 * @example
 * const recorder = new Recorder()
 * const aggregator = new Aggregator(recorder)
 * recorder.scope('connection').counter('add').incr()
 * aggregator.report().counters            // { 'connection/add': 1 }
 */
export class Recorder {
  /** @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS` | `ERR_TALLYSTICK_FUNCTION` | `ERR_TALLYSTICK_COLLECTOR` */
  constructor(config?: RecorderConfig | null)
  readonly collector: Collector
  readonly separator: string
  /**
   * Creates a counter. Further calls return other objects of the same series.
   * @param initialValue added at once, as an event, even if it is 0
   * @throws TypeError | RangeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_VALUE` | `ERR_TALLYSTICK_LABELS`
   */
  counter(name: string, initialValue?: number | null, tags?: Labels | null): EventCounter
  /**
   * Creates a gauge.
   * @param initialValue set at once, as an event, even if it is 0
   * @throws TypeError | RangeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_VALUE` | `ERR_TALLYSTICK_LABELS`
   */
  gauge(name: string, initialValue?: number | null, tags?: Labels | null): EventGauge
  /** Creates a histogram of non-negative values, in any unit. @throws TypeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_LABELS` */
  histogram(name: string, tags?: Labels | null): EventHistogram
  /**
   * Creates a timer. A custom timer with only `start` and `stop` gets a `time` that uses them.
   * @throws TypeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_LABELS`
   */
  timer(name: string, tags?: Labels | null): EventTimer
  /**
   * A view of this recorder for names under `<name>/`, with the same collector, listeners and configuration.
   * @throws TypeError `ERR_TALLYSTICK_NAME`
   * @example recorder.scope('connection').counter('opened')               // connection/opened
   */
  scope(name: string): Recorder
  /**
   * Calls `listener` synchronously at each event of a kind. What it throws goes to `'error'` listeners, not to the code that
   * records. A listener may record; those events are emitted too, up to a depth of 100.
   * @throws TypeError `ERR_TALLYSTICK_EVENT` | `ERR_TALLYSTICK_FUNCTION`
   */
  on<Kind extends keyof RecorderEvents>(kind: Kind, listener: (event: RecorderEvents[Kind]) => unknown): this
  /** Calls `listener` once, at the next event of a kind. */
  once<Kind extends keyof RecorderEvents>(kind: Kind, listener: (event: RecorderEvents[Kind]) => unknown): this
  /** Removes one registration of `listener`. A listener that was added twice is still called once. */
  off<Kind extends keyof RecorderEvents>(kind: Kind, listener: (event: RecorderEvents[Kind]) => unknown): this
  /** The same as {@link Recorder.on}. */
  addListener<Kind extends keyof RecorderEvents>(kind: Kind, listener: (event: RecorderEvents[Kind]) => unknown): this
  /** The same as {@link Recorder.off}. */
  removeListener<Kind extends keyof RecorderEvents>(
    kind: Kind,
    listener: (event: RecorderEvents[Kind]) => unknown,
  ): this
  /** Removes all listeners of a kind (default: all kinds), including the strategies of aggregators. */
  removeAllListeners(kind?: keyof RecorderEvents): this
  /** The number of listeners of a kind, including the strategies of aggregators. */
  listenerCount(kind: keyof RecorderEvents): number
  /**
   * Emits an event, for custom instruments. It is recorded as by the default instrument of its kind, and listeners receive this
   * very object. The name is the full name, even in a scope. In a timer's event, keys other than the name and times are tags. An
   * `'error'` event goes to `'error'` listeners and is not recorded.
   * @returns whether there are listeners
   * @throws TypeError | RangeError `ERR_TALLYSTICK_EVENT` | `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_VALUE` | `ERR_TALLYSTICK_LABELS`;
   * nothing is recorded or emitted
   * @example
   * recorder.emit('counter', { name: 'jobs_done', increment: 2, tags: { queue: 'mail' } })
   */
  emit<Kind extends keyof RecorderEvents>(kind: Kind, event: RecorderEvents[Kind]): boolean
}

/** The same as `new Recorder(config)`, but unknown options are ignored, as in metrix. */
export function createRecorder(config?: RecorderConfig | null): Recorder

/** Creates an instrument, with or without `new`. */
export interface InstrumentFactory<Instrument, Rest extends unknown[]> {
  (recorder: Recorder, name: string, ...rest: Rest): Instrument
  new (recorder: Recorder, name: string, ...rest: Rest): Instrument
  readonly prototype: Instrument
}

/** The default counter. `name` is the full name; the recorder, not the factory, adds the initial value. */
export const DefaultCounter: InstrumentFactory<EventCounter, [initialValue?: number | null, tags?: Labels | null]>
/** A counter whose events have a `timestamp`. */
export const PreciseCounter: InstrumentFactory<EventCounter, [initialValue?: number | null, tags?: Labels | null]>
/** The default gauge. */
export const DefaultGauge: InstrumentFactory<EventGauge, [initialValue?: number | null, tags?: Labels | null]>
/** A gauge with a histogram of its values, `<name>/histogram`, where negative values count as 0. */
export const PreciseGauge: InstrumentFactory<EventGauge, [initialValue?: number | null, tags?: Labels | null]>
/** The default histogram. */
export const DefaultHistogram: InstrumentFactory<EventHistogram, [tags?: Labels | null]>
/** The default timer, in milliseconds. */
export const DefaultTimer: InstrumentFactory<EventTimer, [tags?: Labels | null]>
/** A timer that ignores all tags. */
export const NoTagTimer: InstrumentFactory<EventTimer, [tags?: Labels | null]>

/** Records and emits nothing. A factory returns it itself: `counter: () => NullCounter`. */
export const NullCounter: EventCounter
/** Records and emits nothing. */
export const NullGauge: EventGauge
/** Records and emits nothing. */
export const NullHistogram: EventHistogram
/** Records and emits nothing; `time` still calls the function. */
export const NullTimer: EventTimer

/**
 * A distribution in a report: `min`, `max`, one key for each quantile (`p50`, `p99.9`), and `overflow`, the number of values beyond
 * the range, if any.
 */
export interface DistributionReport {
  min: number
  max: number
  overflow?: number
  [quantile: `p${number}`]: number
}

/**
 * The report of an aggregator, by name. It sums over tags and excludes removed series. `histograms` holds histograms, in their own
 * unit, and timers, in milliseconds; a histogram and a timer with the same name share one entry. Values that your functions put
 * into the aggregator's objects are included.
 */
export interface Report<Counters = number, Histograms = DistributionReport, Gauges = number> {
  counters: Record<string, Counters>
  gauges: Record<string, Gauges>
  histograms: Record<string, Histograms>
}

/**
 * Aggregates one kind of events, in place of the default. The objects belong to the aggregator: what you put there appears in its
 * reports, through its `snapshot()` if it has one. They have no prototype, so any name is safe. `clear()` replaces counters and
 * histograms by new, empty objects. A number in `counters` is added to the default count of that name; any other value replaces it.
 */
export type Strategy<Event> = (
  event: Event,
  histograms: Record<string, any>,
  counters: Record<string, any>,
  gauges: Record<string, any>,
) => unknown

/**
 * Computes counters from the other values of a report, which are objects without a prototype. Returns alternating names and values,
 * or nothing (also `false`, `0` and `''`, as in `condition && [name, value]`).
 * @example
 * (counters) => ['connections/current', counters['connections/add'] - counters['connections/remove']]
 */
export type Composite = (
  counters: Record<string, any>,
  histograms: Record<string, any>,
  gauges: Record<string, any>,
) => readonly unknown[] | null | undefined | false | 0 | ''

/** Options of an aggregator. Kinds without a function are aggregated by default, at no cost for each event. */
export interface AggregatorConfig {
  readonly counter?: Strategy<CounterEvent> | null
  readonly gauge?: Strategy<GaugeEvent> | null
  readonly histogram?: Strategy<HistogramEvent> | null
  readonly timer?: Strategy<TimerEvent> | null
  /** Called in order at each report; later ones see the results of earlier ones. */
  readonly composites?: Composite | readonly Composite[] | null
  /** The quantiles of histograms and timers: 1 to 1000 numbers from 0 to 1, in any order. Default 0.5, 0.9 and 0.99. */
  readonly quantiles?: readonly number[] | null
}

/**
 * Reports what was recorded in all threads since it was created or cleared. Aggregators do not affect each other.
 *
 * If the recorder created its own collector, the report includes everything in it, also from recorders of other threads. If the
 * collector was passed to the recorder, the report includes the names that this recorder and its scopes have created.
 *
 * A recorder holds its aggregators with functions until they are closed; others can be garbage-collected.
 * @example
 * const aggregator = new Aggregator(recorder)
 * recorder.counter('jobs_done', 2)
 * aggregator.report().counters                                            // { jobs_done: 2 }
 */
export class Aggregator {
  /** @throws TypeError | RangeError `ERR_TALLYSTICK_RECORDER` | `ERR_TALLYSTICK_OPTIONS` | `ERR_TALLYSTICK_FUNCTION` */
  constructor(recorder: Recorder, config?: AggregatorConfig | null)
  /**
   * Returns a report. It does not clear anything.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_COMPOSITE`, and whatever composites and `snapshot()`s throw
   */
  report<Counters = number, Histograms = DistributionReport, Gauges = number>(): Report<Counters, Histograms, Gauges>
  /**
   * The same, and clears counters and histograms at exactly the reported values: what other threads record meanwhile is in the next
   * report.
   * @throws as {@link Aggregator.report}; the values are cleared all the same
   */
  reportAndClear<Counters = number, Histograms = DistributionReport, Gauges = number>(): Report<
    Counters,
    Histograms,
    Gauges
  >
  /** Resets counters and histograms. Gauges are state and are not reset. */
  clear(): void
  /** Resets counters only. */
  clearCounters(): void
  /** Resets histograms and timers only. */
  clearHistograms(): void
  /** Hides all gauges from this aggregator's reports until they are set again (by another thread: to a different value). */
  clearGauges(): void
  /** Closes the aggregator: its functions are no longer called, its recorder releases it, and its reports are empty. */
  close(): void
}

/** The same as `new Aggregator(recorder, config)`, but unknown options are ignored, as in metrix. */
export function createAggregator(recorder: Recorder, config?: AggregatorConfig | null): Aggregator

/** Matching configurations of a recorder and an aggregator. */
export interface ConfigPair {
  readonly recorder: RecorderConfig
  readonly aggregator: AggregatorConfig
}

/** The default strategy of each kind, to call from your own strategies. */
export interface DefaultStrategies {
  /** Adds the increment to `counters[name]`. */
  readonly counter: Strategy<CounterEvent>
  /** Sets `gauges[name]`. */
  readonly gauge: Strategy<GaugeEvent>
  /** Adds the value to `histograms[name]`, a {@link BucketedHistogram} within 1 % with p50, p90, p99 and p99.9. */
  readonly histogram: Strategy<HistogramEvent>
  /** Adds the milliseconds from `startTs` to `stopTs` to `histograms[name]`, as `histogram` does. */
  readonly timer: Strategy<TimerEvent>
}

/** Ready-made pairs: `new Recorder(config.PRECISE.recorder)`, `new Aggregator(recorder, config.PRECISE.aggregator)`. */
export const config: {
  /**
   * The configuration that is used if none is passed. An aggregator with exactly these strategies makes its reports in Rust, as
   * without any.
   * @example
   * timer(event, histograms, counters, gauges) {
   *   if (event.url !== '/health') config.DEFAULT.aggregator.timer(event, histograms, counters, gauges)
   * }
   */
  readonly DEFAULT: { readonly recorder: RecorderConfig; readonly aggregator: AggregatorConfig & DefaultStrategies }
  /** Within 0.1 %, six quantiles up to 0.9999, {@link PreciseCounter} and {@link PreciseGauge}. */
  readonly PRECISE: ConfigPair
  /** Records and reports nothing. */
  readonly DISABLE: { readonly recorder: RecorderConfig; readonly aggregator: AggregatorConfig & DefaultStrategies }
}

/** Factories of counters, under metrix' names. */
export const counter: {
  readonly createDefault: (
    recorder: Recorder,
    name: string,
    initialValue?: number | null,
    tags?: Labels | null,
  ) => EventCounter
  readonly createDisable: (...ignored: unknown[]) => EventCounter
  readonly createPrecise: (
    recorder: Recorder,
    name: string,
    initialValue?: number | null,
    tags?: Labels | null,
  ) => EventCounter
}

/** Factories of gauges, under metrix' names. */
export const gauge: {
  readonly createDefault: (
    recorder: Recorder,
    name: string,
    initialValue?: number | null,
    tags?: Labels | null,
  ) => EventGauge
  readonly createDisable: (...ignored: unknown[]) => EventGauge
  readonly createPrecise: (
    recorder: Recorder,
    name: string,
    initialValue?: number | null,
    tags?: Labels | null,
  ) => EventGauge
}

/**
 * Factories of histograms, under metrix' names: two for a recorder, and two for histogram objects, which ignore unknown options.
 */
export const histogram: {
  readonly createBucketHistogram: (options?: BucketedHistogramOptions | null) => BucketedHistogram
  readonly createDefault: (recorder: Recorder, name: string, tags?: Labels | null) => EventHistogram
  readonly createDisable: (...ignored: unknown[]) => EventHistogram
  readonly createStreamingHistogram: (options?: FrugalHistogramOptions | null) => FrugalHistogram
}

/** Factories of timers, under metrix' names. */
export const timer: {
  readonly createDefault: (recorder: Recorder, name: string, tags?: Labels | null) => EventTimer
  readonly createDisable: (...ignored: unknown[]) => EventTimer
  readonly createNoTags: (recorder: Recorder, name: string, tags?: Labels | null) => EventTimer
}

/** Ready-made recorders. */
export const recorder: {
  /** A shared `new Recorder(config.DISABLE.recorder)`. */
  readonly DISABLE: Recorder
}

// ---------------------------------------------------------------- stats log

/** Options of {@link logStats}. An invalid value is a TypeError or RangeError `ERR_TALLYSTICK_OPTIONS`. */
export interface LogStatsOptions {
  /** Milliseconds between lines: 1 to 2^31 − 1. Default 1000. */
  readonly interval?: number
  /** The collector to log. Default: {@link Collector.default}. */
  readonly collector?: Collector
  /**
   * Called for each line: `name=value` for a counter or gauge, `name count=… mean=… p99=… max=…` for a distribution. Default
   * `console.log`.
   */
  readonly log?: (line: string) => void
}

/**
 * Prints the activity of each interval: one line for each series, sorted, with times in milliseconds. It uses its own window; the
 * first interval includes everything recorded before. Its timer does not keep the process alive.
 * @returns a function that stops it
 * @example
 * const stop = logStats({ interval: 5000, log: (line) => logger.info(line) })
 */
export function logStats(options?: LogStatsOptions): () => void

// ---------------------------------------------------------------- pushing

/** What pushes metrics. It does not keep the process alive. */
export interface Push {
  /**
   * Pushes what was recorded so far, with retries. Call it before a short job ends with `process.exit()`.
   * @throws Error `ERR_TALLYSTICK_PUSH` (as a rejection) if it was not delivered
   */
  flush(): Promise<void>
  /** Ends pushing, and aborts a push that is under way. Afterwards, `flush()` does nothing. */
  stop(): void
}

/** Options of {@link pushOtlp}. An invalid value is a TypeError or RangeError `ERR_TALLYSTICK_OPTIONS`. */
export interface PushOtlpOptions {
  /**
   * The receiver, by http or https. Without a path it means `/v1/metrics`. Default: `OTEL_EXPORTER_OTLP_METRICS_ENDPOINT`, or
   * `OTEL_EXPORTER_OTLP_ENDPOINT` with `/v1/metrics`, or `http://localhost:4318/v1/metrics`.
   */
  readonly url?: string | URL
  /** Further headers, such as `authorization`; beside those of `OTEL_EXPORTER_OTLP_HEADERS`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds between pushes. Default `OTEL_METRIC_EXPORT_INTERVAL`, or 60,000. */
  readonly interval?: number
  /** The most milliseconds for a push with all its retries. Default `OTEL_EXPORTER_OTLP_TIMEOUT`, or 10,000. */
  readonly timeout?: number
  /**
   * Attributes of the resource, or a `Resource` of OpenTelemetry's SDK; beside those of `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_SERVICE_NAME`
   * and a random `service.instance.id` of this process.
   */
  readonly resource?: Readonly<Record<string, unknown>>
  /** Default `OTEL_EXPORTER_OTLP_COMPRESSION`, or `gzip`. */
  readonly compression?: 'gzip' | 'none'
  /** How timings are sent: as exponential histograms, or in the buckets that Prometheus gets. Default `exponential`. */
  readonly timings?: 'exponential' | 'explicit'
  /** The collector to push. Default: {@link Collector.default}. */
  readonly collector?: Collector
}

/**
 * Pushes all metrics of a collector, of all threads, to an OpenTelemetry receiver: OTLP over HTTP, in protobuf, with cumulative
 * values. Pushes at intervals, when the process has nothing left to do, and on demand.
 *
 * After 429, 502, 503, 504 and failed connections it tries again with exponential waits, or when `Retry-After` says. A push that fails
 * is a warning `TALLYSTICK_PUSH`, once until the next success, and so is what the receiver rejects. Nothing is queued: the next push
 * has all values, so that a failed one loses only its moment.
 * @example
 * const push = pushOtlp({ url: 'http://collector:4318', resource: { 'service.name': 'shop' } })
 * await push.flush()
 */
export function pushOtlp(options?: PushOtlpOptions): Push

/** Options of {@link pushGateway}. An invalid value is a TypeError or RangeError `ERR_TALLYSTICK_OPTIONS`. */
export interface PushGatewayOptions {
  /** The address of the Pushgateway, by http or https. */
  readonly url: string | URL
  /** The label `job` of all metrics. */
  readonly job: string
  /** Further labels by which the gateway groups metrics, such as `instance`. */
  readonly groupings?: Labels
  /** Further headers, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds between pushes. Default 60,000. */
  readonly interval?: number
  /** The most milliseconds for a push with all its retries. Default 10,000. */
  readonly timeout?: number
  /** `PUT` replaces all metrics of the group, `POST` only those of the same names. Default `PUT`. */
  readonly method?: 'PUT' | 'POST'
  /** The collector to push. Default: {@link Collector.default}. */
  readonly collector?: Collector
}

/** What pushes to a Pushgateway. */
export interface PushToGateway extends Push {
  /** Removes the group's metrics from the gateway. Rejects as {@link Push.flush} does. */
  remove(): Promise<void>
}

/**
 * Pushes all metrics of a collector to a Prometheus Pushgateway, at intervals, when the process has nothing left to do, and on demand.
 * It tries again as {@link pushOtlp} does.
 * @example
 * const push = pushGateway({ url: 'http://gateway:9091', job: 'backup', groupings: { instance: 'eu-1' } })
 * await push.flush()
 */
export function pushGateway(options: PushGatewayOptions): PushToGateway

// ---------------------------------------------------------------- HTTP

/** Options of {@link instrument}. An invalid value is a TypeError or RangeError `ERR_TALLYSTICK_OPTIONS`. */
export interface InstrumentHttpOptions {
  /** The collector to record into. Default: {@link Collector.default}. */
  readonly collector?: Collector
  /** Whether to measure servers. Default `true`. */
  readonly server?: boolean
  /** Whether to measure clients. Default `true`. */
  readonly client?: boolean
  /**
   * Servers to listen to: in Bun, each server of `node:http`, because Bun publishes nothing about them. Node.js needs none. Pass them
   * once they have their listeners.
   */
  readonly servers?: readonly HttpServerLike[]
  /**
   * Upper bounds of the durations' buckets in the exposition, in **milliseconds**. Default: 5 ms to 10 s, as OpenTelemetry
   * recommends.
   */
  readonly buckets?: readonly number[]
}

/** A server of `node:http`, `node:https` or `node:http2`. */
export interface HttpServerLike {
  prependListener(event: string, listener: (...args: any[]) => void): unknown
}

/**
 * Measures the HTTP requests of this thread, by OpenTelemetry's semantic conventions and without replacing any function:
 *
 * - `http.server.request.duration`, `http.server.active_requests`, `http.server.request.body.size` and
 *   `http.server.response.body.size` of servers of `node:http`, `node:https` and `node:http2`;
 * - `http.server.stream.duration` of server-sent events, WebSockets and other upgrades, which are not in the durations of requests;
 * - `http.client.request.duration` of `fetch`, undici, `node:http` and `node:https`.
 *
 * Call it before the application creates its servers. Started twice for one collector, it measures once, until both are stopped.
 * See the guide docs/http-metrics.md for attributes, routes, and what Bun has of this.
 * @returns a function that stops it; what was recorded stays
 * @example
 * const stop = instrument()
 */
export function instrument(options?: InstrumentHttpOptions): () => void

/**
 * `Bun.serve` with the metrics of {@link instrument}: for `fetch`, for handlers in `routes`, whose patterns are the route, and for
 * WebSockets. Static responses in `routes` are not measured, because Bun answers them by itself.
 * @throws TypeError `ERR_TALLYSTICK_FUNCTION` in other runtimes
 * @example
 * serve({ routes: { '/users/:id': (request) => Response.json(find(request.params.id)) } })
 */
export function serve<Server = any, Options extends object = any>(
  options: Options,
  own?: Pick<InstrumentHttpOptions, 'collector' | 'buckets'>,
): Server

/**
 * States the route of a request, for frameworks that {@link instrument} does not know. Call it at any time before the response ends.
 * @param request of `node:http` or `node:http2`, a stream of `node:http2`, or a `Request` of `Bun.serve`
 * @param route a pattern as `/users/:id`, never a path; `undefined` if none matched. Beyond 1,000 routes, others count as `_OTHER`
 * @throws TypeError `ERR_TALLYSTICK_REQUEST` if `request` is not an object
 */
export function setHttpRoute(request: object, route: string | undefined): void

/**
 * A middleware of Hono that states the routes of requests, in Node.js with `@hono/node-server`, and in Bun with {@link serve}. Use it
 * before all others.
 * @example app.use(honoRoutes())
 */
export function honoRoutes(): (context: any, next: () => Promise<void>) => Promise<void>

/**
 * A middleware of Koa that states the routes of `@koa/router`. Use it before all others.
 * @example app.use(koaRoutes())
 */
export function koaRoutes(): (context: any, next: () => Promise<any>) => Promise<void>
// ---------------------------------------------------------------- default metrics

/** Options of {@link collectDefaultMetrics}. An invalid value is a TypeError or RangeError `ERR_TALLYSTICK_OPTIONS`. */
export interface DefaultMetricsOptions {
  /** The collector to record into. Default: {@link Collector.default}. */
  readonly collector?: Collector
  /** Before all names. Default: nothing. */
  readonly prefix?: string
  /** Labels of all series. Invalid ones are a TypeError `ERR_TALLYSTICK_LABELS`. */
  readonly labels?: Labels
  /**
   * Milliseconds between two beats of each event loop: 1 to 2^31 − 1, rounded up. Default 500. An idle event loop wakes up for each
   * beat, which takes almost all of the processor time that default metrics cost.
   */
  readonly eventLoopMonitoringPrecision?: number
  /** Upper bounds of `nodejs_gc_duration_seconds`, in seconds, ascending. Default `[0.001, 0.01, 0.1, 1, 2, 5]`. */
  readonly gcDurationBuckets?: readonly number[]
  /**
   * Whether all threads that load this package are measured: those that run now and those that start later. The series of a worker
   * have the label `thread`, its `threadId`; those of the main thread have none. False measures the calling thread only, without
   * that label. Default true.
   */
  readonly threads?: boolean
}

/**
 * Measures the process and its runtime: processor time, memory, file descriptors, heaps, garbage collections, event loops. Names,
 * types, labels and help are those of prom-client's default metrics; docs/default-metrics.md lists them, and which ones Bun has.
 *
 * The numbers of the process are read from the operating system when the collector is read. The lag of an event loop is determined
 * then, too: that of a thread in an endless loop grows.
 *
 * A second call with the same collector and prefix shares what the first one started, until both are stopped; with other options it
 * throws a TypeError `ERR_TALLYSTICK_CONFLICT`.
 * @returns a function that stops it, and removes all its series. Nothing keeps the process alive. What a worker has started stops when
 * the worker ends.
 * @example
 * const stop = collectDefaultMetrics({ labels: { app: 'shop' } })
 */
export function collectDefaultMetrics(options?: DefaultMetricsOptions): () => void

// ---------------------------------------------------------------- pools

export * from './pool'
