// The stream that the present view shows, open while the page is visible and not paused.

import {
  createContext,
  type Dispatch,
  type ReactNode,
  type SetStateAction,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { usePreference } from '../text/preference'
import type { Query } from './address'
import { afterResponse, afterStream, type Connection } from './connection'
import { getJson, NoDataError, type NoDataReason } from './request'
import { Stream, type StreamSource } from './stream'
import { Updates } from './updates'

/** How often the page is updated: at each event, or at most once in this many milliseconds. */
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
/** A context of its own, because its changes must not render a view. */
const IntervalContext = createContext<number | undefined>(undefined)

export function LiveProvider({ children }: { children: ReactNode }) {
  const [connection, setConnection] = useState<Connection>({ kind: 'connecting' })
  const [eventInterval, setEventInterval] = useState<number>()
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
      <IntervalContext value={eventInterval}>{children}</IntervalContext>
    </LiveContext>
  )
}

export function useLive(): Live {
  return useControl()
}

/** The usual milliseconds between events; undefined until it is known. */
export function useInterval(): number | undefined {
  return useContext(IntervalContext)
}

/**
 * Reads a stream while the component is mounted, and renders it after events, at the pace that the reader chose.
 * @param source undefined for none
 * @param name identifies the stream: another name opens another one
 */
export function useStream(name: string, source: StreamSource | undefined, receive: (event: unknown) => void): void {
  const { pace, isPaused, isHidden, setConnection, setEventInterval } = useControl()
  const [updates] = useState(() => new Updates())
  useSyncExternalStore(updates.subscribe, updates.version)
  useEffect(() => {
    updates.pace = millisOf(pace)
  }, [updates, pace])
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
      updates.request()
    }
    const connection = (state: Connection) => setConnection((known) => afterStream(known, state))
    const stream = new Stream(source, { data, connection })
    return () => {
      stream.close()
      updates.cancel()
    }
  }, [name, isPaused, isHidden, updates, setConnection, setEventInterval])
}

/** The latest data of a route, and why there are none, or no newer ones. */
export interface RouteState<Body> {
  body: Body | undefined
  reason: NoDataReason | undefined
}

/**
 * Polls a route while the component is mounted, for what no stream has.
 * @param route undefined for none
 * @param query a function is called before each request, and another result is not another request
 * @param isAlone whether the view has no stream, which knows the connection better
 * @param everyMillis the minimum time between requests; longer if the reader chose a slower pace
 */
export function useServerRoute<Body>(
  route: string | undefined,
  query: Query | (() => Query),
  everyMillis: number,
  isAlone = false,
): RouteState<Body> {
  const { pace, isPaused, isHidden, setConnection } = useControl()
  const between = Math.max(everyMillis, millisOf(pace))
  const [state, setState] = useState<RouteState<Body> & { name: string }>()
  const name = JSON.stringify([route, typeof query === 'function' ? 'changes' : query])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the name stands for route and query
  useEffect(() => {
    if (route === undefined || isPaused || isHidden) return
    const controller = new AbortController()
    let timer: ReturnType<typeof setTimeout>
    let latest: number | undefined
    const read = async () => {
      const present = typeof query === 'function' ? query() : query
      const reason = await tried<Body>(route, present, controller.signal, (body) =>
        setState({ name, body, reason: undefined }),
      )
      if (controller.signal.aborted) return
      if (reason !== undefined)
        setState((known) => ({ name, body: known?.name === name ? known.body : undefined, reason }))
      if (reason === undefined) latest = Date.now()
      setConnection((known) => afterResponse(known, reason, latest, isAlone))
      timer = setTimeout(read, between)
    }
    read()
    return () => {
      controller.abort()
      clearTimeout(timer)
    }
  }, [name, between, isPaused, isHidden, isAlone])
  return state?.name === name ? state : { body: undefined, reason: undefined }
}

/** @returns why there are no data */
async function tried<Body>(route: string, query: Query, signal: AbortSignal, receive: (body: Body) => void) {
  try {
    const body = await getJson<Body>(route, query, signal)
    if (!signal.aborted) receive(body)
    return undefined
  } catch (error) {
    return error instanceof NoDataError ? error.reason : 'response'
  }
}

function millisOf(pace: PaceChoice): number {
  return pace === 'live' ? 0 : Number(pace)
}

/** Reports the usual time between events: the median of the last few. */
class Beats {
  readonly #report: (interval: number) => void
  readonly #between: number[] = []
  #latest = Number.NaN

  constructor(report: (interval: number) => void) {
    this.#report = report
  }

  beat(): void {
    const now = performance.now()
    if (!Number.isNaN(this.#latest)) this.#between.push(now - this.#latest)
    this.#latest = now
    if (this.#between.length > 7) this.#between.shift()
    if (this.#between.length < 3) return
    const middle = [...this.#between].sort((a, b) => a - b)[this.#between.length >> 1] ?? 0
    const step = middle < 1000 ? 50 : 500
    this.#report(Math.max(step, Math.round(middle / step) * step))
  }
}

function useControl(): LiveControl {
  const control = useContext(LiveContext)
  if (control === undefined) throw new Error('there is no LiveProvider')
  return control
}

function useIsHidden(): boolean {
  return useSyncExternalStore(subscribeToVisibility, () => document.hidden)
}

function subscribeToVisibility(listener: () => void) {
  document.addEventListener('visibilitychange', listener)
  return () => document.removeEventListener('visibilitychange', listener)
}
