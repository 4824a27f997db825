// What the files of this folder hand to each other.

export type Config = import('./config').Config
export type Service = InstanceType<typeof import('./service').Service>
export type Streams = InstanceType<typeof import('./streams').Streams>
export type Warnings = InstanceType<typeof import('./warnings').Warnings>

/** A pool, as its adapter in pools/ returns it. Nothing that it returns or throws is trusted: see reading.js. */
export interface Source {
  size(): unknown
  /** An iterable of workers, or a Map whose keys are ids. */
  workers(): unknown
  /** Further numbers of the pool. */
  extra?(): unknown
  /** The pool does not know which workers are busy: reports then have no count of them. */
  busyUnknown?: boolean
}

/** The events of one view. */
export interface Feed {
  readonly isEmpty: boolean
  /** Sends a client the present state; it gets changes from now on. */
  join(reader: Reader, query: URLSearchParams, lastEventId: string | undefined): Promise<void> | void
  leave(reader: Reader): void
  /** Sends all clients what changed. */
  tick(): Promise<void> | void
}

/** A client of a stream, as a feed knows it. */
export interface Reader {
  /** @param bytes whole events */
  write(bytes: Uint8Array): void
}
