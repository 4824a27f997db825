// Types that the files of the model share.

import type { Snapshot } from '../..'

export type Kind = 'counter' | 'gauge' | 'timing' | 'histogram'

export interface Family {
  name: string
  kind: Kind
  /** its options, without the name */
  options: object
  merge?: 'sum' | 'min' | 'max' | 'last'
  /** upper bounds of a histogram's buckets */
  bounds?: readonly number[]
  /** the largest relative error of a quantile, without and with labels */
  errors?: readonly [number, number]
  /** whether it is unregistered now and then; its instruments are asked for at each use */
  isPassing?: boolean
}

export interface Series {
  /** its index in the list of all series */
  at: number
  family: Family
  /** sorted by name, without absent ones */
  labels: readonly (readonly [name: string, value: string])[]
  /** its key in a snapshot */
  key: string
  /** its labels as in the exposition, without braces */
  text: string
}

/** How an operation finds its series: by `labels()`, by name, or by the handle in a slot. */
export type Way = 'labels' | 'name' | 'slot'

interface OnSeries {
  /** the index of the series */
  at: number
  /** the way in which its labels are written */
  spelling: number
}

/** One step of one thread. It does nothing if its precondition is missing, so that any step can be left out. */
export type Operation =
  | (OnSeries & { do: 'record' | 'set' | 'add' | 'total'; way: Way; slot: number; value: number; times: number })
  | (OnSeries & { do: 'keep' | 'same'; slot: number })
  | (OnSeries & { do: 'touch' | 'remove' | 'value' })
  | { do: 'restart' | 'unregister'; family: string }
  | { do: 'churn'; from: string; count: number; turns: boolean }
  | { do: 'flood'; family: string; from: string; count: number; labels: number }
  | { do: 'drop'; slot: number }
  | { do: 'open' | 'read' | 'reset'; window: string }
  | { do: 'slots' | 'clear' | 'collect' | 'allocate' | 'turn' | 'watch' }
  | { do: 'trace'; value: number }

/** How a thread ends. */
export type Ending = 'returns' | 'exits' | 'terminated'

/** The batches that all threads run at the same time, and the readings afterwards. */
export interface Epoch {
  /** by thread, the main thread first */
  batches: Operation[][]
  /** the main thread's windows that are reset after the comparison */
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
  /** the total of the resets of one window */
  seen: Record<string, number>
}

export type Result = [index: number, value: unknown]

export interface GeneratorOptions {
  seed: number
  /** the minimum number of operations */
  operations: number
  /** whether the library uses tiny sizes */
  tiny: boolean
  /** the names of `FEATURES` that the program leaves out */
  without: ReadonlySet<string>
}

export type { Snapshot }
