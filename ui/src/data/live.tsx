// The one stream that the page reads: of what its view shows, while somebody can see it and nobody has paused it.

import {
  createContext,
  type Dispatch,
  type ReactNode,
  type SetStateAction,
  useContext,
  useEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
} from 'react'
import { usePreference } from '../text/preference'
import type { Query } from './address'
import { ask, type Lack, LackError } from './answer'
import { Drawing } from './drawing'
import { type Connection, Stream, type StreamSource } from './stream'

/** How often the page is drawn anew: as often as the service tells something, or after so many milliseconds. */
export const PACES = ['live', '1000', '5000', '15000', '60000'] as const
export type PaceChoice = (typeof PACES)[number]

export interface Live {
  connection: Connection
  pace: PaceChoice
  choosePace(pace: PaceChoice): void
  isPaused: boolean
  pause(isPaused: boolean): void
}

interface LiveControl extends Live {
  isHidden: boolean
  tellConnection: Dispatch<SetStateAction<Connection>>
  tellInterval(interval: number): void
}

const LiveContext = createContext<LiveControl | undefined>(undefined)
/** Apart, as its changes are no reason to draw a view. */
const IntervalContext = createContext<number | undefined>(undefined)

export function LiveProvider({ children }: { children: ReactNode }) {
  const [connection, tellConnection] = useState<Connection>({ kind: 'connecting' })
  const [interval, tellInterval] = useState<number>()
  const [pace, choosePace] = usePreference('pace', PACES, 'live')
  const [isPaused, pause] = useState(false)
  const isHidden = useIsHidden()
  // biome-ignore lint/correctness/useExhaustiveDependencies: what choosePace closes over never changes
  const live = useMemo(
    () => ({ connection, pace, choosePace, isPaused, pause, isHidden, tellConnection, tellInterval }),
    [connection, pace, isPaused, isHidden],
  )
  return (
    <LiveContext value={live}>
      <IntervalContext value={interval}>{children}</IntervalContext>
    </LiveContext>
  )
}

export function useLive(): Live {
  return useControl()
}

/** Milliseconds between events, once some came at an interval. */
export function useInterval(): number | undefined {
  return useContext(IntervalContext)
}

/**
 * Reads a stream while the component is there, and draws it anew after events, at the pace that the reader chose.
 * @param source undefined for none
 * @param name distinguishes this stream from others: another name opens another stream
 */
export function useStream(name: string, source: StreamSource | undefined, receive: (event: unknown) => void): void {
  const { pace, isPaused, isHidden, tellConnection, tellInterval } = useControl()
  const [, draw] = useReducer((version: number) => version + 1, 0)
  const [drawing] = useState(() => new Drawing(draw))
  useEffect(() => {
    drawing.pace = millisOf(pace)
  }, [drawing, pace])
  const latest = useRef({ source, receive })
  latest.current = { source, receive }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another name is another stream
  useEffect(() => {
    const { source } = latest.current
    if (isPaused || isHidden || source === undefined) return
    const beats = new Beats(tellInterval)
    const data = (event: unknown) => {
      latest.current.receive(event)
      if (source.isSteady) beats.beat()
      drawing.ask()
    }
    const connection = (state: Connection) =>
      tellConnection((known) => (known.kind === 'live' && state.kind === 'live' ? known : state))
    const stream = new Stream(source, { data, connection })
    return () => {
      stream.close()
      drawing.forget()
    }
  }, [name, isPaused, isHidden, drawing, tellConnection, tellInterval])
}

/** An answer of a route, and why there is none. */
export interface Answered<Body> {
  body: Body | undefined
  lack: Lack | undefined
}

/**
 * Reads a route while the component is there, again and again: what no stream tells.
 * @param route undefined for none
 * @param everyMillis the least between readings; more where the reader chose a slower pace
 */
export function useAnswer<Body>(route: string | undefined, query: Query, everyMillis: number): Answered<Body> {
  const { pace, isPaused, isHidden, tellConnection } = useControl()
  const between = Math.max(everyMillis, millisOf(pace))
  const [answered, tell] = useState<Answered<Body> & { name: string }>()
  const name = JSON.stringify([route, query])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name stands for route and query
  useEffect(() => {
    if (route === undefined || isPaused || isHidden) return
    const controller = new AbortController()
    let timer: ReturnType<typeof setTimeout>
    const read = async () => {
      const lack = await tried<Body>(route, query, controller.signal, (body) => tell({ name, body, lack: undefined }))
      if (controller.signal.aborted) return
      if (lack !== undefined) tell((known) => ({ name, body: known?.name === name ? known.body : undefined, lack }))
      tellConnection((known) => afterAnswer(known, lack))
      timer = setTimeout(read, between)
    }
    read()
    return () => {
      controller.abort()
      clearTimeout(timer)
    }
  }, [name, between, isPaused, isHidden])
  return answered?.name === name ? answered : { body: undefined, lack: undefined }
}

/** @returns why there was no answer */
async function tried<Body>(route: string, query: Query, signal: AbortSignal, receive: (body: Body) => void) {
  try {
    const body = await ask<Body>(route, query, signal)
    if (!signal.aborted) receive(body)
    return undefined
  } catch (error) {
    return error instanceof LackError ? error.lack : 'answer'
  }
}

/** A stream knows better how the connection is; an answer tells it where there is none. */
function afterAnswer(known: Connection, lack: Lack | undefined): Connection {
  if (lack === undefined) return known.kind === 'connecting' || known.kind === 'lacking' ? { kind: 'live' } : known
  if (lack === 'series') return known
  if (lack === 'answer') return known.kind === 'reconnecting' ? known : { kind: 'reconnecting', since: undefined }
  return { kind: 'lacking', lack }
}

function millisOf(pace: PaceChoice): number {
  return pace === 'live' ? 0 : Number(pace)
}

/** Tells the usual time between events: the middle one of the last few. */
class Beats {
  readonly #tell: (interval: number) => void
  readonly #between: number[] = []
  #latest = Number.NaN

  constructor(tell: (interval: number) => void) {
    this.#tell = tell
  }

  beat(): void {
    const now = performance.now()
    if (!Number.isNaN(this.#latest)) this.#between.push(now - this.#latest)
    this.#latest = now
    if (this.#between.length > 7) this.#between.shift()
    if (this.#between.length < 3) return
    const middle = [...this.#between].sort((a, b) => a - b)[this.#between.length >> 1] ?? 0
    const step = middle < 1000 ? 50 : 500
    this.#tell(Math.max(step, Math.round(middle / step) * step))
  }
}

function useControl(): LiveControl {
  const control = useContext(LiveContext)
  if (control === undefined) throw new Error('there is no stream here')
  return control
}

function useIsHidden(): boolean {
  const [isHidden, setHidden] = useState(document.hidden)
  useEffect(() => {
    const look = () => setHidden(document.hidden)
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  return isHidden
}
