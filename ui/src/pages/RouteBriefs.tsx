// The routes to look at first: the slowest, those with most errors, and those that changed. Each leads to its charts.

import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { changeSize, NOTABLE, sorted, type Timing } from '../data/timings'
import { useTimings } from '../data/use-timings'
import { Change } from '../parts/Change'
import { Foreign } from '../parts/Foreign'
import { useSpeech } from '../text/language'

const MOST = 5

export function RouteBriefs() {
  const { t, formats } = useSpeech()
  const { timings } = useTimings(false)
  if (timings === undefined) return null
  const called = timings.filter(({ isRoute, recent }) => isRoute && (recent.count ?? 0) > 0)
  const failing = sorted(called, 'errors', true).filter(({ errors }) => errors > 0)
  const changed = sorted(timings, 'change', true).filter((timing) => changeSize(timing) >= NOTABLE)
  return (
    <div className="briefs">
      <Brief title={t('slowestRoutes')} sort="-p99" timings={sorted(called, 'p99', true)}>
        {({ recent }) => formats.millis(recent.p99)}
      </Brief>
      <Brief title={t('mostErrors')} sort="-errors" timings={failing}>
        {({ errors, recent }) => formats.percent(errors / (recent.count ?? 1))}
      </Brief>
      <Brief title={t('whatChanged')} sort="-change" timings={changed} meaning={t('whatChangedMeaning')}>
        {(timing) => <Change timing={timing} />}
      </Brief>
    </div>
  )
}

interface BriefProps {
  title: string
  meaning?: string
  sort: string
  timings: readonly Timing[]
  children: (timing: Timing) => ReactNode
}

function Brief({ title, meaning, sort, timings, children }: BriefProps) {
  const { t } = useSpeech()
  return (
    <section className="card">
      <h2 title={meaning}>{title}</h2>
      {timings.length === 0 ? (
        <p className="muted">–</p>
      ) : (
        <ol className="brief">
          {timings.slice(0, MOST).map((timing) => (
            <li key={timing.key}>
              <Link to="/timings" search={{ key: timing.key }}>
                <Foreign>{timing.name}</Foreign>
              </Link>
              <span className="number">{children(timing)}</span>
            </li>
          ))}
        </ol>
      )}
      <Link to="/timings" search={{ sort }} className="muted">
        {t('allTimings')}
      </Link>
    </section>
  )
}
