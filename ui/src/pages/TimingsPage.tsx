// Timings side by side: routes, and all others, by the column that the reader chooses; or one of them in detail.

import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { sorted, TIMING_SORTS, type Timing, type TimingSort, titleOf } from '../data/timings'
import { useTimings } from '../data/use-timings'
import { BackTools } from '../parts/BackTools'
import { Change } from '../parts/Change'
import { Foreign } from '../parts/Foreign'
import { Labels } from '../parts/Labels'
import { Notice } from '../parts/Notice'
import { View } from '../parts/View'
import { Waiting } from '../parts/Waiting'
import { useSpeech } from '../text/language'
import { HistoryDetails } from './HistoryDetails'

const MOST_ROWS = 200

export function TimingsPage() {
  const { t } = useSpeech()
  const search = useSearch({ from: '/timings' })
  const { key } = search
  if (key === undefined) return <TimingsList />
  return (
    <View title={t('timings')} aside={<BackTools />}>
      <section className="card">
        <h2>
          <Foreign>{titleOf(key)}</Foreign> <span className="kind">{t('timing')}</span>
        </h2>
      </section>
      <HistoryDetails key={key} seriesKey={key} isAlone />
    </View>
  )
}

function TimingsList() {
  const { t } = useSpeech()
  const { timings, reason } = useTimings(true)
  const { q = '' } = useSearch({ from: '/timings' })
  const navigate = useNavigate({ from: '/timings' })
  if (timings === undefined) {
    return (
      <View title={t('timings')}>
        <Waiting reason={reason} />
      </View>
    )
  }
  const wanted = q.toLowerCase()
  const shown = timings.filter(({ key }) => key.toLowerCase().includes(wanted))
  const routes = shown.filter(({ isRoute }) => isRoute)
  const others = shown.filter(({ isRoute }) => !isRoute)
  return (
    <View title={t('timings')} aside={<span className="muted">{t('whatChangedMeaning')}</span>}>
      <div className="tools">
        <input
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          value={q}
          onChange={({ target }) => navigate({ search: (known) => ({ ...known, q: target.value }), replace: true })}
        />
      </div>
      {routes.length > 0 && <TimingsTable title={t('routes')} timings={routes} hasErrors />}
      {others.length > 0 && <TimingsTable title={t('otherTimings')} timings={others} />}
      {shown.length === 0 && timings.length > 0 && <Notice title={t('noMatch')}>{t('noMatchRemedy')}</Notice>}
      {timings.length === 0 && (
        <Notice title={t('noTimings')} code="instrument()">
          {t('noTimingsRemedy')}
        </Notice>
      )}
    </View>
  )
}

function TimingsTable({
  title,
  timings,
  hasErrors = false,
}: {
  title: string
  timings: Timing[]
  hasErrors?: boolean
}) {
  const { t, formats } = useSpeech()
  const { sort: text = '-p99' } = useSearch({ from: '/timings' })
  const navigate = useNavigate({ from: '/timings' })
  const sort = TIMING_SORTS.find((name) => name === text.replace(/^-/, '')) ?? 'p99'
  const isDescending = text.startsWith('-')
  const columns = TIMING_SORTS.filter((name) => name !== 'errors' || hasErrors)
  const choose = (name: TimingSort) => {
    const isDown = name === sort ? !isDescending : name !== 'name'
    navigate({ search: (known) => ({ ...known, sort: isDown ? `-${name}` : name }), replace: true })
  }
  const titles: Record<TimingSort, string> = {
    name: t('name'),
    rate: t('rate'),
    errors: t('errorShare'),
    p50: 'p50',
    p99: 'p99',
    before: `p99, ${t('hourBefore')}`,
    change: t('change'),
  }
  const all = sorted(timings, sort, isDescending)
  return (
    <section className="plain">
      <h2>
        {title} <small className="number">{formats.count(timings.length)}</small>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling element must be reachable by keyboard */}
      <section className="scrolled" aria-label={title} tabIndex={0}>
        <table className="timings-table">
          <thead>
            <tr>
              {columns.map((name) => (
                <th
                  key={name}
                  scope="col"
                  className={
                    name === 'name' ? undefined : name === 'before' || name === 'p50' ? 'number wide' : 'number'
                  }
                  aria-sort={name === sort ? (isDescending ? 'descending' : 'ascending') : undefined}
                >
                  <button type="button" onClick={() => choose(name)}>
                    {titles[name]}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {all.slice(0, MOST_ROWS).map((timing) => (
              <Row key={timing.key} timing={timing} hasErrors={hasErrors} />
            ))}
          </tbody>
        </table>
        {all.length > MOST_ROWS && <p>{t('shownOf', { shown: MOST_ROWS, total: formats.count(all.length) })}</p>}
      </section>
    </section>
  )
}

function Row({ timing, hasErrors }: { timing: Timing; hasErrors: boolean }) {
  const { formats } = useSpeech()
  const { name, labels, key, isRoute, recent, before, errors } = timing
  return (
    <tr>
      <th scope="row">
        <Link to="/timings" search={({ span }: { span?: string }) => ({ span, key })}>
          <Foreign>{name}</Foreign>
        </Link>{' '}
        {!isRoute && <Labels labels={labels} />}
      </th>
      <td className="number">{formats.rate(recent.seconds > 0 ? (recent.count ?? 0) / recent.seconds : undefined)}</td>
      {hasErrors && <td className="number">{formats.percent(recent.count ? errors / recent.count : undefined)}</td>}
      <td className="number wide">{formats.millis(recent.p50)}</td>
      <td className="number">{formats.millis(recent.p99)}</td>
      <td className="number wide">{formats.millis(before.p99)}</td>
      <td className="number">
        <Change timing={timing} />
      </td>
    </tr>
  )
}
