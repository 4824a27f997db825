// What the files of this folder hand to each other.

import type { BoundHistogram, BoundTiming } from '../../index'

/** A stream whose duration would say nothing among those of requests. */
export type StreamType = 'event_stream' | 'websocket' | 'upgrade'

/** The series of one label set. */
export interface Recorded {
  readonly duration: BoundTiming
  readonly requestSize: BoundHistogram
  readonly responseSize: BoundHistogram
}

/** The requests of one method and scheme, as far as the observers know them. */
export interface Requests {
  readonly method: string
  readonly scheme: string
  readonly recorded: Map<string | undefined, Map<number, Recorded>>
  add(): void
  /** One of them is not in progress any more. */
  remove(): void
}

/** A request that ended, in whatever way. */
export interface Outcome {
  requests: Requests
  startMillis: number
  /** The pattern that matched, never the path. */
  route: string | undefined
  /** Undefined where no response was sent. */
  status: number | undefined
  /** Why there was no complete response. */
  error?: string
  requestBytes?: number
  responseBytes?: number
  stream?: StreamType
}

/** Something that observes until it is stopped. */
export interface Observer {
  stop(): void
}
