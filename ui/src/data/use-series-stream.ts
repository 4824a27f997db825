// Reads the stream of some series, and keeps their history across views.

import type { SeriesEvent } from '../../../pool'
import { useStream } from './live'
import { seriesHistory } from './memory'

/** @param keys the visible ones */
export function useSeriesStream(keys: readonly string[]): void {
  const source = {
    query: () => [['view', 'series'] as const, ...keys.map((key) => ['keys', key] as const)],
    probe: 'series',
    isSteady: false,
  }
  useStream(JSON.stringify(keys), keys.length > 0 ? source : undefined, (event) =>
    seriesHistory.apply(event as SeriesEvent, keys),
  )
}
