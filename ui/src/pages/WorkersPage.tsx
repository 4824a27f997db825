// All workers, sorted and filtered, and one of them in detail.

import { useNavigate, useSearch } from '@tanstack/react-router'
import { useRef } from 'react'
import type { StatsEvent, WorkerState } from '../../../pool'
import { useLive, useStream } from '../data/live'
import { poolHistory } from '../data/memory'
import { Ring } from '../data/ring'
import { reportedColumns, type Selection, SORTS, type Sort, STATES, selected } from '../data/selection'
import { type Worker, Workers } from '../data/workers'
import { Choice } from '../parts/Choice'
import { NoDataNotice, Notice } from '../parts/Notice'
import { View } from '../parts/View'
import { Waiting } from '../parts/Waiting'
import { useSpeech } from '../text/language'
import { WorkerDetails } from './WorkerDetails'
import { WorkersTable } from './WorkersTable'

const source = { query: () => [['view', 'stats']] as const, probe: '', isSteady: true }

interface Search {
  id?: string
  q?: string
  state?: string
  /** A leading minus means descending. */
  sort?: string
}

export function WorkersPage() {
  const { t, formats } = useSpeech()
  const { connection } = useLive()
  const search: Search = useSearch({ from: '/workers' })
  const navigate = useNavigate({ from: '/workers' })
  const { workers, watched } = useWorkers(search.id)
  const change = (changes: Search) =>
    navigate({ search: (known) => ({ ...known, ...changes }), replace: !('id' in changes) })
  if (connection.kind === 'noData') {
    return (
      <View title={t('workers')}>
        <NoDataNotice reason={connection.reason} />
      </View>
    )
  }
  const selection = selectionOf(search)
  const all = workers.list()
  const shown = selected(all, selection)
  const columns = reportedColumns(all)
  return (
    <View
      title={t('workers')}
      aside={
        <span className="number">
          {t('shownOf', { shown: formats.count(shown.length), total: formats.count(all.length) })}
        </span>
      }
    >
      <Filters selection={selection} change={change} />
      <div className={search.id === undefined ? 'workers' : 'workers split'}>
        {shown.length === 0 ? (
          <NoneShown isFiltered={all.length > 0} />
        ) : (
          <WorkersTable
            workers={shown}
            columns={columns}
            sort={selection.sort}
            isDescending={selection.isDescending}
            chosen={search.id}
            sortBy={(sort) => change({ sort: sortText(sort, selection) })}
            open={(id) => change({ id })}
          />
        )}
        {search.id !== undefined && (
          <WorkerDetails
            key={search.id}
            id={search.id}
            worker={workers.get(search.id)}
            ring={watched}
            close={() => change({ id: undefined })}
          />
        )}
      </div>
      <NotReported columns={all.length === 0 ? SORTS : columns} />
    </View>
  )
}

function Filters({ selection, change }: { selection: Selection; change: (changes: Search) => void }) {
  const { t } = useSpeech()
  return (
    <div className="tools">
      <input
        type="search"
        aria-label={t('filter')}
        placeholder={t('filter')}
        value={selection.text}
        onChange={({ target }) => change({ q: target.value })}
      />
      <Choice<WorkerState | ''>
        label={t('state')}
        value={selection.state}
        options={[['', t('anyState')], ...STATES.map((state) => [state, t(state)] as const)]}
        choose={(state) => change({ state })}
      />
    </div>
  )
}

/** The fields that the pool does not report for any worker, and how to report them. */
function NotReported({ columns }: { columns: readonly Sort[] }) {
  const { t } = useSpeech()
  const missing = SORTS.filter((column) => column !== 'rate' && !columns.includes(column))
  if (missing.length === 0) return null
  return <p className="note">{t('notReported', { names: missing.map((column) => t(column)).join(', ') })}</p>
}

function NoneShown({ isFiltered }: { isFiltered: boolean }) {
  const { t } = useSpeech()
  if (isFiltered) return <Notice title={t('noMatch')}>{t('noMatchRemedy')}</Notice>
  if (poolHistory.latest === undefined) return <Waiting />
  return <Notice title={t('noWorkers')}>{t('noWorkersRemedy')}</Notice>
}

/** The latest workers, and the history of the one in detail since it was opened. */
function useWorkers(id: string | undefined): { workers: Workers; watched: Ring } {
  const workers = useRef<Workers>(undefined)
  workers.current ??= new Workers()
  const watched = useRef({ id, ring: new Ring(3) })
  if (watched.current.id !== id) watched.current = { id, ring: new Ring(3) }
  useStream('stats', source, (event) => {
    const reported = event as StatsEvent
    workers.current?.apply(reported)
    poolHistory.read(reported.pool, reported.timestamp)
    const { id, ring } = watched.current
    const worker = id === undefined ? undefined : workers.current?.get(id)
    if (worker !== undefined) ring.push(Date.parse(reported.timestamp) / 1000, rowOf(worker))
  })
  return { workers: workers.current, watched: watched.current.ring }
}

function rowOf({ rate, memory }: Worker): number[] {
  return [rate, memory?.rss, memory?.heapUsed].map((value) => value ?? Number.NaN)
}

function selectionOf({ q = '', state = '', sort = 'id' }: Search): Selection {
  const name = sort.replace(/^-/, '')
  return {
    text: q,
    state: STATES.find((known) => known === state) ?? '',
    sort: SORTS.find((known) => known === name) ?? 'id',
    isDescending: sort.startsWith('-'),
  }
}

/** The same column again reverses the order; numbers start with the largest. */
function sortText(sort: Sort, { sort: present, isDescending }: Selection): string {
  const startsDown = !['id', 'app', 'state'].includes(sort)
  const isDown = sort === present ? !isDescending : startsDown
  return isDown ? `-${sort}` : sort
}
