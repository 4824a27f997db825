// What the files of this folder hand to each other.

/** A stream whose duration would say nothing among those of requests. */
export type StreamType = 'event_stream' | 'multipart' | 'websocket' | 'upgrade'

/** One gauge of requests in progress. */
export interface Active {
  remove(): void
}

/** A request that ended, in whatever way. */
export interface Outcome {
  active: Active
  startMillis: number
  /** As it arrived. */
  method: string | undefined
  scheme: string
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
