// One thread over time: its event loop, memory, garbage collections and CPU.

import { useRef } from 'react'
import type { HistoryResponse } from '../../../pool'
import { type ChartColumn, type Column, History, meansOf, perSecond } from '../data/history'
import { useServerRoute } from '../data/live'
import { THREAD_PANELS, threadKeys } from '../data/overview'
import { BYTE_STEPS } from '../format/steps'
import { ChartPanel, type ChartPanelProps } from '../parts/ChartPanel'
import { useSpeech } from '../text/language'

const MILLIS_BETWEEN_READINGS = 1000

export function ThreadCharts({ thread, prefix }: { thread: string; prefix: string }) {
  const { t, formats } = useSpeech()
  const history = useThreadHistory(thread, prefix)
  const [lag] = history.series(THREAD_PANELS.lag)
  const [utilization] = history.series(THREAD_PANELS.utilization)
  const [heap] = history.series(THREAD_PANELS.heap)
  const [gc] = history.series(THREAD_PANELS.gc)
  const [cpu] = history.series(THREAD_PANELS.cpu)
  const rows = (...[column, of]: ChartColumn) => column && history.rows([[column, of]])
  const charts: ChartPanelProps[] = [
    {
      title: t('lag'),
      rows: rows(lag?.columns.highest),
      format: (value) => formats.seconds(value),
    },
    {
      title: t('loopUtilization'),
      rows: rows(utilization && meansOf(utilization)),
      format: (value) => formats.percent(value),
      top: 1,
    },
    {
      title: t('heap'),
      rows: rows(heap?.columns.values),
      format: (value) => formats.bytes(value),
      steps: BYTE_STEPS,
    },
    {
      title: t('gc'),
      rows: rows(orZeros(gc?.columns.sums), (millis, seconds) => perSecond(millis / 1000, seconds)),
      format: (value) => formats.percent(value),
    },
    {
      title: t('cpu'),
      rows: rows(orZeros(cpu?.columns.counts), perSecond),
      format: (value) => formats.percent(value),
      top: 1,
    },
  ]
  return (
    <div className="charts">
      {charts.map((chart) => (
        <ChartPanel key={chart.title} {...chart} />
      ))}
    </div>
  )
}

function useThreadHistory(thread: string, prefix: string): History {
  const kept = useRef<History>(undefined)
  kept.current ??= new History()
  const history = kept.current
  const { body } = useServerRoute<HistoryResponse>(
    'history',
    () => [...threadKeys(prefix, thread).map((key) => ['keys', key] as const), ['after', history.after] as const],
    MILLIS_BETWEEN_READINGS,
  )
  const applied = useRef<HistoryResponse>(undefined)
  if (body !== undefined && body !== applied.current) history.apply(body)
  applied.current = body
  return history
}

/** What grows has not grown in an interval without a value. */
function orZeros(column: Column | undefined): Column | undefined {
  return column?.map((value) => value ?? 0)
}
