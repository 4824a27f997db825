// Threads as rows: lag, utilization, CPU, heap, garbage collections, and what each is busy with. Stuck ones are at the top, in red.

import { Link } from '@tanstack/react-router'
import type { Thread } from '../data/overview'
import { threadName } from '../format/thread-name'
import { Foreign } from '../parts/Foreign'
import { useSpeech } from '../text/language'

const MOST_BESIDE_OTHERS = 20

export function ThreadsTable({ threads, isWhole = false }: { threads: readonly Thread[]; isWhole?: boolean }) {
  const { t, formats } = useSpeech()
  const shown = isWhole ? threads : threads.slice(0, MOST_BESIDE_OTHERS)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling element must be reachable by keyboard
    <section className="scrolled" aria-label={t('threads')} tabIndex={0}>
      <table className="threads-table">
        <thead>
          <tr>
            <th scope="col">{t('thread')}</th>
            <th scope="col">{t('state')}</th>
            <th scope="col" className="number">
              {t('lag')}
            </th>
            <th scope="col" className="number">
              {t('utilization')}
            </th>
            <th scope="col" className="number wide">
              {t('cpu')}
            </th>
            <th scope="col" className="number wide">
              {t('heap')}
            </th>
            <th scope="col" className="number wide" title={t('gcMeaning')}>
              {t('gc')}
            </th>
            <th scope="col">{t('busyWith')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((thread) => (
            <Row key={thread.thread} thread={thread} />
          ))}
        </tbody>
      </table>
      {shown.length < threads.length && (
        <p>
          <Link to="/threads">
            {t('shownOf', { shown: formats.count(shown.length), total: formats.count(threads.length) })}
          </Link>
        </p>
      )}
    </section>
  )
}

function Row({ thread }: { thread: Thread }) {
  const { t, formats } = useSpeech()
  const { stuckSince, isWaiting, lag, utilization, cpu, heap, gc, busy } = thread
  return (
    <tr className={stuckSince === undefined ? undefined : 'stuck'}>
      <th scope="row">
        <Link to="/threads" search={{ thread: thread.thread === '' ? 'main' : thread.thread }}>
          <Foreign>{threadName(thread, t)}</Foreign>
        </Link>
      </th>
      <td>
        {stuckSince !== undefined
          ? t('stuckSince', { time: formats.clock(stuckSince) })
          : t(isWaiting ? 'waitsForTask' : 'respond')}
      </td>
      <td className="number">{formats.seconds(isWaiting ? undefined : lag)}</td>
      <td className="number">{formats.percent(utilization)}</td>
      <td className="number wide">{formats.percent(cpu)}</td>
      <td className="number wide">{formats.bytes(heap)}</td>
      <td className="number wide">{formats.percent(gc)}</td>
      <td>
        {busy !== undefined && (
          <Foreign>
            {t('busyFor', {
              task: busy.task || busy.app || busy.id,
              span: busy.seconds < 60 ? formats.millis(busy.seconds * 1000) : formats.span(busy.seconds),
            })}
          </Foreign>
        )}
      </td>
    </tr>
  )
}
