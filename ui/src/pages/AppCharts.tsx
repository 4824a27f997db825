// The charts of the overview: requests, latency, errors, event loops, CPU and memory.

import type { ReactNode } from 'react'
import { type ColumnName, type KnownSeries, perSecond } from '../data/history'
import { type OverviewData, PANELS } from '../data/overview'
import { BYTE_STEPS } from '../format/steps'
import { threadName } from '../format/thread-name'
import { Chart, type Line } from '../parts/Chart'
import { useSpan } from '../parts/Span'
import { useSpeech } from '../text/language'

const THREAD_COLORS = ['--accent', '--creating', '--idle', '--ready', '--high', '--terminated', '--bad', '--good']

export function AppCharts({ data }: { data: OverviewData }) {
  const { t, formats } = useSpeech()
  const span = useSpan()
  const { history } = data
  const [requests] = history.series(PANELS.requests)
  const [errors] = history.series(PANELS.errors)
  const [cpu] = history.series(PANELS.cpu)
  const [rss] = history.series(PANELS.rss)
  const rate = (value: number | null | undefined) => formats.rate(value)
  const percent = (value: number | null | undefined) => formats.percent(value)
  const seconds = (value: number | null | undefined) => formats.millis(value == null ? value : value * 1000)
  return (
    <div className="charts">
      {requests !== undefined && (
        <>
          <Panel title={t('requestsPerSecond')}>
            <Chart
              label={t('requestsPerSecond')}
              rows={history.rows([[requests.columns.counts, perSecond]])}
              lines={[{ name: t('requestsPerSecond'), column: 1, color: '--accent' }]}
              format={rate}
              span={span}
            />
          </Panel>
          <Panel title={t('latency')}>
            <Chart
              label={t('latency')}
              rows={history.rows([[requests.columns.p50], [requests.columns.p99]])}
              lines={[
                { name: 'p50', column: 1, color: '--idle' },
                { name: 'p99', column: 2, color: '--creating' },
              ]}
              format={(value) => formats.millis(value)}
              span={span}
            />
          </Panel>
          <Panel title={t('errorShare')}>
            <Chart
              label={t('errorShare')}
              rows={history.rows([[sharesOf(requests, errors)]])}
              lines={[{ name: t('errorShare'), column: 1, color: '--bad' }]}
              format={percent}
              top={0.01}
              span={span}
            />
          </Panel>
        </>
      )}
      <ThreadChart data={data} of={PANELS.lag} column="highest" title={t('lag')} format={seconds} />
      <ThreadChart
        data={data}
        of={PANELS.utilization}
        column="sums"
        title={t('loopUtilization')}
        format={percent}
        top={1}
      />
      <ThreadChart data={data} of={PANELS.threadCpu} column="counts" title={t('cpu')} format={percent} top={1} />
      {cpu !== undefined && history.series(PANELS.threadCpu).length === 0 && (
        <Panel title={t('cpu')}>
          <Chart
            label={t('cpu')}
            rows={history.rows([[cpu.columns.counts, perSecond]])}
            lines={[{ name: t('cpu'), column: 1, color: '--accent' }]}
            format={percent}
            top={1}
            span={span}
          />
        </Panel>
      )}
      {rss !== undefined && (
        <Panel title={t('memoryResident')}>
          <Chart
            label={t('memoryResident')}
            rows={history.rows([[rss.columns.values]])}
            lines={[{ name: t('memoryResident'), column: 1, color: '--accent' }]}
            format={(value) => formats.bytes(value)}
            steps={BYTE_STEPS}
            span={span}
          />
        </Panel>
      )}
      <ThreadChart
        data={data}
        of={PANELS.heap}
        column="values"
        title={t('heap')}
        format={(value) => formats.bytes(value)}
        steps={BYTE_STEPS}
      />
    </div>
  )
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="card">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

interface ThreadChartProps {
  data: OverviewData
  of: number
  column: ColumnName
  title: string
  format: (value: number | null | undefined) => string
  top?: number
  steps?: readonly number[]
}

/** A line for each thread. */
function ThreadChart({ data, of, column, title, format, top, steps }: ThreadChartProps) {
  const { t } = useSpeech()
  const span = useSpan()
  const series = data.history.series(of)
  if (series.length === 0) return null
  const sorted = series
    .map((each) => ({ each, thread: each.labels.thread ?? '' }))
    .sort((a, b) => Number(a.thread) - Number(b.thread))
    .slice(0, THREAD_COLORS.length)
  const lines: Line[] = sorted.map(({ thread }, at) => ({
    name: threadName({ thread }, t),
    column: at + 1,
    color: THREAD_COLORS[at] ?? '--accent',
  }))
  const rows = data.history.rows(
    sorted.map(({ each }) => {
      if (column === 'counts') return [each.columns.counts, perSecond]
      return [column === 'sums' ? meansOf(each) : each.columns[column]]
    }),
  )
  return (
    <Panel title={title}>
      <Chart label={title} rows={rows} lines={lines} format={format} top={top ?? 0} steps={steps} span={span} />
    </Panel>
  )
}

/** The mean of each interval. */
function meansOf({ columns: { sums = [], counts = [] } }: KnownSeries): (number | null)[] {
  return sums.map((sum, at) => (sum === null || !counts[at] ? null : sum / counts[at]))
}

/** The share of requests that failed in each interval. */
function sharesOf(requests: KnownSeries, errors: KnownSeries | undefined): (number | null)[] {
  return (requests.columns.counts ?? []).map((count, at) =>
    count ? (errors?.columns.counts?.[at] ?? 0) / count : null,
  )
}
