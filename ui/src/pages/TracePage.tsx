// The latest events of the trace: as a timeline, and as a list with their fields.

import { useNavigate, useSearch } from '@tanstack/react-router'
import { useRef } from 'react'
import type { TraceResponse } from '../../../pool'
import { useLive, useStream } from '../data/live'
import { paired } from '../data/spans'
import { Trace } from '../data/trace'
import { NoDataNotice, Notice } from '../parts/Notice'
import { View } from '../parts/View'
import { useSpeech } from '../text/language'
import { Timeline } from './Timeline'
import { TraceTable } from './TraceTable'

const MOST_IN_TIMELINE = 300

const source = { query: () => [['view', 'trace']] as const, probe: 'trace', isSteady: false }

export function TracePage() {
  const { t, formats } = useSpeech()
  const { connection } = useLive()
  const { q = '' } = useSearch({ from: '/trace' })
  const navigate = useNavigate({ from: '/trace' })
  const trace = useRef<Trace>(undefined)
  trace.current ??= new Trace()
  useStream('trace', source, (event) => trace.current?.apply(event as TraceResponse))
  if (connection.kind === 'noData') {
    return (
      <View title={t('trace')}>
        <NoDataNotice reason={connection.reason} />
      </View>
    )
  }
  const { events, missed } = trace.current
  const shown = events.filter(({ name }) => name.toLowerCase().includes(q.toLowerCase()))
  return (
    <View
      title={t('trace')}
      aside={
        <span className="number">
          {t('shownOf', { shown: formats.count(shown.length), total: formats.count(events.length) })}
        </span>
      }
    >
      <div className="tools">
        <input
          type="search"
          aria-label={t('filterTrace')}
          placeholder={t('filterTrace')}
          value={q}
          onChange={({ target }) => navigate({ search: { q: target.value }, replace: true })}
        />
      </div>
      {missed > 0 && <p role="status">{t('missed', { count: formats.count(missed) })}</p>}
      {shown.length === 0 ? (
        <NoneShown isFiltered={events.length > 0} />
      ) : (
        <>
          <Timeline {...paired(shown.slice(-MOST_IN_TIMELINE))} />
          <TraceTable events={shown} />
        </>
      )}
    </View>
  )
}

function NoneShown({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useSpeech()
  if (isFiltered) return <Notice title={t('noMatch')}>{t('noMatchRemedy')}</Notice>
  return (
    <Notice title={t('noEvents')} code="metrics.trace('import.begin', { id: 7 })">
      {t('noEventsRemedy')}
    </Notice>
  )
}
