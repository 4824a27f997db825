// The health of the app, now and in the last hour: requests, event loops, CPU and memory, then threads, routes and the pool.

import type { MetricsResponse } from '../../../pool'
import { useLive, useStream } from '../data/live'
import { overviewData, poolHistory } from '../data/memory'
import { type Present, type Thread, verdictOf } from '../data/overview'
import { useOverview } from '../data/use-overview'
import { threadName } from '../format/thread-name'
import { NoDataNotice, Notice } from '../parts/Notice'
import { SpanChoice } from '../parts/Span'
import { Stat, Stats } from '../parts/Stat'
import { Times } from '../parts/Times'
import { View } from '../parts/View'
import { Waiting } from '../parts/Waiting'
import { useSpeech } from '../text/language'
import { AppCharts } from './AppCharts'
import { PoolState } from './PoolState'
import { RouteBriefs } from './RouteBriefs'
import { ThreadsTable } from './ThreadsTable'

const source = { query: () => [['view', 'pool']] as const, probe: '', isSteady: true }

export function Overview() {
  const { t } = useSpeech()
  const { connection } = useLive()
  const { body, reason } = useOverview(true)
  useStream(body?.pool ? 'pool' : 'none', body?.pool ? source : undefined, (event) => {
    const { pool, timestamp, uptime } = event as MetricsResponse
    poolHistory.read(pool, timestamp, uptime)
  })
  if (body === undefined) {
    const known = connection.kind === 'noData' ? connection.reason : undefined
    return (
      <View title={t('overview')}>
        <Waiting reason={reason !== undefined && reason !== 'response' ? reason : known} />
      </View>
    )
  }
  return (
    <View title={t('overview')} aside={body.collector ? <SpanChoice /> : undefined}>
      {body.collector && <AppState uptime={body.uptime} timestamp={body.timestamp} />}
      {body.pool && poolHistory.latest !== undefined && <PoolState latest={poolHistory.latest} />}
      {!body.pool && !body.collector && <NoDataNotice reason="pool" />}
    </View>
  )
}

function AppState({ uptime, timestamp }: { uptime: number; timestamp: string }) {
  const { t } = useSpeech()
  const threads = overviewData.threads()
  return (
    <>
      <Verdict present={overviewData.present()} threads={threads} uptime={uptime} timestamp={timestamp} />
      <AppCharts data={overviewData} />
      {threads.length > 0 && (
        <section className="plain">
          <h2>{t('threads')}</h2>
          <ThreadsTable threads={threads} />
        </section>
      )}
      {overviewData.hasHttp ? (
        <RouteBriefs />
      ) : (
        <Notice title={t('noHttp')} code="instrument()">
          {t('noHttpRemedy')}
        </Notice>
      )}
      {threads.length === 0 && (
        <Notice title={t('noThreads')} code="collectDefaultMetrics()">
          {t('noThreadsRemedy')}
        </Notice>
      )}
    </>
  )
}

interface VerdictProps {
  present: Present
  threads: readonly Thread[]
  uptime: number
  timestamp: string
}

function Verdict({ present, threads, uptime, timestamp }: VerdictProps) {
  const { t, formats } = useSpeech()
  const { level, reason } = verdictOf(present, threads)
  const { requests, p50, p99, errorShare, lag, cpu, rss } = present
  return (
    <section className={`verdict app card ${level}`}>
      <div>
        <h2>
          {reason === 'stuck' && t('stuck', { name: threadName(threads[0], t) })}
          {reason === 'failing' && t('failing', { share: formats.percent(errorShare) })}
          {(reason === 'slow' || reason === 'well') && t(reason)}
        </h2>
        <Stats>
          {requests !== undefined && <Stat name={t('requestsPerSecond')} value={formats.rate(requests)} />}
          {requests !== undefined && <Stat name="p50" value={formats.millis(p50)} />}
          {requests !== undefined && <Stat name="p99" value={formats.millis(p99)} />}
          {requests !== undefined && <Stat name={t('errorShare')} value={formats.percent(errorShare)} />}
          {lag !== undefined && <Stat name={t('lag')} value={formats.seconds(lag)} />}
          {cpu !== undefined && <Stat name={t('cpu')} value={formats.percent(cpu)} />}
          {rss !== undefined && <Stat name={t('memoryResident')} value={formats.bytes(rss)} />}
        </Stats>
        <Times uptime={uptime} timestamp={timestamp} />
      </div>
    </section>
  )
}
