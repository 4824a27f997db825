// One stream of events, which is reopened when it ends or is silent for too long. If it cannot be opened, a probe finds the reason.
// Its listener receives the events and the state of the connection.

import { apiAddress, type Query } from './address'
import type { Connection } from './connection'
import { getJson, NoDataError } from './request'

export interface StreamSource {
  /** The query of `/sse`, called at each opening. */
  query(): Query
  /** A route that is refused for the same reasons as the stream, whose refusal the browser hides. */
  probe: string
  /** Whether an event arrives at each interval, so that silence means a dead connection. */
  isSteady: boolean
}

export interface StreamListener {
  data(event: unknown): void
  connection(connection: Connection): void
}

const SHORTEST_WAIT = 1000
const LONGEST_WAIT = 8000
const LEAST_SILENCE = 10_000

export class Stream {
  readonly #source: StreamSource
  readonly #listener: StreamListener
  #events: EventSource | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #silence: ReturnType<typeof setTimeout> | undefined
  #wait = SHORTEST_WAIT
  /** when the latest event came */
  #latest: number | undefined
  #interval = 0
  /** Whether the listener knows that there are no data, so that another attempt is not reported. */
  #hasNoData = false
  #isClosed = false

  constructor(source: StreamSource, listener: StreamListener) {
    this.#source = source
    this.#listener = listener
    listener.connection({ kind: 'connecting' })
    this.#open()
  }

  close(): void {
    this.#isClosed = true
    this.#hangUp()
    clearTimeout(this.#timer)
  }

  #open(): void {
    const events = new EventSource(apiAddress('sse', this.#source.query()))
    this.#events = events
    events.onmessage = ({ data }) => this.#receive(data)
    events.onerror = () => this.#lost()
  }

  #receive(data: string): void {
    const now = Date.now()
    if (this.#latest !== undefined) this.#interval = now - this.#latest
    this.#latest = now
    this.#wait = SHORTEST_WAIT
    this.#hasNoData = false
    this.#listener.data(JSON.parse(data))
    this.#listener.connection({ kind: 'live' })
    if (this.#source.isSteady) this.#expectMore()
  }

  #expectMore(): void {
    clearTimeout(this.#silence)
    if (this.#interval > 0) this.#silence = setTimeout(() => this.#lost(), Math.max(LEAST_SILENCE, 5 * this.#interval))
  }

  #hangUp(): void {
    clearTimeout(this.#silence)
    this.#events?.close()
    this.#events = undefined
  }

  async #lost(): Promise<void> {
    if (this.#isClosed || this.#events === undefined) return
    this.#hangUp()
    if (!this.#hasNoData) this.#listener.connection({ kind: 'reconnecting', since: this.#latest })
    const connection = await this.#probe()
    if (this.#isClosed) return
    this.#hasNoData = connection.kind === 'noData'
    this.#listener.connection(connection)
    // jitter, so that pages do not reconnect all at once
    this.#timer = setTimeout(() => this.#open(), this.#wait * (0.75 + Math.random() / 2))
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT)
  }

  /** Finds out why the stream was lost. */
  async #probe(): Promise<Connection> {
    try {
      await getJson(this.#source.probe, [['limit', 1]])
    } catch (error) {
      if (error instanceof NoDataError && error.reason !== 'response') return { kind: 'noData', reason: error.reason }
    }
    return { kind: 'reconnecting', since: this.#latest }
  }
}
