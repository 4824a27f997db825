// All threads as rows, or one of them over time.

import { useSearch } from '@tanstack/react-router'
import { overviewData } from '../data/memory'
import { useOverview } from '../data/use-overview'
import { threadName } from '../format/thread-name'
import { BackTools } from '../parts/BackTools'
import { NoDataNotice, Notice } from '../parts/Notice'
import { View } from '../parts/View'
import { Waiting } from '../parts/Waiting'
import { useSpeech } from '../text/language'
import { ThreadCharts } from './ThreadCharts'
import { ThreadsTable } from './ThreadsTable'

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
