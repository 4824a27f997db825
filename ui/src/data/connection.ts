// The connection state, derived from the stream and from responses.

import type { NoDataReason } from './request'

export type Connection =
  | { kind: 'connecting' }
  /** since: when the first response arrived, if no stream has had data before; in milliseconds */
  | { kind: 'live'; since?: number }
  /** since: when the latest data arrived, in milliseconds; undefined before */
  | { kind: 'reconnecting'; since: number | undefined }
  | { kind: 'noData'; reason: NoDataReason }

/** The connection after a stream has changed its own. */
export function afterStream(known: Connection, state: Connection): Connection {
  if (known.kind === 'live' && state.kind === 'live') return known
  const isFirst = state.kind === 'reconnecting' && state.since === undefined
  // a response may have come before the first event
  return isFirst && 'since' in known ? { kind: 'reconnecting', since: known.since } : state
}

/**
 * The connection after a request. A stream knows it better: a response matters only where there is no stream.
 * @param reason why there are no data
 * @param latest when the latest response arrived
 * @param isAlone whether the view has no stream
 */
export function afterResponse(
  known: Connection,
  reason: NoDataReason | undefined,
  latest: number | undefined,
  isAlone: boolean,
): Connection {
  if (reason === undefined) {
    const isNews = known.kind === 'connecting' || known.kind === 'noData' || (isAlone && known.kind !== 'live')
    return isNews ? { kind: 'live', since: latest } : known
  }
  if (reason === 'series') return known
  if (reason === 'response') return known.kind === 'reconnecting' ? known : { kind: 'reconnecting', since: latest }
  return { kind: 'noData', reason }
}
