// What the files of this folder hand to each other.

import type { ExternalObject, PoolReference, SeriesReference } from '../../binding'

export type PoolHandle = ExternalObject<PoolReference>
export type SeriesHandle = ExternalObject<SeriesReference>
export type Config = import('./config').Config
export type Service = InstanceType<typeof import('./service').Service>
export type Streams = InstanceType<typeof import('./streams').Streams>
export type Warnings = InstanceType<typeof import('./warnings').Warnings>

/** A pool as its file in pools/ tells it. Whatever it returns or throws is met with care: see reading.js. */
export interface Source {
  size(): unknown
  /** An iterable of workers, or a Map whose keys are ids. */
  workers(): unknown
  /** Further numbers of the pool. */
  extra?(): unknown
  /** The pool does not know which workers serve: how many do is then absent in its reports. */
  busyUnknown?: boolean
}

/** What the clients of one view are told. */
export interface Feed {
  readonly isEmpty: boolean
  /** Tells a client how things are, and from now on what changes. */
  join(reader: Reader, query: URLSearchParams, lastEventId: string | undefined): Promise<void> | void
  leave(reader: Reader): void
  /** Tells all of them what changed since. */
  tick(): Promise<void> | void
}

/** A client of a stream, as a feed knows it. */
export interface Reader {
  /** @param bytes whole events */
  write(bytes: Uint8Array): void
}
