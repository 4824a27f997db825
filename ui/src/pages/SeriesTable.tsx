// A page of series: numbers in columns that all kinds share, grouped by the prefix of their names.

import { Link } from '@tanstack/react-router'
import type { Series } from '../../../pool'
import { seriesHistory } from '../data/memory'
import { valueFormat } from '../format/series-format'
import { Foreign } from '../parts/Foreign'
import { Labels } from '../parts/Labels'
import { Sparkline } from '../parts/Sparkline'
import { useSpeech } from '../text/language'

const COLUMNS = 8

export function SeriesTable({ series, prefix }: { series: readonly Series[]; prefix: string }) {
  const { t } = useSpeech()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling element must be reachable by keyboard
    <section className="scrolled" aria-label={t('series')} tabIndex={0}>
      <table className="series-table">
        <thead>
          <tr>
            <th scope="col">{t('name')}</th>
            <th scope="col" className="number">
              {t('value')}
            </th>
            <th scope="col" className="number">
              {t('rate')}
            </th>
            {['p50', 'p90', 'p99'].map((name) => (
              <th key={name} scope="col" className="number wide" title={t('sinceStart')}>
                {name}
              </th>
            ))}
            <th scope="col" className="number wide" title={t('sinceStart')}>
              {t('max')}
            </th>
            <th scope="col" className="drawn">
              <span className="unseen">{t('recent')}</span>
            </th>
          </tr>
        </thead>
        {grouped(series, prefix).map(([group, members]) => (
          <tbody key={group}>
            <tr className="group">
              <th scope="rowgroup" colSpan={COLUMNS}>
                <Foreign>{group}</Foreign>
              </th>
            </tr>
            {members.map((each) => (
              <Row key={each.key} series={each} />
            ))}
          </tbody>
        ))}
      </table>
    </section>
  )
}

function Row({ series }: { series: Series }) {
  const { t, formats } = useSpeech()
  const { key, name, labels, kind } = series
  const format = valueFormat(series, formats)
  const distribution = series.kind === 'timing' || series.kind === 'histogram' ? series : undefined
  return (
    <tr>
      <th scope="row">
        <Link to="/series" search={{ key }}>
          <Foreign>{name}</Foreign>
        </Link>{' '}
        <Labels labels={labels} /> <span className="kind">{t(kind)}</span>
      </th>
      <td className="number">{'value' in series ? format(series.value) : formats.count(series.count)}</td>
      <td className="number">{series.kind === 'gauge' ? '' : formats.rate(series.rate)}</td>
      {(['p50', 'p90', 'p99', 'max'] as const).map((quantile) => (
        <td key={quantile} className="number wide">
          {distribution ? format(distribution[quantile]) : ''}
        </td>
      ))}
      <td className="drawn">
        <Sparkline ring={seriesHistory.ring(key)} />
      </td>
    </tr>
  )
}

/** In the given order. */
function grouped(series: readonly Series[], prefix: string): [group: string, members: Series[]][] {
  const groups = new Map<string, Series[]>()
  for (const each of series) {
    const group = prefix + (/^[^./:]*/.exec(each.name.slice(prefix.length))?.[0] ?? '')
    const members = groups.get(group) ?? []
    groups.set(group, members)
    members.push(each)
  }
  return [...groups]
}
