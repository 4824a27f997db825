// The series of a collector: a paged list, or one series in detail.

import { useSearch } from '@tanstack/react-router'
import { SeriesDetails } from './SeriesDetails'
import { SeriesList } from './SeriesList'

export function SeriesPage() {
  const search = useSearch({ from: '/series' })
  const { key } = search
  return key === undefined ? <SeriesList search={search} /> : <SeriesDetails key={key} seriesKey={key} />
}
