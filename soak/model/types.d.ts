// What the files of the model share.

import type { Snapshot } from '../..'

export type Kind = 'counter' | 'gauge' | 'timing' | 'histogram'

export interface Family {
  name: string
  kind: Kind
  /** what it is made with, besides its name */
  options: object
  merge?: 'sum' | 'min' | 'max' | 'last'
  /** upper bounds of a histogram's buckets */
  bounds?: readonly number[]
  /** the largest relative error of a quantile, without and with labels */
  errors?: readonly [number, number]
}

export interface Series {
  /** its place in the list of all series */
  at: number
  family: Family
  /** sorted by name, without absent ones */
  labels: readonly (readonly [name: string, value: string])[]
  /** as a snapshot has it */
  key: string
  /** the labels alone, as the exposition has them, without braces */
  text: string
}

/** How an operation finds its series: by `labels()`, by name, or by a handle that was kept in a slot. */
export type Way = 'labels' | 'name' | 'slot'

interface OnSeries {
  /** the series, by its place in the list */
  at: number
  /** which of the many ways to write its labels */
  spelling: number
}

/** One step of one thread. One that finds nothing to work with does nothing, so that any can be left out. */
export type Operation =
  | (OnSeries & { do: 'record' | 'set' | 'add'; way: Way; slot: number; value: number; times: number })
  | (OnSeries & { do: 'keep' | 'same'; slot: number })
  | (OnSeries & { do: 'touch' | 'remove' | 'value' })
  | { do: 'churn'; from: string; count: number; turns: boolean }
  | { do: 'drop'; slot: number }
  | { do: 'open' | 'read' | 'reset'; window: string }
  | { do: 'slots' | 'clear' | 'collect' | 'allocate' | 'turn' | 'watch' }
  | { do: 'trace'; value: number }

/** How a thread ends. */
export type Ending = 'returns' | 'exits' | 'terminated'

/** What all threads do at the same time, and what is read when all have done it. */
export interface Epoch {
  /** by thread, the main thread first */
  batches: Operation[][]
  /** the main thread's windows that begin anew when they have been compared */
  resets: string[]
  /** threads that read their windows and kept handles */
  reports: number[]
  /** threads that end and are replaced */
  ends: { thread: number; how: Ending }[]
}

export interface Program {
  epochs: Epoch[]
}

/** What a thread saw while others recorded. */
export interface Watched {
  wrong: string[]
  readings: number
  first: Record<string, number>
  last: Record<string, number>
  /** what the resets of one window have returned in all */
  seen: Record<string, number>
}

export type Result = [index: number, value: unknown]

export interface GeneratorOptions {
  seed: number
  /** operations, at least */
  operations: number
  /** whether the library's memory is divided in tiny pieces */
  tiny: boolean
  /** what the program does not do, by the names of `FEATURES` */
  without: ReadonlySet<string>
}

export type { Snapshot }
