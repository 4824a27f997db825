// All threads as rows, or one of them over time.

import { useSearch } from '@tanstack/react-router'
import { useRef } from 'react'
import type { HistoryResponse } from '../../../pool'
import { type ColumnName, History } from '../data/history'
import { useServerRoute } from '../data/live'
import { overviewData } from '../data/memory'
import { THREAD_PANELS, threadKeys } from '../data/overview'
import { useOverview } from '../data/use-overview'
import { BYTE_STEPS } from '../format/steps'
import { threadName } from '../format/thread-name'
import { BackTools } from '../parts/BackTools'
import { Chart } from '../parts/Chart'
import { NoDataNotice, Notice } from '../parts/Notice'
import { useSpan } from '../parts/Span'
import { View } from '../parts/View'
import { Waiting } from '../parts/Waiting'
import { useSpeech } from '../text/language'
import { ThreadsTable } from './ThreadsTable'

const MILLIS_BETWEEN_READINGS = 1000

export function ThreadsPage() {
  const { t, formats } = useSpeech()
  const { thread } = useSearch({ from: '/threads' })
  const { body, reason } = useOverview()
  if (body === undefined) {
    return (
      <View title={t('threads')}>
        <Waiting reason={reason} />
      </View>
    )
  }
  if (!body.collector) {
    return (
      <View title={t('threads')}>
        <NoDataNotice reason="collector" />
      </View>
    )
  }
  const threads = overviewData.threads()
  if (thread === undefined) {
    return (
      <View title={t('threads')} aside={<span className="number">{formats.count(threads.length)}</span>}>
        {threads.length > 0 ? (
          <ThreadsTable threads={threads} isWhole />
        ) : (
          <Notice title={t('noThreads')} code="collectDefaultMetrics()">
            {t('noThreadsRemedy')}
          </Notice>
        )}
      </View>
    )
  }
  const id = thread === 'main' ? '' : thread
  const known = threads.filter((each) => each.thread === id)
  return (
    <View title={threadName({ thread: id }, t)} aside={<BackTools />}>
      {known.length > 0 ? <ThreadsTable threads={known} /> : <p role="status">{t('threadGone')}</p>}
      <ThreadCharts key={id} thread={id} prefix={body.prefix ?? ''} />
    </View>
  )
}

function ThreadCharts({ thread, prefix }: { thread: string; prefix: string }) {
  const { t, formats } = useSpeech()
  const span = useSpan()
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
  const column = (of: number, name: ColumnName) => history.series(of)[0]?.columns[name]
  const [sums, counts] = [column(THREAD_PANELS.utilization, 'sums'), column(THREAD_PANELS.utilization, 'counts')]
  const charts = [
    {
      title: t('lag'),
      values: column(THREAD_PANELS.lag, 'highest'),
      format: (value: number | null | undefined) => formats.millis(value == null ? value : value * 1000),
    },
    {
      title: t('loopUtilization'),
      values: sums?.map((sum, at) => (sum !== null && counts?.[at] ? sum / counts[at] : null)),
      format: (value: number | null | undefined) => formats.percent(value),
      top: 1,
    },
    {
      title: t('heap'),
      values: column(THREAD_PANELS.heap, 'values'),
      format: (value: number | null | undefined) => formats.bytes(value),
      steps: BYTE_STEPS,
    },
    {
      title: t('gc'),
      values: column(THREAD_PANELS.gc, 'sums')?.map((sum, at) => (sum ?? 0) / 1000 / (history.seconds[at] ?? 1)),
      format: (value: number | null | undefined) => formats.percent(value),
    },
    {
      title: t('cpu'),
      values: column(THREAD_PANELS.cpu, 'counts')?.map((sum, at) => (sum ?? 0) / (history.seconds[at] ?? 1)),
      format: (value: number | null | undefined) => formats.percent(value),
      top: 1,
    },
  ]
  return (
    <div className="charts">
      {charts
        .filter(({ values }) => values !== undefined)
        .map(({ title, values, format, top = 0, steps }) => (
          <section key={title} className="card">
            <h2>{title}</h2>
            <Chart
              label={title}
              rows={history.rows([[values]])}
              lines={[{ name: title, column: 1, color: '--accent' }]}
              format={format}
              top={top}
              steps={steps}
              span={span}
            />
          </section>
        ))}
    </div>
  )
}
