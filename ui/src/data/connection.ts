// What the page says of its connection, from what its stream and its answers tell.

import type { Lack } from './answer'

export type Connection =
  | { kind: 'connecting' }
  /** since: when the first answer arrived, if no stream has had data before; in milliseconds */
  | { kind: 'live'; since?: number }
  /** since: when the latest data arrived, in milliseconds; undefined before */
  | { kind: 'reconnecting'; since: number | undefined }
  | { kind: 'lacking'; lack: Lack }

/** The connection after a stream has changed its own. */
export function afterStream(known: Connection, state: Connection): Connection {
  if (known.kind === 'live' && state.kind === 'live') return known
  const isFirst = state.kind === 'reconnecting' && state.since === undefined
  // an answer may have come before the first event
  return isFirst && 'since' in known ? { kind: 'reconnecting', since: known.since } : state
}

/**
 * The connection after an answer. A stream knows it better: an answer matters only where there is no stream.
 * @param lack why there was no answer
 * @param latest when the latest answer arrived
 * @param isAlone whether the view has no stream
 */
export function afterAnswer(
  known: Connection,
  lack: Lack | undefined,
  latest: number | undefined,
  isAlone: boolean,
): Connection {
  if (lack === undefined) {
    const isNews = known.kind === 'connecting' || known.kind === 'lacking' || (isAlone && known.kind !== 'live')
    return isNews ? { kind: 'live', since: latest } : known
  }
  if (lack === 'series') return known
  if (lack === 'answer') return known.kind === 'reconnecting' ? known : { kind: 'reconnecting', since: latest }
  return { kind: 'lacking', lack }
}
