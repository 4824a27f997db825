// Reads the overview, and keeps its history across views.

import type { OverviewResponse } from '../../../pool'
import { useServerRoute } from './live'
import { overviewData } from './memory'

const MILLIS_BETWEEN_READINGS = 1000

/** @param hasStream whether the view has a stream, which it only has if there is a pool */
export function useOverview(hasStream = false) {
  const state = useServerRoute<OverviewResponse>(
    'overview',
    () => (overviewData.history.after > 0 ? [['after', overviewData.history.after]] : []),
    MILLIS_BETWEEN_READINGS,
    // until there is a pool, there is no stream
    overviewData.latest?.pool !== true || !hasStream,
  )
  const { body } = state
  if (body !== undefined && body !== overviewData.latest) overviewData.apply(body)
  return state
}
