// The last hour of one series, or of several that are merged: its rate or value, and of a distribution its quantiles, its values
// over time, and a comparison of two moments.

import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useRef } from 'react'
import type { HistoryResponse } from '../../../pool'
import { Heat } from '../data/heat'
import { History, type KnownSeries, perSecond } from '../data/history'
import { useServerRoute } from '../data/live'
import { stepsOf, valueFormat } from '../format/series-format'
import { Chart, QUANTILE_LINES } from '../parts/Chart'
import { Comparison } from '../parts/Comparison'
import { Heatmap } from '../parts/Heatmap'
import { useSpan } from '../parts/Span'
import { useSpeech } from '../text/language'

const MILLIS_BETWEEN_READINGS = 1000
/** Where the moments of a comparison are until the reader chooses: now, and the oldest, in parts of the time. */
const OLD = 0.1

interface HistoryDetailsProps {
  /** A key, or a pattern. */
  seriesKey: string
  /** Whether the view has no stream. */
  isAlone?: boolean
  /** Shown if the history does not contain the series. */
  otherwise?: ReactNode
}

export function HistoryDetails({ seriesKey, isAlone = false, otherwise }: HistoryDetailsProps) {
  const { t, formats } = useSpeech()
  const { history, heat } = useHistory(seriesKey, isAlone)
  const { a, b, choose, pick } = useMoments(heat)
  const [series] = history.series(0)
  if (series === undefined) {
    return otherwise ?? (history.latest !== null && <p className="note">{t('noHistory')}</p>)
  }
  const isDistribution = series.kind === 'timing' || series.kind === 'histogram'
  return (
    <>
      <section className="card">
        <FirstChart series={series} history={history} pick={isDistribution ? pick : undefined} />
        {isDistribution && <DistributionCharts series={series} history={history} heat={heat} pick={pick} />}
      </section>
      {isDistribution && heat.length > 1 && (
        <Comparison heat={heat} a={a} b={b} format={valueFormat(series, formats)} choose={choose} />
      )}
    </>
  )
}

interface FirstChartProps {
  series: KnownSeries
  history: History
  /** Of a distribution. */
  pick: ((seconds: number) => void) | undefined
}

/** The value of a gauge, or the rate of any other series. */
function FirstChart({ series, history, pick }: FirstChartProps) {
  const { t, formats } = useSpeech()
  const span = useSpan()
  const { kind, columns } = series
  const format = valueFormat(series, formats)
  const name = kind === 'gauge' ? t('value') : t('rate')
  return (
    <>
      <h3>{name}</h3>
      <Chart
        label={t('chartOver', { name })}
        rows={history.rows([kind === 'gauge' ? [columns.highest ?? columns.values] : [columns.counts, perSecond]])}
        lines={[{ name, column: 1, color: '--accent' }]}
        format={(value) => (kind === 'gauge' ? format(value) : formats.rate(value))}
        steps={kind === 'gauge' ? stepsOf(series) : undefined}
        height={pick ? 140 : 260}
        span={span}
        pick={pick}
      />
    </>
  )
}

interface DistributionChartsProps {
  series: KnownSeries
  history: History
  heat: Heat
  pick: (seconds: number) => void
}

function DistributionCharts({ series, history, heat, pick }: DistributionChartsProps) {
  const { t, formats } = useSpeech()
  const span = useSpan()
  const { p50, p90, p99 } = series.columns
  const format = valueFormat(series, formats)
  return (
    <>
      <h3>{t('recentQuantiles')}</h3>
      <Chart
        label={t('chartOver', { name: t('recentQuantiles') })}
        rows={history.rows([[p50], [p90], [p99]])}
        lines={QUANTILE_LINES}
        format={format}
        steps={stepsOf(series)}
        height={220}
        span={span}
        pick={pick}
      />
      <h3>{t('heatmap')}</h3>
      <Heatmap name={series.name} heat={heat} span={span} format={format} pick={pick} />
    </>
  )
}

/** The two moments of the comparison, which are in the address. */
function useMoments(heat: Heat) {
  const { a, b } = useSearch({ strict: false })
  const navigate = useNavigate()
  const picksB = useRef(false)
  const [oldest, newest] = [heat.times[0] ?? 0, heat.times.at(-1) ?? 0]
  const choose = (which: 'a' | 'b', time: number) =>
    navigate({ to: '.', search: (known) => ({ ...known, [which]: String(Math.round(time)) }), replace: true })
  /** The first click on a chart chooses A, the next one B. */
  const pick = (seconds: number) => {
    choose(picksB.current ? 'b' : 'a', seconds * 1000)
    picksB.current = !picksB.current
  }
  return {
    a: within(a, oldest, newest) ?? oldest + (newest - oldest) * OLD,
    b: within(b, oldest, newest) ?? newest,
    choose,
    pick,
  }
}

function useHistory(seriesKey: string, isAlone: boolean): { history: History; heat: Heat } {
  const kept = useRef<{ history: History; heat: Heat }>(undefined)
  kept.current ??= { history: new History(), heat: new Heat() }
  const { history, heat } = kept.current
  const { body } = useServerRoute<HistoryResponse>(
    'history',
    () => [
      ['keys', seriesKey],
      ['buckets', 1],
      ['after', history.after],
    ],
    MILLIS_BETWEEN_READINGS,
    isAlone,
  )
  const applied = useRef<HistoryResponse>(undefined)
  if (body !== undefined && body !== applied.current) {
    applied.current = body
    heat.apply(body.times, body.series[0]?.buckets, history.after)
    history.apply(body)
  }
  return kept.current
}

/** A time in an address, if it is in the history. */
function within(text: string | undefined, oldest: number, newest: number): number | undefined {
  const time = Number(text)
  return text !== undefined && time >= oldest && time <= newest ? time : undefined
}
