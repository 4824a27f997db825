// One series: its labels, its numbers, its history, and its distribution.

import { useRef } from 'react'
import type { DistributionDetail, DistributionStats, Series, SeriesDetail } from '../../../pool'
import { useServerRoute } from '../data/live'
import { seriesHistory } from '../data/memory'
import { Ring } from '../data/ring'
import { useSeriesStream } from '../data/use-series-stream'
import { stepsOf, valueFormat } from '../format/series-format'
import { BackTools } from '../parts/BackTools'
import { Chart, QUANTILE_LINES } from '../parts/Chart'
import { Foreign } from '../parts/Foreign'
import { Histogram } from '../parts/Histogram'
import { Labels } from '../parts/Labels'
import { NoDataNotice } from '../parts/Notice'
import { Stat, Stats } from '../parts/Stat'
import { View } from '../parts/View'
import { useSpeech } from '../text/language'
import { HistoryDetails } from './HistoryDetails'

const MILLIS_BETWEEN_READINGS = 2000
const NOTHING = new Ring(1)
const STATS = ['min', 'p50', 'p90', 'p99', 'max', 'mean', 'sum'] as const

export function SeriesDetails({ seriesKey }: { seriesKey: string }) {
  const { t } = useSpeech()
  const { body, reason } = useServerRoute<SeriesDetail>(
    `series/${encodeURIComponent(seriesKey)}`,
    [],
    MILLIS_BETWEEN_READINGS,
  )
  const key = body?.key ?? seriesKey
  useSeriesStream([key])
  const quantiles = useQuantiles(body)
  return (
    <View title={t('series')} aside={<BackTools />}>
      {body === undefined && reason && <NoDataNotice reason={reason} />}
      {body !== undefined && <Summary series={seriesHistory.get(key) ?? body} detail={body} quantiles={quantiles} />}
    </View>
  )
}

/** The history of the recent quantiles, because those since the start hardly change any more. */
function useQuantiles(detail: SeriesDetail | undefined): Ring {
  const ring = useRef(new Ring(3))
  const latest = useRef<SeriesDetail>(undefined)
  if (detail !== undefined && detail !== latest.current && 'distribution' in detail) {
    latest.current = detail
    const { recent } = detail
    ring.current.push(Date.now() / 1000, recent ? [recent.p50, recent.p90, recent.p99] : [])
  }
  return ring.current
}

function Summary({ series, detail, quantiles }: { series: Series; detail: SeriesDetail; quantiles: Ring }) {
  const { t } = useSpeech()
  return (
    <>
      <section className="card">
        <h2>
          <Foreign>{series.name}</Foreign> <span className="kind">{t(series.kind)}</span>
        </h2>
        {series.help && (
          <p>
            <Foreign className="long">{series.help}</Foreign>
          </p>
        )}
        {Object.keys(series.labels).length > 0 && (
          <p className="labels">
            <span className="unseen">{t('labels')}: </span>
            <Labels labels={series.labels} />
          </p>
        )}
        <Numbers series={series} detail={detail} />
      </section>
      <HistoryDetails
        seriesKey={series.key}
        otherwise={
          <section className="card">
            <Lines series={series} quantiles={quantiles} />
          </section>
        }
      />
      {'distribution' in detail && <Distribution detail={detail} />}
    </>
  )
}

function Numbers({ series, detail }: { series: Series; detail: SeriesDetail }) {
  const { t, formats } = useSpeech()
  const format = valueFormat(series, formats)
  if (series.kind === 'gauge') {
    return (
      <Stats>
        <Stat name={t('value')} value={format(series.value)} />
      </Stats>
    )
  }
  if (series.kind === 'counter') {
    return (
      <Stats>
        <Stat name={t('value')} value={format(series.value)} />
        <Stat name={t('rate')} value={formats.rate(series.rate)} />
      </Stats>
    )
  }
  const recent = 'recent' in detail ? detail.recent : undefined
  return (
    <>
      <h3>{t('sinceStart')}</h3>
      <Stats isWide>
        <DistributionNumbers stats={series} format={format} />
      </Stats>
      <h3>{recent ? t('inTheLast', { span: formats.span(recent.seconds) }) : t('recent')}</h3>
      <Stats isWide>
        {recent && <DistributionNumbers stats={recent} format={format} />}
        <Stat name={t('rate')} value={formats.rate(series.rate)} />
      </Stats>
    </>
  )
}

function DistributionNumbers({ stats, format }: { stats: DistributionStats; format: (value: number) => string }) {
  const { t, formats } = useSpeech()
  return (
    <>
      <Stat name={t('count')} value={formats.count(stats.count)} />
      {STATS.map((name) => (
        <Stat key={name} name={name.startsWith('p') ? name : t(name as 'min')} value={format(stats[name])} />
      ))}
    </>
  )
}

function Lines({ series, quantiles }: { series: Series; quantiles: Ring }) {
  const { t, formats } = useSpeech()
  const ring = seriesHistory.ring(series.key) ?? NOTHING
  const format = valueFormat(series, formats)
  const hasQuantiles = series.kind === 'timing' || series.kind === 'histogram'
  const first = series.kind === 'gauge' ? t('value') : t('rate')
  return (
    <>
      <h3>{first}</h3>
      <Chart
        label={t('chartOf', { name: first })}
        rows={ring}
        lines={[{ name: first, column: 1, color: '--accent' }]}
        format={(value) => (series.kind === 'gauge' ? format(value) : formats.rate(value))}
        steps={series.kind === 'gauge' ? stepsOf(series) : undefined}
        height={hasQuantiles ? 140 : 260}
      />
      {hasQuantiles && (
        <>
          <h3>{t('recentQuantiles')}</h3>
          <Chart
            label={t('chartOf', { name: t('recentQuantiles') })}
            rows={quantiles}
            lines={QUANTILE_LINES}
            format={format}
            steps={stepsOf(series)}
            height={220}
          />
        </>
      )}
    </>
  )
}

function Distribution({ detail }: { detail: DistributionDetail }) {
  const { t, formats } = useSpeech()
  const format = valueFormat(detail, formats)
  const { recent } = detail
  const count = (value: number) => formats.count(value)
  const labelOf = (values: number, period: string) => `${t('distributionOf', { count: count(values) })}, ${period}`
  return (
    <section className="card">
      <h2>{t('distribution')}</h2>
      {recent && (
        <Histogram
          label={labelOf(recent.count, t('distributionRecent', { span: formats.span(recent.seconds) }))}
          buckets={recent.distribution}
          format={format}
          count={count}
        />
      )}
      <Histogram
        label={labelOf(detail.count, t('distributionAll'))}
        buckets={detail.distribution}
        format={format}
        count={count}
      />
    </section>
  )
}
