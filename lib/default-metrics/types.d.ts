// What the groups of default metrics and the thread that they measure know of each other.

import type { Gauge, Histogram, Timing } from '../..'

export type FamilyKind = 'gauge' | 'timing' | 'histogram'

/** A family that threads write. */
export interface ThreadFamily {
  readonly kind: FamilyKind
  /** Without the prefix. */
  readonly name: string
  readonly help: string
  /** Labels that its series have besides those of the thread. */
  readonly labelNames?: readonly string[]
  /** Of a histogram: upper bounds. */
  readonly buckets?: readonly number[]
  /** Of a histogram without buckets. */
  readonly quantiles?: readonly number[]
}

/** What one thread of one run records with. */
export interface ThreadRecorder {
  /** Whether the run was stopped: nothing may be recorded any more. */
  readonly isStopped: boolean
  /** Upper bounds of the durations of garbage collections, in milliseconds. */
  readonly gcBuckets: number[]
  /** The series of a family with the labels of the thread and these. */
  series(family: ThreadFamily, labels?: Record<string, string>): Series
}

export type Series = ReturnType<Gauge['labels']> & ReturnType<Timing['labels']> & ReturnType<Histogram['labels']>

/** What a group does in one thread. */
export interface Measurement {
  /** At each beat: milliseconds since the thread joined, and how late the beat is. */
  beat?(now: number, lateness: number): void
  /** Every few seconds, and before the readings that this thread makes. */
  sample?(): void
  stop?(): void
}

/** Metrics that are measured together. */
export interface Group {
  readonly families: readonly ThreadFamily[]
  /** Starts measuring; undefined in a runtime that does not know. */
  start(recorder: ThreadRecorder): Measurement | undefined
}
