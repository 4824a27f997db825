// What the server recorded before this page was opened, and since: intervals, and for each a value of each series. The first
// response of a server has all intervals that it keeps, later ones those that are new.

import type { HistoryResponse, HistorySeries } from '../../../pool'

/** The columns of a series that are numbers for each interval. */
export type ColumnName = 'counts' | 'sums' | 'values' | 'highest' | 'p50' | 'p90' | 'p99' | 'max'

export type Column = readonly (number | null)[]

/** A column, and how its numbers are computed from a value and the seconds of its interval, if they are not the values. */
export type ChartColumn = readonly [column: Column | undefined, of?: (value: number, seconds: number) => number]

/** Columns for a chart: the first has times in seconds. */
export interface Rows {
  readonly length: number
  at(column: number, row: number): number
  columns(): Float64Array[]
}

/** One series, and its columns from the oldest interval on. */
export interface KnownSeries extends Omit<HistorySeries, ColumnName> {
  columns: Partial<Record<ColumnName, (number | null)[]>>
}

const COLUMNS: readonly ColumnName[] = ['counts', 'sums', 'values', 'highest', 'p50', 'p90', 'p99', 'max']
const KEPT_MILLIS = 3_600_000

export class History {
  times: number[] = []
  seconds: number[] = []
  latest: number | null = null
  readonly #series = new Map<string, KnownSeries>()
  readonly #by: readonly string[]

  /** @param by the labels by which the request separates series: others of merged series change when one more is merged */
  constructor(by: readonly string[] = []) {
    this.#by = by
  }

  /** The time of the latest interval: the `after` of the next request. */
  get after(): number {
    return this.times.at(-1) ?? 0
  }

  apply({ latest, times, seconds, series }: HistoryResponse): void {
    this.latest = latest
    // what a response repeats is known already
    const first = times.findIndex((time) => time > this.after)
    if (first < 0) return
    const known = this.times.length
    this.times.push(...times.slice(first))
    this.seconds.push(...seconds.slice(first))
    for (const each of series) this.#append(each, first, known)
    for (const each of this.#series.values()) this.#fill(each)
    this.#forget()
  }

  /** The series of one pattern of the request. @param of its position */
  series(of: number): KnownSeries[] {
    return [...this.#series.values()].filter((each) => each.of === of)
  }

  /** The columns of a chart. */
  rows(columns: readonly ChartColumn[]): Rows {
    const numbers = columns.map(([column, of]) =>
      this.times.map((_, at) => {
        const value = column?.[at]
        if (value === null || value === undefined) return Number.NaN
        return of === undefined ? value : of(value, this.seconds[at] ?? 1)
      }),
    )
    return new Table([this.times.map((time) => time / 1000), ...numbers])
  }

  #append(series: HistorySeries, first: number, known: number): void {
    const identity = JSON.stringify([series.of, ...this.#by.map((label) => series.labels[label] ?? '')])
    const { counts, sums, values, highest, p50, p90, p99, max, ...head } = series
    const given: Partial<Record<ColumnName, Column>> = { counts, sums, values, highest, p50, p90, p99, max }
    const into: KnownSeries = { ...head, columns: this.#series.get(identity)?.columns ?? {} }
    this.#series.set(identity, into)
    for (const name of COLUMNS) {
      const column = given[name]
      if (column === undefined) continue
      const all = into.columns[name] ?? Array<number | null>(known).fill(null)
      into.columns[name] = all
      while (all.length < known) all.push(null)
      all.push(...column.slice(first))
    }
  }

  /** Series that are not in a response had no values. */
  #fill({ columns }: KnownSeries): void {
    for (const column of Object.values(columns)) while (column.length < this.times.length) column.push(null)
  }

  #forget(): void {
    const oldest = this.after - KEPT_MILLIS
    const gone = this.times.findIndex((time) => time > oldest)
    if (gone <= 0) return
    this.times.splice(0, gone)
    this.seconds.splice(0, gone)
    for (const [identity, { columns }] of this.#series) {
      const all = Object.values(columns)
      for (const column of all) column.splice(0, gone)
      if (all.every((column) => column.every((value) => value === null))) this.#series.delete(identity)
    }
  }
}

/** A value for each second of a count. */
export function perSecond(count: number, seconds: number): number {
  return count / seconds
}

/** The mean of each interval. */
export function meansOf({ columns: { sums, counts } }: KnownSeries): Column | undefined {
  return sums?.map((sum, at) => (sum !== null && counts?.[at] ? sum / counts[at] : null))
}

/** Numbers by column and row. */
export class Table implements Rows {
  readonly #columns: readonly (readonly number[])[]

  constructor(columns: readonly (readonly number[])[]) {
    this.#columns = columns
  }

  get length(): number {
    return this.#columns[0]?.length ?? 0
  }

  at(column: number, row: number): number {
    return this.#columns[column]?.[row] ?? Number.NaN
  }

  columns(): Float64Array[] {
    return this.#columns.map((column) => Float64Array.from(column))
  }
}
