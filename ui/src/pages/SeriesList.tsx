// Series in pages from the server: searched, grouped by prefix, each with its current values. Scenes come first.

import { Link, useNavigate } from '@tanstack/react-router'
import type { SeriesGroup, SeriesResponse } from '../../../pool'
import { streamable } from '../data/keys'
import { useServerRoute } from '../data/live'
import { seriesHistory } from '../data/memory'
import { useSeriesStream } from '../data/use-series-stream'
import { Foreign } from '../parts/Foreign'
import { Notice } from '../parts/Notice'
import { View } from '../parts/View'
import { Waiting } from '../parts/Waiting'
import { useSpeech } from '../text/language'
import { SceneCard } from './SceneCard'
import { SeriesTable } from './SeriesTable'
import { useScenes } from './scenes'

const PAGE_LENGTH = 40
const MILLIS_BETWEEN_READINGS = 5000

export interface SeriesSearch {
  q?: string
  prefix?: string
  after?: string
}

export function SeriesList({ search }: { search: SeriesSearch }) {
  const { t, formats } = useSpeech()
  const { q = '', prefix = '', after } = search
  const query = [
    ['q', q],
    ['prefix', prefix],
    ['limit', PAGE_LENGTH],
    ...(after === undefined ? [] : ([['after', after]] as const)),
  ] as const
  const { body, reason } = useServerRoute<SeriesResponse>('series', query, MILLIS_BETWEEN_READINGS)
  const scenes = useScenes(prefix)
  const keys = streamable([...scenes.flatMap((scene) => scene.keys), ...(body?.series.map(({ key }) => key) ?? [])])
  useSeriesStream(keys)
  if (body === undefined) {
    return (
      <View title={t('series')}>
        <Waiting reason={reason} />
      </View>
    )
  }
  const series = body.series.map((each) => seriesHistory.get(each.key) ?? each)
  return (
    <View
      title={t('series')}
      aside={
        <span className="number">
          {body.total === 1 ? t('oneMetric') : t('metricsCount', { count: formats.count(body.total) })}
        </span>
      }
    >
      <Search text={q} />
      <Groups prefix={prefix} groups={body.groups} />
      {scenes.length > 0 && q === '' && after === undefined && (
        <div className="scenes">
          {scenes.map((scene) => (
            <SceneCard key={scene.prefix} prefix={scene.prefix} series={seriesHistory.list()} />
          ))}
        </div>
      )}
      {series.length > 0 ? (
        <SeriesTable series={series} prefix={prefix} />
      ) : (
        <NoneShown isFiltered={q + prefix !== ''} />
      )}
      <Pages after={after} next={body.next} />
    </View>
  )
}

function Search({ text }: { text: string }) {
  const { t } = useSpeech()
  const navigate = useNavigate({ from: '/series' })
  return (
    <div className="tools">
      <input
        type="search"
        aria-label={t('search')}
        placeholder={t('search')}
        value={text}
        onChange={({ target }) => navigate({ search: ({ prefix }) => ({ prefix, q: target.value }), replace: true })}
      />
    </div>
  )
}

/** The current group, and its subgroups. */
function Groups({ prefix, groups }: { prefix: string; groups: readonly SeriesGroup[] }) {
  const { t, formats } = useSpeech()
  const further = groups.filter((group) => !group.leaf && group.prefix !== prefix)
  if (prefix === '' && further.length === 0) return null
  return (
    <nav className="groups" aria-label={t('groups')}>
      {prefix !== '' && (
        <>
          <Link to="/series" search={{}} activeOptions={{ exact: true }}>
            {t('all')}
          </Link>
          {prefixesAbove(prefix).map((part) => (
            <Link key={part} to="/series" search={{ prefix: part }} activeOptions={{ exact: true }}>
              <Foreign>{part}</Foreign>
            </Link>
          ))}
          <span aria-current="true">
            <Foreign>{prefix}</Foreign>
          </span>
        </>
      )}
      {further.map((group) => (
        <Link key={group.prefix} to="/series" search={{ prefix: group.prefix }}>
          <Foreign>{group.prefix.slice(prefix.length)}</Foreign>{' '}
          <span className="number">{formats.compact(group.series)}</span>
        </Link>
      ))}
    </nav>
  )
}

/** The enclosing groups: `a.b.` is in `a.`. */
function prefixesAbove(prefix: string): string[] {
  return [...prefix.matchAll(/[./:](?=.)/gs)].map(({ index }) => prefix.slice(0, index + 1))
}

function Pages({ after, next }: { after: string | undefined; next: string | null }) {
  const { t } = useSpeech()
  if (after === undefined && next === null) return null
  return (
    <div className="pages">
      {after !== undefined && (
        <Link to="/series" search={({ q, prefix }: SeriesSearch) => ({ q, prefix })}>
          {t('first')}
        </Link>
      )}
      {next !== null && (
        <Link to="/series" search={({ q, prefix }: SeriesSearch) => ({ q, prefix, after: next })}>
          {t('next')}
        </Link>
      )}
    </div>
  )
}

function NoneShown({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useSpeech()
  if (isFiltered) return <Notice title={t('noMatch')}>{t('noMatchRemedy')}</Notice>
  return (
    <Notice title={t('noSeries')} code="metrics.inc('jobs.done')">
      {t('noSeriesRemedy')}
    </Notice>
  )
}
