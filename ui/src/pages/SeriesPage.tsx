// What a collector holds: a list by pages, or one series in full.

import { useSearch } from '@tanstack/react-router'
import { SeriesDetails } from './SeriesDetails'
import { SeriesList } from './SeriesList'

export function SeriesPage() {
  const search = useSearch({ from: '/series' })
  const { key } = search
  return key === undefined ? <SeriesList search={search} /> : <SeriesDetails key={key} seriesKey={key} />
}
