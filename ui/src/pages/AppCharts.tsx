// The charts of the overview: requests, latency, errors, event loops, CPU and memory.

import { type ChartColumn, type History, type KnownSeries, meansOf, perSecond } from '../data/history'
import { type OverviewData, PANELS } from '../data/overview'
import { BYTE_STEPS } from '../format/steps'
import { threadName } from '../format/thread-name'
import { ChartPanel, type ChartPanelProps } from '../parts/ChartPanel'
import { type Speech, useSpeech } from '../text/language'

const QUANTILES = [
  { name: 'p50', column: 1, color: '--idle' },
  { name: 'p99', column: 2, color: '--creating' },
]
const THREAD_COLORS = ['--accent', '--creating', '--idle', '--ready', '--high', '--terminated', '--bad', '--good']

export function AppCharts({ data: { history } }: { data: OverviewData }) {
  const speech = useSpeech()
  const charts = [...requestCharts(history, speech), ...processCharts(history, speech)]
  return (
    <div className="charts">
      {charts.map((chart) => (
        <ChartPanel key={chart.title} {...chart} />
      ))}
    </div>
  )
}

function requestCharts(history: History, { t, formats }: Speech): ChartPanelProps[] {
  const [requests] = history.series(PANELS.requests)
  const [errors] = history.series(PANELS.errors)
  if (requests === undefined) return []
  const { counts, p50, p99 } = requests.columns
  return [
    {
      title: t('requestsPerSecond'),
      rows: history.rows([[counts, perSecond]]),
      format: (value) => formats.rate(value),
    },
    {
      title: t('latency'),
      rows: history.rows([[p50], [p99]]),
      lines: QUANTILES,
      format: (value) => formats.millis(value),
    },
    {
      title: t('errorShare'),
      rows: history.rows([[sharesOf(requests, errors)]]),
      lines: [{ name: t('errorShare'), column: 1, color: '--bad' }],
      format: (value) => formats.percent(value),
      top: 0.01,
    },
  ]
}

function processCharts(history: History, { t, formats }: Speech): ChartPanelProps[] {
  const [cpu] = history.series(PANELS.cpu)
  const [rss] = history.series(PANELS.rss)
  const ofThreads = (of: number, columnOf: (series: KnownSeries) => ChartColumn) =>
    threadLines(history, of, columnOf, t)
  return [
    {
      title: t('lag'),
      ...ofThreads(PANELS.lag, ({ columns }) => [columns.highest]),
      format: (value) => formats.seconds(value),
    },
    {
      title: t('loopUtilization'),
      ...ofThreads(PANELS.utilization, (series) => [meansOf(series)]),
      format: (value) => formats.percent(value),
      top: 1,
    },
    {
      title: t('cpu'),
      rows: cpu && history.rows([[cpu.columns.counts, perSecond]]),
      // instead of the line of the process, if threads are measured
      ...ofThreads(PANELS.threadCpu, ({ columns }) => [columns.counts, perSecond]),
      format: (value) => formats.percent(value),
      top: 1,
    },
    {
      title: t('memoryResident'),
      rows: rss && history.rows([[rss.columns.values]]),
      format: (value) => formats.bytes(value),
      steps: BYTE_STEPS,
    },
    {
      title: t('heap'),
      ...ofThreads(PANELS.heap, ({ columns }) => [columns.values]),
      format: (value) => formats.bytes(value),
      steps: BYTE_STEPS,
    },
  ]
}

/** A line for each thread; undefined if there is none. */
function threadLines(
  history: History,
  of: number,
  columnOf: (series: KnownSeries) => ChartColumn,
  t: Speech['t'],
): Pick<ChartPanelProps, 'rows' | 'lines'> | undefined {
  const sorted = history
    .series(of)
    .map((series) => ({ series, thread: series.labels.thread ?? '' }))
    .sort((a, b) => Number(a.thread) - Number(b.thread))
    .slice(0, THREAD_COLORS.length)
  if (sorted.length === 0) return undefined
  return {
    rows: history.rows(sorted.map(({ series }) => columnOf(series))),
    lines: sorted.map(({ thread }, at) => ({
      name: threadName({ thread }, t),
      column: at + 1,
      color: THREAD_COLORS[at] ?? '--accent',
    })),
  }
}

/** The share of requests that failed in each interval. */
function sharesOf(requests: KnownSeries, errors: KnownSeries | undefined): (number | null)[] {
  return (requests.columns.counts ?? []).map((count, at) =>
    count ? (errors?.columns.counts?.[at] ?? 0) / count : null,
  )
}
