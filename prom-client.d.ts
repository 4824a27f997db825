// `tallystick/prom-client`: the types of prom-client 15 and of @prometheus-io/client 0.16, under the same names. Code that was written
// for either compiles with them. `docs/migrating.md` says in what the two and Tallystick differ.

export type Charset = 'utf-8'
export type PrometheusMIME = 'text/plain'
export type PrometheusMetricsVersion = '0.0.4'
export type OpenMetricsMIME = 'application/openmetrics-text'
export type OpenMetricsVersion = '1.0.0'
export type PrometheusContentType = `${PrometheusMIME}; version=${PrometheusMetricsVersion}; charset=${Charset}`
export type OpenMetricsContentType = `${OpenMetricsMIME}; version=${OpenMetricsVersion}; charset=${Charset}`
export type RegistryContentType = PrometheusContentType | OpenMetricsContentType

/** Metrics that are read together. */
export class Registry<BoundRegistryContentType extends RegistryContentType = PrometheusContentType> {
  constructor(regContentType?: RegistryContentType)
  /** The text of all metrics. Of the default registry, also of those that other threads have registered. */
  metrics(): Promise<string>
  /** Removes all metrics and the default labels. */
  clear(): void
  /** Calls `reset()` of all metrics. */
  resetMetrics(): void
  /** @throws Error if another metric has the name */
  registerMetric<T extends string>(metric: Metric<T>): void
  /** All metrics with their values; with `aggregator`, only those that have this one. */
  getMetricsAsJSON(aggregator?: string): Promise<MetricObjectWithValues<MetricValue<string>>[]>
  /** The text of one metric. */
  getMetricsAsString<T extends string>(metric: Metric<T>): Promise<string>
  /** The metrics that this thread has registered. */
  getMetricsAsArray(aggregator?: string): MetricObject[]
  /** Removes a metric, whose values are lost. */
  removeSingleMetric(name: string): void
  getSingleMetric<T extends string>(name: string): Metric<T> | undefined
  getSingleMetricAsString(name: string): Promise<string>
  /** Labels of all series that have no label of the same name. */
  setDefaultLabels(labels: object): void
  readonly contentType: BoundRegistryContentType
  setContentType(contentType: RegistryContentType): void
  /** A registry with the metrics of several. */
  static merge(registers: Registry<RegistryContentType>[]): Registry
  /** A registry of what `getMetricsAsJSON()` of several processes returned. */
  static aggregate<T extends RegistryContentType>(metricsArr: object[], registryType?: T): Registry<T>
  static PROMETHEUS_CONTENT_TYPE: PrometheusContentType
  static OPENMETRICS_CONTENT_TYPE: OpenMetricsContentType
}

export type Collector = () => void

/** The default registry, which all threads share. */
export const register: Registry
/** The content type of the default registry. */
export const contentType: RegistryContentType
export const prometheusContentType: PrometheusContentType
export const openMetricsContentType: OpenMetricsContentType

type AnyRegistry = Registry<PrometheusContentType> | Registry<OpenMetricsContentType> | Registry<RegistryContentType>

/** The metrics of the processes of a cluster, with those of the primary. */
export class ClusterRegistry<T extends RegistryContentType = RegistryContentType> extends Registry<T> {
  /** The metrics of all processes, aggregated. */
  clusterMetrics(): Promise<string>
  /** Call it before `process.exit()`. A worker sends its sums to the primary. @param timeout in milliseconds */
  shutdown(timeout?: number): Promise<void>
  /** The registries whose metrics this process reports, in place of the default one. */
  static setRegistries(regs: AnyRegistry[] | AnyRegistry): void
}

/** prom-client's: the metrics of the workers of a cluster, without those of the primary. */
export class AggregatorRegistry<T extends RegistryContentType = RegistryContentType> extends ClusterRegistry<T> {}

/** The successor's registry of worker threads, which share the default registry: its calls answer at once. */
export class WorkerRegistry<T extends RegistryContentType = RegistryContentType> extends Registry<T> {
  constructor(regContentType?: RegistryContentType, primary?: boolean)
  workerMetrics(): Promise<string>
  shutdown(timeout?: number): Promise<void>
  static workerCount(): number
  static setRegistries(regs: AnyRegistry[] | AnyRegistry): void
}

export type Metric<T extends string = string> = Counter<T> | Gauge<T> | Summary<T> | Histogram<T>

/** How the values of several processes become one. */
export type Aggregator = 'omit' | 'sum' | 'first' | 'min' | 'max' | 'average'

export type MetricType = 'counter' | 'gauge' | 'histogram' | 'summary'

type CollectFunction<T> = (this: T) => void | Promise<void>

export interface MetricObject {
  name: string
  help: string
  type: MetricType
  aggregator: Aggregator
  // biome-ignore lint/suspicious/noExplicitAny: as prom-client declares it, so that its users' code compiles
  collect: CollectFunction<any>
}

export interface MetricObjectWithValues<T extends MetricValue<string>> extends MetricObject {
  values: T[]
}

export type MetricValue<T extends string> = {
  value: number
  labels: LabelValues<T>
}

export type MetricValueWithName<T extends string> = MetricValue<T> & {
  metricName?: string
  // biome-ignore lint/suspicious/noExplicitAny: as in prom-client, which does not declare it
  exemplar?: any
}

export type LabelValues<T extends string> = Partial<Record<T, string | number>>

interface MetricConfiguration<T extends string> {
  name: string
  help: string
  labelNames?: T[] | readonly T[]
  registers?: AnyRegistry[]
  aggregator?: Aggregator
  // biome-ignore lint/suspicious/noExplicitAny: as prom-client declares it
  collect?: CollectFunction<any>
  enableExemplars?: boolean
}

export interface CounterConfiguration<T extends string> extends MetricConfiguration<T> {
  collect?: CollectFunction<Counter<T>>
}

export interface IncreaseDataWithExemplar<T extends string> {
  value?: number
  labels?: LabelValues<T>
  exemplarLabels?: LabelValues<T> | Record<string, string | number>
}

export interface ObserveDataWithExemplar<T extends string> {
  value: number
  labels?: LabelValues<T>
  exemplarLabels?: LabelValues<T> | Record<string, string | number>
}

/** A number that only goes up. */
export class Counter<T extends string = string> {
  constructor(configuration: CounterConfiguration<T>)
  /** @throws Error if the amount is negative, TypeError if it is not a finite number */
  inc(labels: LabelValues<T>, value?: number): void
  inc(value?: number): void
  inc(incData: IncreaseDataWithExemplar<T>): void
  get(): Promise<MetricObjectWithValues<MetricValue<T>>>
  /** One series. Label values are in the order of `labelNames`. */
  labels(...values: string[]): Counter.Internal
  labels(labels: LabelValues<T>): Counter.Internal
  reset(): void
  remove(...values: string[]): void
  remove(labels: LabelValues<T>): void
}

export namespace Counter {
  export interface Internal {
    inc(value?: number): void
  }
}

export interface GaugeConfiguration<T extends string> extends MetricConfiguration<T> {
  collect?: CollectFunction<Gauge<T>>
}

/** A number that goes up and down. */
export class Gauge<T extends string = string> {
  constructor(configuration: GaugeConfiguration<T>)
  inc(labels: LabelValues<T>, value?: number): void
  inc(value?: number): void
  dec(labels: LabelValues<T>, value?: number): void
  dec(value?: number): void
  /** @throws TypeError if the value is not a number */
  set(labels: LabelValues<T>, value: number): void
  set(value: number): void
  get(): Promise<MetricObjectWithValues<MetricValue<T>>>
  /** Sets seconds since 1970. */
  setToCurrentTime(labels?: LabelValues<T>): void
  /** The function that it returns sets the seconds since, and returns them. */
  startTimer(labels?: LabelValues<T>): (labels?: LabelValues<T>) => number
  labels(...values: string[]): Gauge.Internal<T>
  labels(labels: LabelValues<T>): Gauge.Internal<T>
  reset(): void
  remove(...values: string[]): void
  remove(labels: LabelValues<T>): void
}

export namespace Gauge {
  export interface Internal<T extends string> {
    inc(value?: number): void
    dec(value?: number): void
    set(value: number): void
    setToCurrentTime(): void
    startTimer(): (labels?: LabelValues<T>) => number
  }
}

export interface HistogramConfiguration<T extends string> extends MetricConfiguration<T> {
  /** Upper bounds in the unit of the values, ascending. */
  buckets?: number[]
  collect?: CollectFunction<Histogram<T>>
}

/** Counts of values at or below each bound, their sum and their number. */
export class Histogram<T extends string = string> {
  constructor(configuration: HistogramConfiguration<T>)
  /** @throws TypeError if the value is not a finite number */
  observe(value: number): void
  observe(labels: LabelValues<T>, value: number): void
  observe(observeData: ObserveDataWithExemplar<T>): void
  get(): Promise<MetricObjectWithValues<MetricValueWithName<T>>>
  /** The function that it returns observes the seconds since, and returns them. */
  startTimer(
    labels?: LabelValues<T>,
    exemplarLabels?: LabelValues<T> | Record<string, string | number>,
  ): (labels?: LabelValues<T>, exemplarLabels?: LabelValues<T> | Record<string, string | number>) => number
  reset(): void
  /** Shows a series with 0. */
  zero(labels: LabelValues<T>): void
  labels(...values: string[]): Histogram.Internal<T>
  labels(labels: LabelValues<T>): Histogram.Internal<T>
  remove(...values: string[]): void
  remove(labels: LabelValues<T>): void
}

export namespace Histogram {
  export interface Internal<T extends string> {
    observe(value: number): void
    startTimer(): (labels?: LabelValues<T>) => number
  }

  export interface Config {
    buckets?: number[]
  }
}

export interface SummaryConfiguration<T extends string> extends MetricConfiguration<T> {
  /** Quantiles, 0 to 1. */
  percentiles?: number[]
  /** How long values count in the quantiles. Needs `ageBuckets`. */
  maxAgeSeconds?: number
  ageBuckets?: number
  /** Whether series without recent values are removed. */
  pruneAgedBuckets?: boolean
  /** Accepted and ignored: there is nothing to compress. */
  compressCount?: number
  collect?: CollectFunction<Summary<T>>
}

/** Quantiles of values within 0.8 %, their sum and their number. */
export class Summary<T extends string = string> {
  constructor(configuration: SummaryConfiguration<T>)
  /** @throws TypeError if the value is not a finite number */
  observe(value: number): void
  observe(labels: LabelValues<T>, value: number): void
  get(): Promise<MetricObjectWithValues<MetricValueWithName<T>>>
  /** The function that it returns observes the seconds since, and returns them. */
  startTimer(labels?: LabelValues<T>): (labels?: LabelValues<T>) => number
  reset(): void
  labels(...values: string[]): Summary.Internal<T>
  labels(labels: LabelValues<T>): Summary.Internal<T>
  remove(...values: string[]): void
  remove(labels: LabelValues<T>): void
}

export namespace Summary {
  export interface Internal<T extends string> {
    observe(value: number): void
    startTimer(): (labels?: LabelValues<T>) => number
  }

  export interface Config {
    percentiles?: number[]
  }
}

/** Pushes the metrics of a registry to a Pushgateway. */
export class Pushgateway<T extends RegistryContentType = RegistryContentType> {
  constructor(url: string, registry: Registry<T>)
  // biome-ignore lint/suspicious/noExplicitAny: options of `http.request`, as prom-client declares them
  constructor(url: string, options?: any, registry?: Registry<T>)
  /** Replaces the metrics of the same names. */
  pushAdd(params?: Pushgateway.Parameters): Promise<{ resp?: unknown; body?: unknown }>
  /** Replaces all metrics of the group. */
  push(params?: Pushgateway.Parameters): Promise<{ resp?: unknown; body?: unknown }>
  /** Deletes all metrics of the group. */
  delete(params?: Pushgateway.Parameters): Promise<{ resp?: unknown; body?: unknown }>
}

export namespace Pushgateway {
  export interface Options {
    requireJobName?: boolean
    [key: string]: unknown
  }

  export interface Parameters {
    jobName: string
    /** Further labels of the group. */
    groupings?: { [key: string]: string }
  }
}

/** `start`, `start + width` and so on. */
export function linearBuckets(start: number, width: number, count: number): number[]
/** `start`, `start * factor` and so on. */
export function exponentialBuckets(start: number, factor: number, count: number): number[]

export interface DefaultMetricsCollectorConfiguration<T extends RegistryContentType> {
  register?: Registry<T>
  prefix?: string
  /** In seconds. */
  gcDurationBuckets?: number[]
  /** In milliseconds. */
  eventLoopMonitoringPrecision?: number
  /** In milliseconds. */
  eventLoopUtilizationTimeout?: number
  eventLoopUtilizationBuckets?: number[]
  eventLoopUtilizationPercentiles?: number[]
  eventLoopUtilizationAgeBuckets?: number
  eventLoopUtilizationMaxAgeSeconds?: number
  labels?: object
}

export const collectDefaultMetrics: {
  <T extends RegistryContentType>(config?: DefaultMetricsCollectorConfiguration<T>): void
  /** The groups of metrics. */
  metricsList: string[]
}

export const aggregators: Record<Aggregator, (metrics: object[]) => object | undefined>

export function validateMetricName(name: string): boolean
