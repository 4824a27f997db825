export type Home = ReturnType<typeof import('./home').newHome>

/** A family as Rust reads it. */
export type FamilyValues = {
  /** Upper bounds or quantiles, ascending. */
  bounds: number[]
  series: SeriesValues[]
}

/** One that the request did not list. */
export type OtherFamilyValues = FamilyValues & { about: [name: string, help: string, type: string, aggregator: string] }

export type SeriesValues = {
  /** Of the labels. Series with the same ones share an array. */
  names: string[]
  /** Of the labels. */
  values: string[]
  /** The value; or what there is at each bound, the sum and the count. */
  numbers: number[]
  exemplars?: ExemplarValues[]
}

export type ExemplarValues = {
  /** The position of its bucket among the bounds. */
  bucket: number
  /** Names and values in turn. */
  labels: string[]
  value: number
  /** In milliseconds since 1970. */
  time: number
}

export type Sample = {
  value: number
  labels: Record<string, unknown>
  metricName?: string
  /** Of a histogram that a user implements: labels that stand last. */
  sharedLabels?: Record<string, unknown>
  exemplar?: Exemplar | null
}

export type Exemplar = {
  labelSet: Record<string, unknown>
  value: number
  /** Seconds since 1970. */
  timestamp: number
}

/** What `get()` of a metric returns. */
export type MetricReading = {
  name: string
  help: string
  type: string
  values: Sample[]
  aggregator?: string
}

/** A family as Rust shows it, by `src/binding/prom_client.rs`. */
export type RegisteredFamily = {
  kind: number
  /** in the collector */
  name: string
  /** in the text */
  title: string
  help: string
  /** in the order in which series have them */
  labelNames: string[]
  /** whether it is shown as 0 while it has no series */
  isZero: boolean
  /** whether it is omitted, and not among the others either */
  isHidden: boolean
}

export type Listing = {
  families: RegisteredFamily[]
  hasOthers?: boolean
  labels?: Record<string, unknown>
  isOpenMetrics?: boolean
  separator?: string
}
