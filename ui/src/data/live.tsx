// The only stream that the page reads: the data of its view, while the page is visible and not paused.

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

/** How often the page is redrawn: at every event, or after this number of milliseconds. */
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
  setConnection: Dispatch<SetStateAction<Connection>>
  setEventInterval(interval: number): void
}

const LiveContext = createContext<LiveControl | undefined>(undefined)
/** Separate, because its changes need not redraw a view. */
const IntervalContext = createContext<number | undefined>(undefined)

export function LiveProvider({ children }: { children: ReactNode }) {
  const [connection, setConnection] = useState<Connection>({ kind: 'connecting' })
  const [interval, setEventInterval] = useState<number>()
  const [pace, choosePace] = usePreference('pace', PACES, 'live')
  const [isPaused, pause] = useState(false)
  const isHidden = useIsHidden()
  // biome-ignore lint/correctness/useExhaustiveDependencies: what choosePace closes over never changes
  const live = useMemo(
    () => ({ connection, pace, choosePace, isPaused, pause, isHidden, setConnection, setEventInterval }),
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
 * Reads a stream while the component is mounted, and redraws it after events, at the pace that the user chose.
 * @param source undefined for none
 * @param name identifies the stream: another name opens another stream
 */
export function useStream(name: string, source: StreamSource | undefined, receive: (event: unknown) => void): void {
  const { pace, isPaused, isHidden, setConnection, setEventInterval } = useControl()
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
    const beats = new Beats(setEventInterval)
    const data = (event: unknown) => {
      latest.current.receive(event)
      if (source.isSteady) beats.beat()
      drawing.ask()
    }
    const connection = (state: Connection) =>
      setConnection((known) => (known.kind === 'live' && state.kind === 'live' ? known : state))
    const stream = new Stream(source, { data, connection })
    return () => {
      stream.close()
      drawing.forget()
    }
  }, [name, isPaused, isHidden, drawing, setConnection, setEventInterval])
}

/** A response of a route, or why there is none. */
export interface Answered<Body> {
  body: Body | undefined
  lack: Lack | undefined
}

/**
 * Polls a route while the component is mounted, for data without a stream.
 * @param route undefined for none
 * @param everyMillis the minimum between readings; more if the user chose a slower pace
 */
export function useAnswer<Body>(route: string | undefined, query: Query, everyMillis: number): Answered<Body> {
  const { pace, isPaused, isHidden, setConnection } = useControl()
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
      setConnection((known) => afterAnswer(known, lack))
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

/** A stream knows the state of the connection better; without one, a response determines it. */
function afterAnswer(known: Connection, lack: Lack | undefined): Connection {
  if (lack === undefined) return known.kind === 'connecting' || known.kind === 'lacking' ? { kind: 'live' } : known
  if (lack === 'series') return known
  if (lack === 'answer') return known.kind === 'reconnecting' ? known : { kind: 'reconnecting', since: undefined }
  return { kind: 'lacking', lack }
}

function millisOf(pace: PaceChoice): number {
  return pace === 'live' ? 0 : Number(pace)
}

/** The usual time between events: the median of the last few. */
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
