/**
 * Tallystick: in-process metrics for Node.js and Bun.
 *
 * Recording writes one number into memory that Rust owns and never calls Rust after a series' first use;
 * reading (snapshots, quantiles, the Prometheus exposition) is Rust's and sees every thread of the process.
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
 * Label names to values. Values go through `String()` (`200` and `'200'` are the same series); `null`, `undefined` and
 * the empty string mean that the label is absent. Lone surrogates in names and values become U+FFFD.
 */
export type Labels<Names extends string = string> =
  | { readonly [Name in Names]?: LabelValue }
  | (string extends Names ? AnyLabels : never)

/** An object of an interface or a class of yours, whose labels TypeScript cannot list; no list, `Map`, date, function or promise. */
type AnyLabels = object & {
  readonly [Symbol.iterator]?: never
  readonly [Symbol.toPrimitive]?: never
  readonly [Symbol.hasInstance]?: never
  readonly then?: never
}

/** Labels as events and factories get them, to be read: `tags?.url`. */
export type EventTags = { readonly [name: string]: LabelValue }

/** What a label may hold. Objects go through `String()`; one whose `toString` throws is a TypeError. */
export type LabelValue = string | number | boolean | bigint | null | undefined | { toString(): string }

/**
 * The stable `code` of every error that a call of yours can cause. Errors are `TypeError`s (a wrong type, a missing function,
 * contradicting options) or `RangeError`s (a number outside its range, an unknown collector).
 */
export type ErrorCode =
  /** A name that is not a non-empty string. */
  | 'ERR_TALLYSTICK_NAME'
  /** A value that is not a number (TypeError), or is NaN, infinite, or negative where it may not be (RangeError). */
  | 'ERR_TALLYSTICK_VALUE'
  /** Labels that are no plain object, a name outside the declared `labelNames`, a value without a string form. */
  | 'ERR_TALLYSTICK_LABELS'
  /** An option of the wrong type or range, or of an unknown name; options that are a list, a `Map`, a promise and the like. */
  | 'ERR_TALLYSTICK_OPTIONS'
  /** Options that contradict those that the family was first made with, or was used with. */
  | 'ERR_TALLYSTICK_CONFLICT'
  /** An argument that must be a function and is none. */
  | 'ERR_TALLYSTICK_FUNCTION'
  /** What must be a recorder and is none. */
  | 'ERR_TALLYSTICK_RECORDER'
  /** An id that a timer's `start()` did not give. */
  | 'ERR_TALLYSTICK_TIMER'
  /** An event of an unknown name (TypeError); functions that hear events and record what they hear, without end (RangeError). */
  | 'ERR_TALLYSTICK_EVENT'
  /** A composite that returned no names and values (TypeError); one that asks for the report that it is part of (RangeError). */
  | 'ERR_TALLYSTICK_COMPOSITE'
  /** An unknown collector id, or a module that finds no collector. */
  | 'ERR_TALLYSTICK_COLLECTOR'
  /** A module name that is not registered, or taken; a loader that is no function; a registry that is none; an optional peer that is not installed. */
  | 'ERR_TALLYSTICK_MODULE'
  /** What `handle` or `fetch` was called with is no request, or no response. */
  | 'ERR_TALLYSTICK_REQUEST'
  /** Too many different readings wait for the reader thread. Read again later. */
  | 'ERR_TALLYSTICK_BUSY'
  /** Histogram objects that cannot be merged: of another kind or division, or frugal. */
  | 'ERR_TALLYSTICK_MERGE'
  /** What is no encoded HdrHistogram, or a corrupt one. */
  | 'ERR_TALLYSTICK_ENCODING'
  /** A snapshot that is longer than a string may be: `json()` gives bytes. Nothing was reset. */
  | 'ERR_TALLYSTICK_SIZE'
  /** No binary for this platform, or a runtime without external memory. */
  | 'ERR_TALLYSTICK_BINARY'
  /** A pool that is neither a plain source nor one that is recognised; its state asked for before there is one, or not to be read. */
  | 'ERR_TALLYSTICK_POOL'

// ---------------------------------------------------------------- instruments

/** What every instrument may be made with. */
export interface InstrumentOptions<Names extends string = string> {
  /** A non-empty string of any characters; `.` and `/` are usual. */
  readonly name: string
  /** One sentence for `# HELP`. The latest one given is shown; a different one is not a contradiction. */
  readonly help?: string
  /**
   * The unit of the values, as a word (`bytes`, `seconds`) or as UCUM and OpenTelemetry abbreviate it (`By`, `s`, `ms`, `By/s`,
   * `{request}`, `1`). Its words end the Prometheus name, once: `By` as `_bytes`, `By/s` as `_bytes_per_second`, `1` as `_ratio` of
   * a gauge, `{request}` not at all. Values stay as they are. Timings have none: they are in seconds there.
   */
  readonly unit?: string
  /**
   * The label names, declared: others are then rejected, by the types (give them `as const`) and at the call.
   * Without this, any label names may be used. (Inline arrays need no `as const`.)
   */
  readonly labelNames?: readonly Names[]
}

/** {@link Metrics.counter} */
export interface CounterOptions<Names extends string = string> extends InstrumentOptions<Names> {}

/** How the threads' values of one gauge become one: their sum, the smallest, the largest, or the one set last. */
export type GaugeMerge = 'sum' | 'min' | 'max' | 'last'

/** {@link Metrics.gauge} */
export interface GaugeOptions<Names extends string = string> extends InstrumentOptions<Names> {
  /** How the threads' values become one. Default `'sum'`. */
  readonly merge?: GaugeMerge
}

/** Significant digits, as in HdrHistogram. Cells for each power of two: 1 → 16 (6.3 % at most), 2 → 128 (0.8 %), 3 → 1024 (0.1 %). */
export type Precision = 1 | 2 | 3

/** {@link Metrics.timing} */
export interface TimingOptions<Names extends string = string> extends Omit<InstrumentOptions<Names>, 'unit'> {
  /** Default 2 without labels, 1 with labels. After the first use, only the one that all series so far have may be asked for. */
  readonly precision?: Precision
  /**
   * Upper bounds in **milliseconds**, ascending, of the buckets in the Prometheus exposition, which are projected from the fine
   * cells at scrape time. Default 1 ms to 10 s in a 1-2.5-5 series.
   */
  readonly buckets?: readonly number[]
}

/** {@link Metrics.histogram} */
export interface HistogramOptions<Names extends string = string> extends InstrumentOptions<Names> {
  /** As for timings. Has no effect together with `buckets`. */
  readonly precision?: Precision
  /** Upper bounds, ascending, in the values' own unit: one exact count each, instead of log-linear cells. */
  readonly buckets?: readonly number[]
}

/** Counts up, and down: `value = ups − downs`. Exposed as `<name>_total` (the ups, for ever monotonic). */
export interface Counter<Names extends string = string> {
  readonly name: string
  /**
   * Adds `delta`. `undefined` and `null` are 1, 0 makes the series visible, a negative delta counts down. Labels are given to
   * {@link Counter.labels}; a second argument is a TypeError `ERR_TALLYSTICK_LABELS`.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` for no number, NaN or an infinite one; nothing is recorded.
   */
  inc(delta?: number | null): void
  /**
   * The bound series with these labels, visible at 0 from this call. Keep it where it is used often: it costs what an unlabelled
   * counter costs.
   */
  labels(labels: Labels<Names>): BoundCounter
  /**
   * Takes the series with these labels out of every reading. A handle that records again revives it, from 0; where there is none,
   * its memory is freed while the event loop turns and the runtime collects garbage, so labels may come and go for ever.
   * @returns whether there was such a series
   */
  remove(labels?: Labels<Names>): boolean
  /** The current value over all threads; `undefined` when nothing has this series. */
  value(): number | undefined
}

/** A number that goes up and down; unset until its first use. Threads are merged by `merge`; a worker's value ends with the worker. */
export interface Gauge<Names extends string = string> {
  readonly name: string
  /**
   * Sets the gauge. Labels are given to {@link Gauge.labels}; a second argument is a TypeError `ERR_TALLYSTICK_LABELS`.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` for no number, NaN or an infinite one.
   */
  set(value: number): void
  /** Adds `delta` (default 1); an unset gauge starts at 0. */
  inc(delta?: number | null): void
  /** Subtracts `delta` (default 1); an unset gauge starts at 0. */
  dec(delta?: number | null): void
  labels(labels: Labels<Names>): BoundGauge
  remove(labels?: Labels<Names>): boolean
  /** The merged value of the live threads; `undefined` while unset. */
  value(): number | undefined
}

/** A distribution of durations in log-linear cells of whole nanoseconds, up to 2^53 − 1 ns (104 days). */
export interface Timing<Names extends string = string> {
  readonly name: string
  /**
   * Records a duration in milliseconds. A negative one counts as 0, one beyond the range counts in the last cell.
   * Labels are given to {@link Timing.labels}; a second argument is a TypeError `ERR_TALLYSTICK_LABELS`.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE`
   */
  observeMillis(milliseconds: number): void
  /** The same in nanoseconds, as a number or a bigint (`process.hrtime.bigint()` differences). */
  observeNanos(nanoseconds: number | bigint): void
  /**
   * Runs `fn`, records how long it took, also when it throws, and returns its result; errors pass through. A native promise
   * is awaited and recorded when it settles (the derived promise is returned); another thenable is returned untouched.
   * @param labels labels to record it under, or a function that makes them of the result. That is called when `fn` has ended, with
   * `(undefined, error)` where it failed. If it throws, or its labels are wrong, the duration is recorded without labels, and a
   * process warning (`TALLYSTICK_LABELS`) says why, once for each timing.
   * @throws TypeError `ERR_TALLYSTICK_FUNCTION`, or `ERR_TALLYSTICK_LABELS` for wrong labels: `fn` is not called then
   * @example
   * await duration.time(() => fetch(url), (response) => ({ status: response?.status ?? 'failed' }))
   */
  time<T>(fn: () => T, labels?: Labels<Names> | LabelsAtEnd<T, Names> | null): T
  /**
   * Starts a timer. The function returned records the time since, at each call, and returns it in milliseconds. Labels may be given
   * at the start, at the end, or both: they are merged, and those at the end win.
   * @throws TypeError `ERR_TALLYSTICK_LABELS` for wrong labels, at the start as at the end; nothing is recorded then, and the
   * timer may be stopped again with right ones
   * @example
   * const stop = duration.start({ method: 'GET' })
   * stop({ route: '/users/:id', status: 200 })
   */
  start(labels?: Labels<Names> | null): (labels?: Labels<Names> | null) => number
  labels(labels: Labels<Names>): BoundTiming
  remove(labels?: Labels<Names>): boolean
  /** Statistics over all threads, in milliseconds; `undefined` before the first sample. */
  value(): TimingStats | undefined
}

/** Makes labels of what a function returned, or its promise's value, or of its error: then the result is undefined. */
export type LabelsAtEnd<T, Names extends string = string> = (
  result: Awaited<T> | undefined,
  error?: unknown,
) => Labels<Names> | null | undefined

/** A distribution of any non-negative values (with `buckets`: of any values). In Prometheus a summary, with `buckets` a histogram. */
export interface Histogram<Names extends string = string> {
  readonly name: string
  /**
   * Records a value, in any unit. Without `buckets` a value below 2^-64 counts in the first cell, one from 2^64 in the last.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE`, also for a negative value without `buckets`
   */
  observe(value: number): void
  labels(labels: Labels<Names>): BoundHistogram
  remove(labels?: Labels<Names>): boolean
  /** Statistics over all threads; `undefined` before the first sample. */
  value(): HistogramStats | undefined
}

/** A series with its labels: the same kind of instrument, without `labels()`. */
export type BoundCounter = Omit<Counter<never>, 'labels' | 'remove'>
export type BoundGauge = Omit<Gauge<never>, 'labels' | 'remove'>
export interface BoundTiming extends Omit<Timing<never>, 'labels' | 'remove' | 'time' | 'start'> {
  /** {@link Timing.time}; it has its labels already. */
  time<T>(fn: () => T): T
  /** {@link Timing.start}; it has its labels already. */
  start(): () => number
}
export type BoundHistogram = Omit<Histogram<never>, 'labels' | 'remove'>

// ---------------------------------------------------------------- histogram objects

/**
 * What a histogram object tells: `{}` without a value; else min and max, exact, and a quantile under the name of its
 * percentage (0.5 is `p50`, 0.999 `p99.9`), in the unit of the values.
 */
export interface HistogramSnapshot {
  min?: number
  max?: number
  /** How many values were beyond the `max` of a BucketedHistogram; absent when there was none. */
  overflow?: number
  [quantile: `p${number}`]: number
}

/**
 * A histogram as an object of one's own, of one thread and known to no collector: what BucketedHistogram, FrugalHistogram and
 * HdrHistogram have in common, so that an aggregator can use any of them. Adding never calls Rust.
 */
export interface HistogramObject {
  /** How many values, those that overflowed too. */
  readonly count: number
  /**
   * Adds a value.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` for no number, NaN, an infinite or (but for FrugalHistogram) a
   * negative one; nothing is added then.
   */
  add(value: number): void
  snapshot(): HistogramSnapshot
  /** Begins anew. */
  clear(): void
}

/** {@link BucketedHistogram} */
export interface BucketedHistogramOptions {
  /** The largest value that is told apart, in the unit of the values; larger ones are `overflow`. Default 3,600,000 (an hour of milliseconds). */
  readonly max?: number | null
  /** The largest relative error of a quantile, from 0.000001 up and below 1. Default 0.005. Halved, a power of two takes twice the memory. */
  readonly error?: number | null
  /** Default `[0.5, 0.9, 0.99]`; in any order, 1 to 1000 numbers from 0 to 1. */
  readonly quantiles?: readonly number[] | null
}

/**
 * Any quantile within `error` of the true one, and between min and max, whatever the values: also below 1 (down to 2^-64).
 * Memory comes with the powers of two that occur: at the default error 1 kB each.
 * @example
 * const latency = new BucketedHistogram({ max: 60_000, error: 0.02, quantiles: [0.5, 0.999] })
 * latency.add(12.5)
 * latency.snapshot()                                                      // { min: 12.5, max: 12.5, p50: 12.5, 'p99.9': 12.5 }
 */
export class BucketedHistogram implements HistogramObject {
  /** @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS` */
  constructor(options?: BucketedHistogramOptions | null)
  readonly count: number
  /** A value beyond `max` counts as overflow, and for `count` and the snapshot's `max`; a quantile among those is `max` of the options, that of the largest value itself. */
  add(value: number): void
  snapshot(): HistogramSnapshot
  clear(): void
  /** Adds another one's values. @throws TypeError `ERR_TALLYSTICK_MERGE` unless it has the same `max` and `error` */
  merge(other: BucketedHistogram): void
}

/** {@link FrugalHistogram} */
export interface FrugalHistogramOptions {
  /** As for {@link BucketedHistogramOptions.quantiles}. */
  readonly quantiles?: readonly number[] | null
  /** How far an estimate goes at first, in the unit of the values. Default 1: values should be many times that. */
  readonly step?: number
  /** Where the random numbers begin, a whole number from 1 to 4294967295: the same seed and values give the same estimates. Default: any. */
  readonly seed?: number
  /** Has no effect: a program may choose between this and {@link BucketedHistogram} with the same options. */
  readonly error?: unknown
  /** Has no effect, like `error`. */
  readonly max?: unknown
}

/**
 * Estimates of quantiles in 40 bytes each (Frugal-2U), which follow a distribution that changes; min and max are exact. How far
 * off they are is said in docs/histograms.md.
 * @example
 * const sizes = new FrugalHistogram({ quantiles: [0.5, 0.99], seed: 7 })
 */
export class FrugalHistogram implements HistogramObject {
  /** @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS` */
  constructor(options?: FrugalHistogramOptions | null)
  readonly count: number
  /** Any finite value, also a negative one. */
  add(value: number): void
  snapshot(): HistogramSnapshot
  /** Begins anew, with the same random numbers. */
  clear(): void
  /** @throws TypeError `ERR_TALLYSTICK_MERGE`: estimates are no counts */
  merge(other: unknown): never
}

/** FrugalHistogram under the name that metrix users know. */
export const StreamingHistogram: typeof FrugalHistogram
export type StreamingHistogram = FrugalHistogram

/** {@link HdrHistogram} */
export interface HdrHistogramOptions {
  /** Significant digits, as in other HdrHistograms; 4 cuts a power of two in 16,384 cells, 5 in 131,072. Default 2, as a timing has. */
  readonly precision?: Precision | 4 | 5
  /** Those of `snapshot()`, as for {@link BucketedHistogramOptions.quantiles}. */
  readonly quantiles?: readonly number[] | null
}

/**
 * A timing's own histogram as an object: whole numbers from 0 to 2^53 − 1, of a unit of one's own, in the cells of HdrHistogram.
 * Without a value, min, max, mean, stdev and quantiles are NaN.
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
   * Reads a V2 encoding of this or another HdrHistogram: base64 or bytes, compressed or not.
   * Values come back as the middles of their cells, min and max as the ends of the outer ones.
   * @throws TypeError `ERR_TALLYSTICK_ENCODING`
   */
  static decode(encoded: string | Uint8Array, options?: { readonly quantiles?: readonly number[] }): HdrHistogram
  /**
   * What one series of a timing (in nanoseconds) or histogram holds, over all threads: of the instrument itself it is the series
   * without labels, and empty where all have some; of `labels(…)` it is that labelled series.
   * @param options.scale what values are multiplied by before they are rounded; default 1 for timings, 1000 (three decimals) for
   * histograms
   * @throws TypeError `ERR_TALLYSTICK_VALUE` for anything else, and a histogram with `buckets`
   * @throws RangeError `ERR_TALLYSTICK_OPTIONS` where a value times `scale` is beyond 2^53 − 1
   */
  static from(
    instrument: Timing<never> | BoundTiming | Histogram<never> | BoundHistogram,
    options?: { readonly scale?: number; readonly quantiles?: readonly number[] },
  ): HdrHistogram
  readonly precision: Precision | 4 | 5
  readonly count: number
  /** The smallest value, exact unless decoded. */
  readonly min: number
  /** The largest value, exact unless decoded. */
  readonly max: number
  readonly mean: number
  /** Standard deviation of the values as a whole population. */
  readonly stdev: number
  /**
   * Records a value, its decimals cut off, `count` times (0: not at all).
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE`, also beyond 2^53 − 1
   */
  record(value: number, count?: number): void
  /** `record(value)` */
  add(value: number): void
  /**
   * Records a value, and those that a load generator which waited for it could not record: `value − expectedInterval`, and so
   * on down to `expectedInterval`, a whole number from 1 up.
   */
  recordCorrected(value: number, expectedInterval: number): void
  /** The largest value equivalent to that at the share `q` (0 to 1) of all, from below. @throws RangeError `ERR_TALLYSTICK_VALUE` */
  valueAt(q: number): number
  snapshot(): HistogramSnapshot
  clear(): void
  /** Adds another one's values. @throws TypeError `ERR_TALLYSTICK_MERGE` unless it is as precise as this one, or more */
  merge(other: HdrHistogram): void
  /**
   * The V2 compressed encoding in base64, which other HdrHistograms read.
   * @param options.scale what values are multiplied by before they are rounded (1e-3 writes microseconds of nanoseconds). Default 1.
   * @throws RangeError `ERR_TALLYSTICK_OPTIONS` where a value times `scale` is beyond 2^53 − 1; `ERR_TALLYSTICK_VALUE` where there are
   * more than 2^53 − 1 values
   */
  encode(options?: { readonly scale?: number }): string
}

// ---------------------------------------------------------------- readings

/** Statistics of a timing, in milliseconds. Quantiles are within the timing's precision; `min` and `max` exact (see {@link Window}). */
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
 * number (1.797e308) is told as that, `+Inf` in Prometheus, and the mean is then too near to 0.
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
  /** Only of a histogram made with `buckets`: `[upper bound, cumulative count]`; the count of all is `count`. */
  buckets?: [bound: number, count: number][]
}

/** One event of {@link Metrics.trace}. */
export interface TraceEvent {
  /** 1, 2, 3 … over all threads of a collector. */
  seq: number
  /** Wall clock, milliseconds since the epoch with a fraction. */
  time: number
  name: string
  fields: Record<string, string>
}

/**
 * A reading of a collector. Keys are sorted; a labelled series' key is `name{a="x",b="y"}`, labels sorted by name and escaped as
 * in Prometheus. Timings and histograms without a sample, and unset gauges, are absent. A gauge may be NaN or infinite;
 * {@link Metrics.json}, like `JSON.stringify`, has `null` for these.
 */
export interface Snapshot {
  counters: Record<string, number>
  gauges: Record<string, number>
  timings: Record<string, TimingStats>
  histograms: Record<string, HistogramStats>
  trace: TraceEvent[]
}

/**
 * What one reader has seen since it last reset. Windows do not disturb each other, nor the Prometheus exposition.
 * In a window after a reset, series without activity are absent, and a timing's min and max are as fine as its cells.
 */
export interface Window {
  /**
   * What was recorded since this window's last reset, or since the collector began.
   * @throws RangeError `ERR_TALLYSTICK_SIZE` where its text would be longer than a string may be (in Node.js 512 million
   * characters: some million series); {@link Metrics.json} gives bytes, which have no such limit.
   */
  snapshot(): Snapshot
  /** The same, and begins anew with exactly what comes after it. Gauges are state and stay. After an error nothing is reset. */
  snapshotAndReset(): Snapshot
}

/** An exposition, ready to be sent. */
export interface Exposition {
  /** UTF-8 bytes. */
  body: Uint8Array
  /** `text/plain; version=0.0.4; charset=utf-8` */
  contentType: string
}

export interface PrometheusOptions {
  /** Upper bounds in **milliseconds**, ascending, of every timing that was not made with its own `buckets`. */
  readonly buckets?: readonly number[]
}

// ---------------------------------------------------------------- collectors

export interface CollectorOptions {
  /**
   * How many trace events are kept: 0 to 1,000,000. Default 500. With 0 none is kept and `seq` goes on. Together they take at most
   * 8 kB for each event of the limit (4 MB by default): where they are larger, fewer are kept, and the oldest leave first. A
   * single event takes at most 64 kB: a longer text in it is cut and ends in `…`, and fields beyond are left out.
   */
  readonly traceLimit?: number
  /**
   * Labels that every series of the exposition gets. A series' own label of the same name wins; a series without it goes
   * without where it would become equal to another.
   */
  readonly labels?: Labels
}

/** The families and series that are reported together, over all threads. */
export class Collector {
  constructor(options?: CollectorOptions)
  /** The process' collector, the same one in every thread. */
  static readonly default: Collector
  /**
   * The collector with this id, made in another thread (pass `collector.id` to it).
   * @throws RangeError `ERR_TALLYSTICK_COLLECTOR` for an unknown id: a collector lives while any thread holds it or an
   * instrument of it. A TypeError for an object, such as the collector itself.
   */
  static attach(id: number): Collector
  /** A positive integer, unique in the process. */
  readonly id: number
  /** A window of the caller's own. */
  window(): Window
  /**
   * Empties every reading, in all threads: totals, series and trace are gone, windows begin anew. Handles stay valid and
   * record from 0. For tests, in `beforeEach`.
   */
  clear(): void
}

// ---------------------------------------------------------------- metrics

/** Recording and reading one collector by plain functions: they may be destructured. */
export interface Metrics {
  /**
   * Adds to the counter of this name.
   * @param delta `undefined` and `null` are 1; 0 makes the series visible; negative counts down
   * @throws TypeError | RangeError; nothing is recorded then
   * @example metrics.inc('http.requests', 1, { method: 'GET', status: 200 })
   */
  inc(name: string, delta?: number | null, labels?: Labels): void
  /** Records a duration in milliseconds; a negative one counts as 0. */
  observeMillis(name: string, milliseconds: number, labels?: Labels): void
  /** Records a duration in nanoseconds, a number or a bigint; a negative one counts as 0. */
  observeNanos(name: string, nanoseconds: number | bigint, labels?: Labels): void
  /**
   * Runs `fn` and records its duration, also when it throws or rejects, under labels that are known before or only at the end:
   * see {@link Timing.time}.
   * @example metrics.time('http.request', () => answer(req), (answer) => ({ route: answer?.route }))
   */
  time<T>(name: string, fn: () => T, labels?: Labels | LabelsAtEnd<T> | null): T
  /** Counts 1, then runs `fn`; its result and errors pass through. */
  counted<T>(name: string, fn: () => T): T
  /** The wall clock: milliseconds since the epoch, with a fraction; monotonic within a process. */
  now(): number
  /** Keeps an event in the collector's ring. Field values become strings (`undefined` and `null` those words). */
  trace(name: string, fields?: Record<string, unknown> | null): void

  /** The counter of this name: the same series however often it is asked for. */
  counter<const Names extends string = string>(options: string | CounterOptions<Names>): Counter<Names>
  /** The gauge of this name. */
  gauge<const Names extends string = string>(options: string | GaugeOptions<Names>): Gauge<Names>
  /** The timing of this name. */
  timing<const Names extends string = string>(options: string | TimingOptions<Names>): Timing<Names>
  /** The histogram of this name. */
  histogram<const Names extends string = string>(options: string | HistogramOptions<Names>): Histogram<Names>

  /** Sets help and unit of every kind of this name, now and when it is first used. */
  describe(name: string, description: { help?: string; unit?: string }): void
  /** One current value over all threads: of the counter, else gauge, timing or histogram of this name. */
  value(name: string, labels?: Labels): number | TimingStats | HistogramStats | undefined

  /** The collector's common window, in every thread the same; see {@link Window.snapshot}. */
  snapshot(): Snapshot
  /** Reads the common window and begins it anew. */
  snapshotAndReset(): Snapshot
  /**
   * `snapshot()` as UTF-8 JSON, made by the reader thread: the event loop goes on. It holds all that was recorded before the call. A
   * gauge that is NaN or infinite is `null`, because JSON has no such numbers.
   *
   * Calls of a thread share a reading that has not begun, and its bytes: they stay as they are as long as you keep them. Do not
   * change or transfer them; change a copy (`bytes.slice()`).
   * @throws Error `ERR_TALLYSTICK_BUSY`, as a rejection, when 128 different readings of the process wait
   */
  json(): Promise<Uint8Array>
  /**
   * The Prometheus exposition of all threads, cumulative, made by the reader thread: the event loop goes on. A counter, timing or
   * histogram that was made without labels is there at 0 before its first use, so that `increase()` has its first recording; a
   * gauge once it is set, a labelled series once it is used.
   *
   * Calls with equal `buckets` share a reading and its `body`, as those of {@link Metrics.json} do; the routes have a body of their own.
   * @throws Error `ERR_TALLYSTICK_BUSY`, as a rejection, when 128 different readings of the process wait
   */
  prometheus(options?: PrometheusOptions): Promise<Exposition>
  /** The same, made while the caller waits: for scripts, tests and exit handlers. */
  prometheusSync(options?: PrometheusOptions): Exposition
  /**
   * A route: `http.createServer(metrics.handle)`. GET and HEAD are answered, other methods get 405. With Fastify it is
   * `metrics.handle(request.raw, reply.raw)`, after `reply.hijack()`. While too many readings wait it
   * answers 503 with `Retry-After`. Resolves when the answer is sent or the client gone. A response that was answered meanwhile, as
   * by a timeout, is left alone.
   *
   * Called with something else than a request and a response, it rejects with a TypeError `ERR_TALLYSTICK_REQUEST`; so does `fetch`.
   * Neither rejects with anything else.
   */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>
  /** A route for servers that speak Request and Response: `Bun.serve({ fetch: metrics.fetch })`. */
  fetch(request: Request): Promise<Response>

  readonly collector: Collector
}

/** The default collector's functions. */
export const metrics: Metrics

/** The same object for another collector. */
export function createMetrics(collector: Collector): Metrics

// ---------------------------------------------------------------- scenes

/** Why something happened, by its first letter: `T…` touch, `B…` button. */
export type ReasonCategory = 'unknown' | 'initial' | 'loop' | 'touch' | 'button' | 'other'

/** Metrics of one scene under `<prefix>.<suffix>`; an empty suffix is the prefix itself. */
export interface SceneMetrics {
  prefix(): string
  inc(suffix: string, delta?: number | null): void
  observeMillis(suffix: string, milliseconds: number): void
  /** Times `fn` under `<prefix>.<suffix>`; see {@link Timing.time}. */
  time<T>(suffix: string, fn: () => T): T
  /** Times `fn` under `<prefix>.tile.<name>`. */
  timeTile<T>(name: string, fn: () => T): T
  trace(suffix: string, fields?: Record<string, unknown> | null): void
  /** Counts `loopTicks`. */
  recordLoopTick(): void
  /** Counts `activations` and `activations.<category>`. */
  recordActivation(reason?: string | null): void
  /**
   * Counts `renderAll.calls`, `renderAll.reason.<category>` and `renderAll.reasonExact.<reason>` (an empty reason is
   * `unknown`); with `fn`, times it under `renderAll` and returns its result.
   * @throws TypeError `ERR_TALLYSTICK_FUNCTION` when `fn` is neither a function nor absent
   */
  recordRebuild(reason?: string | null): undefined
  recordRebuild<T>(reason: string | null | undefined, fn: () => T): T
  reasonCategory(reason?: string | null): ReasonCategory
}

export interface SceneMetricsFactory {
  /** @param prefix default `scene`, also when empty */
  create(prefix?: string | null): SceneMetrics
  reasonCategory(reason?: string | null): ReasonCategory
}

/** Scenes on the default collector. */
export const sceneMetrics: SceneMetricsFactory

/** Scenes on another collector. */
export function createSceneMetrics(collector: Collector): SceneMetricsFactory

// ---------------------------------------------------------------- modules under a prefix

/** Makes a module's exports, once for each registry. */
export type ModuleLoader = () => unknown

/** Names to modules, for hosts that run other people's scripts. */
export class ModuleRegistry {
  /**
   * The loader is called at the first `require`, once unless it throws.
   * @throws TypeError `ERR_TALLYSTICK_NAME` for a name that is no string, `ERR_TALLYSTICK_MODULE` for a loader that is no function
   * @throws Error `ERR_TALLYSTICK_MODULE` for a name that is registered, or installed by another registry
   */
  register(name: string, loader: ModuleLoader): void
  /**
   * A bound `require` to hand to a `node:vm` context or a plugin sandbox.
   * @throws Error `ERR_TALLYSTICK_MODULE` for a name that was not registered
   */
  readonly require: (name: string) => any
  /**
   * From now on `require(name)` and `import(name)` of this thread find the modules registered so far and later. Not in Jest, which
   * has a resolver of its own; in Node before 22.15 not from an ES module that was itself `require`d, and before 20.6 with
   * `require` only.
   * @throws Error `ERR_TALLYSTICK_MODULE` for a name that another registry has installed, or that is a built-in or relative one
   */
  install(): void
}

export interface RegisterModulesOptions {
  /** The collector of these modules, or a function asked for it when a module is first required. Default: the process' own. */
  readonly collector?: Collector | (() => Collector | null | undefined)
}

/**
 * Registers `<prefix>/metrics` and `<prefix>/scene-metrics` (spaces and slashes around the prefix are cut; empty: no prefix).
 * When a collector function yields none, requiring the module throws `ERR_TALLYSTICK_COLLECTOR`, and the next time asks again.
 *
 * They are {@link Metrics} and {@link SceneMetricsFactory}, but recording by name throws nothing into a script: a name, prefix or
 * reason of another type becomes text, a delta a whole number, a duration a number. What cannot be converted (an empty name, a
 * duration of `'x'`, wrong labels, no function) is left out, with a process warning `TALLYSTICK_SCRIPT` once for each module and
 * kind of mistake. Instruments and readings are strict, and so are `metrics` and `sceneMetrics` themselves.
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

/** A recorder's counter. */
export interface EventCounter {
  /**
   * Adds `n`: `undefined` and `null` are 1, 0 makes the counter visible.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` for no number, NaN or an infinite one; nothing is recorded, nobody is told.
   */
  incr(n?: number | null): void
  /** Subtracts `n` (default 1); the event's increment is negative. */
  decr(n?: number | null): void
}

/** A recorder's gauge. */
export interface EventGauge {
  /** @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE` for no number, NaN or an infinite one. */
  update(value: number): void
}

/** A recorder's histogram. */
export interface EventHistogram {
  /**
   * Records a value from 0 up, in any unit.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_VALUE`, also for a negative value
   */
  add(value: number): void
}

/** A recorder's timer. What it records is in milliseconds. */
export interface EventTimer {
  /**
   * Begins. Any number of timings may run at the same time, and one that is never stopped leaves nothing behind.
   * @returns the id for `stop`, of use in this thread only
   */
  start(): number
  /**
   * Ends what began with the id, and records it.
   * @param tags besides those of the timer: labels of the series, keys of the event
   * @throws TypeError | RangeError `ERR_TALLYSTICK_TIMER` for what is no id of a `start()`; nothing is recorded
   */
  stop(id: number, tags?: Labels | null): void
  /** Times `fn`, also when it throws or rejects, and returns its result; see {@link Timing.time}. */
  time<T>(fn: () => T): T
}

/** What a counter tells. `tags` are those it was made with. */
export interface CounterEvent {
  name: string
  /** Negative for `decr`. */
  increment: number
  tags?: EventTags
  /** Only of a {@link PreciseCounter}: milliseconds since the epoch, with a fraction. */
  timestamp?: number
}

/** What a gauge tells. */
export interface GaugeEvent {
  name: string
  value: number
  tags?: EventTags
}

/** What a histogram tells. */
export interface HistogramEvent {
  name: string
  value: number
  tags?: EventTags
}

/**
 * What a timer tells. The tags are keys of the event itself, beside these three, which they cannot replace. The times are
 * milliseconds since the epoch with a fraction, and never go back within a thread.
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
  /** What a function that hears events threw, or rejected with. Without a listener it becomes a process warning, once for each function. */
  error: unknown
}

/**
 * What a recorder is made with. The four functions decide what its instruments are: they get the recorder without a scope and the
 * whole name, and return {@link DefaultCounter} and its like, a Null instrument, or one of your own.
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
  /** Between the names of scopes. Default `/`, also when empty. */
  readonly separator?: string | null
  /**
   * Where it records. Default: a collector of its own. In one that is given, its series stand among those of others, and an
   * {@link Aggregator} reports those of this recorder's names.
   */
  readonly collector?: Collector
  /**
   * Of timers and histograms, with and without tags. Default 2 (within 0.8 %), except where the collector has that name with another
   * one already. Each set of tags has cells of its own: 1 is for very many of them.
   */
  readonly precision?: Precision
}

/**
 * Makes instruments that record into a collector and tell whoever listens. Nothing is told, and nothing costs, while nobody does.
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
   * A counter. Asked for again it is another object of the same series.
   * @param initialValue counted at once, as an event, also when it is 0
   * @throws TypeError | RangeError `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_VALUE` | `ERR_TALLYSTICK_LABELS`
   */
  counter(name: string, initialValue?: number | null, tags?: Labels | null): EventCounter
  /** A gauge. @param initialValue set at once, as an event, also when it is 0 */
  gauge(name: string, initialValue?: number | null, tags?: Labels | null): EventGauge
  histogram(name: string, tags?: Labels | null): EventHistogram
  /** A timer. One of your own that has only `start` and `stop` comes with a `time` that uses them. */
  timer(name: string, tags?: Labels | null): EventTimer
  /** The same recorder for names under `<name>/`: same collector, same listeners, same configuration. */
  scope(name: string): Recorder
  /**
   * Calls `listener` at each event of a kind, in the middle of the call that records it. What it throws reaches `'error'` listeners
   * and not that call. It may record; what it records is told too, up to 100 deep.
   * @throws TypeError `ERR_TALLYSTICK_EVENT` | `ERR_TALLYSTICK_FUNCTION`
   */
  on<Kind extends keyof RecorderEvents>(kind: Kind, listener: (event: RecorderEvents[Kind]) => unknown): this
  /** Calls `listener` at the next event of a kind only. */
  once<Kind extends keyof RecorderEvents>(kind: Kind, listener: (event: RecorderEvents[Kind]) => unknown): this
  /** Calls `listener` no more. One that was added twice is still called once. */
  off<Kind extends keyof RecorderEvents>(kind: Kind, listener: (event: RecorderEvents[Kind]) => unknown): this
  /** {@link Recorder.on} */
  addListener<Kind extends keyof RecorderEvents>(kind: Kind, listener: (event: RecorderEvents[Kind]) => unknown): this
  /** {@link Recorder.off} */
  removeListener<Kind extends keyof RecorderEvents>(
    kind: Kind,
    listener: (event: RecorderEvents[Kind]) => unknown,
  ): this
  /** Calls no listener of a kind (default: of all kinds) any more, strategies of aggregators among them. */
  removeAllListeners(kind?: keyof RecorderEvents): this
  /** The number of listeners of a kind, strategies of aggregators among them. */
  listenerCount(kind: keyof RecorderEvents): number
  /**
   * Tells an event of your own, as an instrument of yours does: it is recorded as the default instrument of its kind records,
   * and listeners get the very object. The name is the whole name, in a scope too. Keys of a timer's event beside its name and
   * its times are tags, so labels. An error goes to `'error'` listeners and is not recorded.
   * @returns whether anybody listens
   * @throws TypeError | RangeError `ERR_TALLYSTICK_EVENT` | `ERR_TALLYSTICK_NAME` | `ERR_TALLYSTICK_VALUE` | `ERR_TALLYSTICK_LABELS`;
   * nothing is recorded, nobody is told.
   * @example
   * recorder.emit('counter', { name: 'jobs_done', increment: 2, tags: { queue: 'mail' } })
   */
  emit<Kind extends keyof RecorderEvents>(kind: Kind, event: RecorderEvents[Kind]): boolean
}

/** `new Recorder(config)`; as in metrix, options of unknown names have no effect. */
export function createRecorder(config?: RecorderConfig | null): Recorder

/** A kind of instrument, made with or without `new`. */
export interface InstrumentFactory<Instrument, Rest extends unknown[]> {
  (recorder: Recorder, name: string, ...rest: Rest): Instrument
  new (recorder: Recorder, name: string, ...rest: Rest): Instrument
  readonly prototype: Instrument
}

/** `name` is the whole name. The initial value is counted by the recorder, not here. */
export const DefaultCounter: InstrumentFactory<EventCounter, [initialValue?: number | null, tags?: Labels | null]>
/** Its events have a `timestamp`. */
export const PreciseCounter: InstrumentFactory<EventCounter, [initialValue?: number | null, tags?: Labels | null]>
export const DefaultGauge: InstrumentFactory<EventGauge, [initialValue?: number | null, tags?: Labels | null]>
/** Also a histogram of its values, `<name>/histogram`, in which one below 0 counts as 0. */
export const PreciseGauge: InstrumentFactory<EventGauge, [initialValue?: number | null, tags?: Labels | null]>
export const DefaultHistogram: InstrumentFactory<EventHistogram, [tags?: Labels | null]>
export const DefaultTimer: InstrumentFactory<EventTimer, [tags?: Labels | null]>
/** Drops all tags. */
export const NoTagTimer: InstrumentFactory<EventTimer, [tags?: Labels | null]>

/** Instruments that record nothing and tell nobody: a factory returns them as they are. */
export const NullCounter: EventCounter
export const NullGauge: EventGauge
export const NullHistogram: EventHistogram
/** Its `time` calls the function. */
export const NullTimer: EventTimer

/** A distribution in a report: `min`, `max`, a key for each quantile (`p50`, `p99.9`), and `overflow` where values were beyond the range. */
export interface DistributionReport {
  min: number
  max: number
  overflow?: number
  [quantile: `p${number}`]: number
}

/**
 * What an aggregator has seen, by names; tags are summed over, and a series that is removed counts no more. Histograms are those of histograms, in their own unit, and of timers,
 * in milliseconds; of one name they are one. What functions of yours put into the aggregator's objects is there too.
 */
export interface Report<Counters = number, Histograms = DistributionReport, Gauges = number> {
  counters: Record<string, Counters>
  gauges: Record<string, Gauges>
  histograms: Record<string, Histograms>
}

/**
 * How one kind of events is aggregated, instead of by default. The objects are the aggregator's own: what is put there is in its
 * reports, and what has a `snapshot()` with what that returns. They have no prototype, so that any name may be used. `clear()` puts new, empty objects in the place of counters and
 * histograms. A number among the counters is added to what is counted under that name by default; anything else takes its place.
 */
export type Strategy<Event> = (
  event: Event,
  histograms: Record<string, any>,
  counters: Record<string, any>,
  gauges: Record<string, any>,
) => unknown

/**
 * New counters from what a report holds, as objects without a prototype: names and values in turn, or nothing
 * (also `false`, `0` and `''`, as in `condition && [name, value]`).
 * @example
 * (counters) => ['connections/current', counters['connections/add'] - counters['connections/remove']]
 */
export type Composite = (
  counters: Record<string, any>,
  histograms: Record<string, any>,
  gauges: Record<string, any>,
) => readonly unknown[] | null | undefined | false | 0 | ''

/** What an aggregator is made with. Kinds without a function are aggregated by default, which costs nothing at an event. */
export interface AggregatorConfig {
  readonly counter?: Strategy<CounterEvent> | null
  readonly gauge?: Strategy<GaugeEvent> | null
  readonly histogram?: Strategy<HistogramEvent> | null
  readonly timer?: Strategy<TimerEvent> | null
  /** Computed in their order at each report; later ones see what earlier ones made. */
  readonly composites?: Composite | readonly Composite[] | null
  /** Of histograms and timers by default: 1 to 1000 shares from 0 to 1, in any order. Default 0.5, 0.9 and 0.99. */
  readonly quantiles?: readonly number[] | null
}

/**
 * Makes reports of what was recorded since it was made or cleared, in all threads. Several of them do not disturb each other.
 *
 * Of a recorder with a collector of its own it reports all that is in it, also what recorders of other threads put there; of one
 * that was given a collector, what is recorded under the names that this recorder and its scopes have made.
 *
 * A recorder holds the aggregators that have functions, until they are closed; others are held by their users alone.
 */
export class Aggregator {
  /** @throws TypeError | RangeError `ERR_TALLYSTICK_RECORDER` | `ERR_TALLYSTICK_OPTIONS` | `ERR_TALLYSTICK_FUNCTION` */
  constructor(recorder: Recorder, config?: AggregatorConfig | null)
  /**
   * All that was seen. It may be asked for again and again; only clearing begins anew.
   * @throws TypeError | RangeError `ERR_TALLYSTICK_COMPOSITE`, and what composites and `snapshot()`s throw
   */
  report<Counters = number, Histograms = DistributionReport, Gauges = number>(): Report<Counters, Histograms, Gauges>
  /** Begins anew with counters and histograms. Gauges are state and stay. */
  clear(): void
  clearCounters(): void
  clearHistograms(): void
  /** Leaves all gauges out of this aggregator's reports until they are set again (in another thread: to another value). */
  clearGauges(): void
  /** Ends it: its functions are called no more, its recorder holds it no more, its reports are empty. */
  close(): void
}

/** `new Aggregator(recorder, config)`; as in metrix, options of unknown names have no effect. */
export function createAggregator(recorder: Recorder, config?: AggregatorConfig | null): Aggregator

/** A recorder's and an aggregator's configuration that go together. */
export interface ConfigPair {
  readonly recorder: RecorderConfig
  readonly aggregator: AggregatorConfig
}

/** The default of each kind, for strategies of yours to call. */
export interface DefaultStrategies {
  /** Adds the increment to `counters[name]`. */
  readonly counter: Strategy<CounterEvent>
  /** Sets `gauges[name]`. */
  readonly gauge: Strategy<GaugeEvent>
  /** Adds the value to `histograms[name]`, a {@link BucketedHistogram} within 1 % with p50, p90, p99 and p99.9. */
  readonly histogram: Strategy<HistogramEvent>
  /** The same with the milliseconds from `startTs` to `stopTs`. */
  readonly timer: Strategy<TimerEvent>
}

/** Ready-made pairs: `new Recorder(config.PRECISE.recorder)`, `new Aggregator(recorder, config.PRECISE.aggregator)`. */
export const config: {
  /**
   * What is used without a configuration. An aggregator that gets its strategies as they are makes its reports in Rust, as it does
   * without any.
   * @example
   * timer(event, histograms, counters, gauges) {
   *   if (event.url !== '/health') config.DEFAULT.aggregator.timer(event, histograms, counters, gauges)
   * }
   */
  readonly DEFAULT: { readonly recorder: RecorderConfig; readonly aggregator: AggregatorConfig & DefaultStrategies }
  /** Within 0.1 %, six quantiles up to 0.9999, {@link PreciseCounter} and {@link PreciseGauge}. */
  readonly PRECISE: ConfigPair
  /** Nothing is recorded, nor reported. */
  readonly DISABLE: { readonly recorder: RecorderConfig; readonly aggregator: AggregatorConfig & DefaultStrategies }
}

/** The counters that a configuration chooses from, under the names that metrix has for them. */
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

/** Gauges for a configuration. */
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

/** Histograms for a configuration: two of a recorder, and two kinds of objects, whose options of unknown names have no effect. */
export const histogram: {
  readonly createBucketHistogram: (options?: BucketedHistogramOptions | null) => BucketedHistogram
  readonly createDefault: (recorder: Recorder, name: string, tags?: Labels | null) => EventHistogram
  readonly createDisable: (...ignored: unknown[]) => EventHistogram
  readonly createStreamingHistogram: (options?: FrugalHistogramOptions | null) => FrugalHistogram
}

/** Timers for a configuration. */
export const timer: {
  readonly createDefault: (recorder: Recorder, name: string, tags?: Labels | null) => EventTimer
  readonly createDisable: (...ignored: unknown[]) => EventTimer
  readonly createNoTags: (recorder: Recorder, name: string, tags?: Labels | null) => EventTimer
}

/** Ready-made recorders. */
export const recorder: {
  /** `new Recorder(config.DISABLE.recorder)`, the same one each time. */
  readonly DISABLE: Recorder
}

// ---------------------------------------------------------------- stats log

export interface LogStatsOptions {
  /** Milliseconds between lines: 1 to 2^31 − 1. Default 1000. */
  readonly interval?: number
  /** Default: the process' own. */
  readonly collector?: Collector
  /** Called once a line: `name=value` for a counter or gauge, `name count=… mean=… p99=… max=…` for a distribution. Default `console.log`. */
  readonly log?: (line: string) => void
}

/**
 * Prints each interval's activity, a line a series, sorted, through a window of its own: the first interval holds all that was
 * recorded before. Times are in milliseconds. Its timer keeps no process alive.
 * @returns stop: ends the timer
 */
export function logStats(options?: LogStatsOptions): () => void

// ---------------------------------------------------------------- pools

export * from './pool'
