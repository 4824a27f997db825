// The contract of `tallystick/opentelemetry`: metrics of OpenTelemetry's API, recorded into the cells of this package.

import type { Collector } from './index.js'

/**
 * Attributes of measurements: own enumerable properties. Values are strings, numbers and booleans; arrays and objects become labels as
 * JSON; `null` and `undefined` are absent.
 */
export interface Attributes {
  [key: string]: unknown
}

/**
 * What produces the metrics: attributes, or a `Resource` of the package `@opentelemetry/resources`, whose pending attributes are
 * awaited.
 */
export type ResourceLike = Attributes | { readonly attributes: Attributes; readonly schemaUrl?: string }

/**
 * How names of instruments become names in Prometheus, by OpenTelemetry's specification.
 *
 * - `UnderscoreEscapingWithSuffixes`: `http.server.duration` in `s` is `http_server_duration_seconds`, and counters end in `_total`
 * - `UnderscoreEscapingWithoutSuffixes`: neither unit nor `_total`
 * - `NoUTF8EscapingWithSuffixes`: as the first one, but clients that take UTF-8 get `http.server.duration_seconds`
 * - `NoTranslation`: names as they are, for clients that take UTF-8
 * - `UnderscoreEscapingWithoutUnits`: `_total`, but no units, as the JavaScript SDK's `PrometheusExporter` has it
 */
export type NameTranslation =
  | 'UnderscoreEscapingWithSuffixes'
  | 'UnderscoreEscapingWithoutSuffixes'
  | 'NoUTF8EscapingWithSuffixes'
  | 'NoTranslation'
  | 'UnderscoreEscapingWithoutUnits'

/** The types of instruments, as the SDK's `InstrumentType`. */
export type InstrumentType =
  | 'COUNTER'
  | 'UP_DOWN_COUNTER'
  | 'GAUGE'
  | 'HISTOGRAM'
  | 'OBSERVABLE_COUNTER'
  | 'OBSERVABLE_UP_DOWN_COUNTER'
  | 'OBSERVABLE_GAUGE'

/** How a stream combines values: a name, or an object of the SDK with its `AggregationType`. */
export type Aggregation =
  | AggregationName
  | { readonly type: AggregationName | number; readonly options?: AggregationOptions }
/** Options of an aggregation. Minimum and maximum are always recorded. */
export interface AggregationOptions {
  /** Upper bounds of buckets, ascending. */
  readonly boundaries?: readonly number[]
  readonly recordMinMax?: boolean
  /** Not used: an exponential histogram has at most 160 buckets. */
  readonly maxSize?: number
}
export type AggregationName =
  | 'default'
  | 'drop'
  | 'sum'
  | 'lastValue'
  | 'explicitBucketHistogram'
  | 'exponentialHistogram'

/**
 * A view: which instruments it selects, by all selectors given, and what becomes of them. Several views that select an instrument
 * make several metrics of it. The options are those of the SDK.
 * @example
 * { instrumentName: 'http.*', excludedAttributeKeys: ['user.id'] }
 * { instrumentName: 'work', name: 'work.duration', aggregation: { type: 'explicitBucketHistogram', options: { boundaries: [1, 5] } } }
 */
export interface ViewOptions {
  /** The name of instruments, without regard to case; `*` and `?` are wildcards. */
  readonly instrumentName?: string
  readonly instrumentType?: InstrumentType | `${InstrumentType}`
  readonly instrumentUnit?: string
  readonly meterName?: string
  readonly meterVersion?: string
  readonly meterSchemaUrl?: string
  /** Another name. `instrumentName` must then select one instrument. */
  readonly name?: string
  readonly description?: string
  /** Only these attributes are kept. */
  readonly attributeKeys?: readonly string[]
  /** These attributes are dropped. */
  readonly excludedAttributeKeys?: readonly string[]
  /** The SDK's way to change attributes; it takes more time than the options above. */
  readonly attributesProcessors?: readonly { process(incoming: any, context?: any): any }[]
  /** Default: the instrument's own. `exponentialHistogram` records into log-linear buckets, with an error of 3.1 %. */
  readonly aggregation?: Aggregation
  /** The most sets of attributes; further ones are counted together as `otel.metric.overflow="true"`. Default 2000. */
  readonly aggregationCardinalityLimit?: number
}

/** Options of a {@link MeterProvider}. */
export interface MeterProviderOptions {
  /** Default: the default collector of the process, which all threads share. */
  readonly collector?: Collector
  /** Default: from `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`. It is exposed as the gauge `target_info`. */
  readonly resource?: ResourceLike
  readonly views?: readonly ViewOptions[]
  /** Readers of the SDK, for its exporters. Those that select delta for counters get delta. */
  readonly readers?: readonly any[]
  /** Default `UnderscoreEscapingWithSuffixes`. */
  readonly names?: NameTranslation
  /** The most sets of attributes of an instrument, unless its view has an `aggregationCardinalityLimit`. Default 2000. */
  readonly cardinalityLimit?: number
}

/** What `MeterProvider.getMeter` is called with. */
export interface MeterOptions {
  readonly schemaUrl?: string
  /** Attributes of the scope. */
  readonly attributes?: Attributes
}

/**
 * A `MeterProvider` of OpenTelemetry's API, over a collector. A meter's name and version are the labels `otel_scope_name` and
 * `otel_scope_version` of all its series. Measurements are as fast as recording by labels, 20 times as fast as with the SDK.
 *
 * Wrong measurements do not throw, as the API demands: they are ignored, and OpenTelemetry's diagnostics (`diag`) say so.
 * @example
 * const { metrics } = require('@opentelemetry/api')
 * const { MeterProvider } = require('tallystick/opentelemetry')
 *
 * metrics.setGlobalMeterProvider(new MeterProvider())
 * metrics.getMeter('shop', '1.0.0').createCounter('orders').add(1, { country: 'PT' })
 */
export class MeterProvider {
  /** @throws TypeError | RangeError `ERR_TALLYSTICK_OPTIONS` | `ERR_TALLYSTICK_COLLECTOR` */
  constructor(options?: MeterProviderOptions)
  /** The same meter for the same scope. */
  getMeter(name: string, version?: string, options?: MeterOptions): Meter
  /** Flushes the readers. */
  forceFlush(options?: { readonly timeoutMillis?: number }): Promise<void>
  /** Shuts the readers down and ends all callbacks. Meters that are fetched later record nothing. */
  shutdown(options?: { readonly timeoutMillis?: number }): Promise<void>
}

/** Options of an instrument, as in OpenTelemetry's API. */
export interface MetricOptions {
  readonly description?: string
  /** By UCUM: `s`, `By`, `{request}`, `1`. Values are not converted. */
  readonly unit?: string
  /** 0 (`ValueType.INT`) cuts fractional digits off. */
  readonly valueType?: number
  readonly advice?: { readonly explicitBucketBoundaries?: number[] }
}

/** An instrument that adds. `context` is not used: exemplars are those of `Collector.setExemplars()`. */
export interface Counter<A extends Attributes = any> {
  add(value: number, attributes?: A, context?: unknown): void
  /** The same instrument for one set of attributes, which costs no look-up. */
  bind(attributes?: A): { add(value: number): void }
}

/** An instrument that records values: a gauge or a histogram. */
export interface Recording<A extends Attributes = any> {
  record(value: number, attributes?: A, context?: unknown): void
  /** The same instrument for one set of attributes, which costs no look-up. */
  bind(attributes?: A): { record(value: number): void }
}

/** What a callback observes with. */
export interface ObservableResult<A extends Attributes = any> {
  observe(value: number, attributes?: A): void
}

/** What a callback of several instruments observes with. */
export interface BatchObservableResult {
  observe(instrument: Observable, value: number, attributes?: any): void
}

/**
 * An instrument whose callbacks run before each reading that this thread makes. They may be asynchronous, with a limit of a second.
 */
export interface Observable<A extends Attributes = any> {
  addCallback(callback: (result: ObservableResult<A>) => void | Promise<void>): void
  removeCallback(callback: (result: ObservableResult<A>) => void | Promise<void>): void
}

/** A meter, as in OpenTelemetry's API. */
export interface Meter {
  createCounter<A extends Attributes = any>(name: string, options?: MetricOptions): Counter<A>
  createUpDownCounter<A extends Attributes = any>(name: string, options?: MetricOptions): Counter<A>
  createGauge<A extends Attributes = any>(name: string, options?: MetricOptions): Recording<A>
  createHistogram<A extends Attributes = any>(name: string, options?: MetricOptions): Recording<A>
  createObservableCounter<A extends Attributes = any>(name: string, options?: MetricOptions): Observable<A>
  createObservableUpDownCounter<A extends Attributes = any>(name: string, options?: MetricOptions): Observable<A>
  createObservableGauge<A extends Attributes = any>(name: string, options?: MetricOptions): Observable<A>
  addBatchObservableCallback(
    callback: (result: BatchObservableResult) => void | Promise<void>,
    observables: Observable[],
  ): void
  removeBatchObservableCallback(
    callback: (result: BatchObservableResult) => void | Promise<void>,
    observables: Observable[],
  ): void
}

/** Options of a {@link MetricProducer}. */
export interface MetricProducerOptions {
  /** Default: the default collector of the process. */
  readonly collector?: Collector
  readonly resource?: ResourceLike
  /** `delta`: each collection has the values of counters and histograms since the last one. Default `cumulative`. */
  readonly temporality?: 'cumulative' | 'delta'
}

/**
 * A `MetricProducer` for readers of OpenTelemetry's SDK: the metrics of a collector, so that any exporter sends them. Timings, and
 * histograms without buckets, are exponential histograms.
 * @example
 * new PrometheusExporter({ metricProducers: [new MetricProducer()] })
 */
export class MetricProducer {
  /** @throws TypeError `ERR_TALLYSTICK_OPTIONS` | `ERR_TALLYSTICK_COLLECTOR` */
  constructor(options?: MetricProducerOptions)
  /** The SDK's `CollectionResult`. */
  collect(options?: { readonly timeoutMillis?: number }): Promise<any>
}
