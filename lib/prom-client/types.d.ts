import type { RegisteredFamily } from '../../binding'

/** A family as Rust reads it. */
export type FamilyValues = {
  name: string
  help: string
  type: string
  /** Upper bounds or quantiles, ascending. */
  bounds: number[]
  series: SeriesValues[]
}

export type SeriesValues = {
  /** Names and values in turn. */
  labels: string[]
  /** The value; or what there is at each bound, the sum and the count. */
  numbers: number[]
}

/** What `get()` of a metric returns. */
export type MetricReading = {
  name: string
  help: string
  type: string
  values: any[]
  aggregator?: string
}

export type Listing = {
  families: RegisteredFamily[]
  hasOthers?: boolean
  labels?: Record<string, any>
  isOpenMetrics?: boolean
  separator?: string
}
