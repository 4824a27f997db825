// Reads the timings of the last hour.

import type { HistoryResponse } from '../../../pool'
import { useServerRoute } from './live'
import { TIMINGS_QUERY, timingsOf } from './timings'

const MILLIS_BETWEEN_READINGS = 5000

/** @param isAlone whether the view has no stream */
export function useTimings(isAlone: boolean) {
  const { body, reason } = useServerRoute<HistoryResponse>('history', TIMINGS_QUERY, MILLIS_BETWEEN_READINGS, isAlone)
  return { timings: body && timingsOf(body), reason }
}
