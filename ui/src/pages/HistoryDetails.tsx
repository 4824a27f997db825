// The last hour of one series, or of several that are merged: its rate or value, and of a distribution its quantiles, its values over
// time, and a comparison of two moments.

import { useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactNode, useRef } from 'react'
import type { HistoryResponse, Series } from '../../../pool'
import { Heat } from '../data/heat'
import { History, perSecond } from '../data/history'
import { useServerRoute } from '../data/live'
import { stepsOf, valueFormat } from '../format/series-format'
import { Chart } from '../parts/Chart'
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
  const span = useSpan()
  const { history, heat } = useHistory(seriesKey, isAlone)
  const { a, b } = useSearch({ strict: false })
  const navigate = useNavigate()
  const picksB = useRef(false)
  const [series] = history.series(0)
  if (series === undefined) {
    return otherwise ?? (history.latest !== null && <p className="note">{t('noHistory')}</p>)
  }
  const { kind, name, unit, columns } = series
  const format = valueFormat({ kind, ...(unit !== undefined && { unit }) } as Series, formats)
  const steps = stepsOf({ ...(unit !== undefined && { unit }) } as Series)
  const isDistribution = kind === 'timing' || kind === 'histogram'
  const first = kind === 'gauge' ? t('value') : t('rate')
  const choose = (which: 'a' | 'b', time: number) =>
    navigate({ to: '.', search: (known) => ({ ...known, [which]: String(Math.round(time)) }), replace: true })
  const pick = (seconds: number) => {
    if (!isDistribution) return
    choose(picksB.current ? 'b' : 'a', seconds * 1000)
    picksB.current = !picksB.current
  }
  const [oldest, newest] = [heat.times[0] ?? 0, heat.times.at(-1) ?? 0]
  const old = oldest + (newest - oldest) * OLD
  return (
    <>
      <section className="card">
        <h3>{first}</h3>
        <Chart
          label={t('chartOver', { name: first })}
          rows={history.rows([kind === 'gauge' ? [columns.highest ?? columns.values] : [columns.counts, perSecond]])}
          lines={[{ name: first, column: 1, color: '--accent' }]}
          format={(value) => (kind === 'gauge' ? format(value) : formats.rate(value))}
          steps={kind === 'gauge' ? steps : undefined}
          height={isDistribution ? 140 : 260}
          span={span}
          pick={isDistribution ? pick : undefined}
        />
        {isDistribution && (
          <>
            <h3>{t('recentQuantiles')}</h3>
            <Chart
              label={t('chartOver', { name: t('recentQuantiles') })}
              rows={history.rows([[columns.p50], [columns.p90], [columns.p99]])}
              lines={[
                { name: 'p50', column: 1, color: '--idle' },
                { name: 'p90', column: 2, color: '--active' },
                { name: 'p99', column: 3, color: '--creating' },
              ]}
              format={format}
              steps={steps}
              height={220}
              span={span}
              pick={pick}
            />
            <h3>{t('heatmap')}</h3>
            <Heatmap name={name} heat={heat} span={span} format={format} pick={pick} />
          </>
        )}
      </section>
      {isDistribution && heat.length > 1 && (
        <Comparison
          heat={heat}
          a={within(a, oldest, newest) ?? old}
          b={within(b, oldest, newest) ?? newest}
          format={format}
          choose={choose}
        />
      )}
    </>
  )
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
