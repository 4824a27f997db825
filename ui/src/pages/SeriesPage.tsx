// What a collector holds: a list by pages, or one series in full.

import { useSearch } from '@tanstack/react-router'
import { SeriesDetails } from './SeriesDetails'
import { SeriesList } from './SeriesList'

export function SeriesPage() {
  const search = useSearch({ from: '/series' })
  return search.key === undefined ? <SeriesList search={search} /> : <SeriesDetails seriesKey={search.key} />
}
