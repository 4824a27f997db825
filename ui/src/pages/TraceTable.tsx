// Events with their fields, newest first.

import type { TraceEvent } from '../../../index'
import { paired } from '../data/spans'
import { Foreign } from '../parts/Foreign'
import { Labels } from '../parts/Labels'
import { useSpeech } from '../text/language'

const MOST_ROWS = 200

export function TraceTable({ events }: { events: readonly TraceEvent[] }) {
  const { t, formats } = useSpeech()
  const shown = events.slice(-MOST_ROWS).reverse()
  const took = new Map(paired(events).spans.map(({ begin, end }) => [end.seq, end.time - begin.time]))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling element must be reachable by keyboard
    <section className="scrolled" aria-label={t('trace')} tabIndex={0}>
      <table className="trace-table">
        <thead>
          <tr>
            <th scope="col" className="number">
              {t('number')}
            </th>
            <th scope="col">{t('time')}</th>
            <th scope="col">{t('name')}</th>
            <th scope="col">{t('fields')}</th>
            <th scope="col" className="number">
              {t('took')}
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ seq, time, name, fields }) => (
            <tr key={seq}>
              <td className="number">{formats.count(seq)}</td>
              <td className="time">{formats.preciseClock(time)}</td>
              <th scope="row">
                <Foreign>{name}</Foreign>
              </th>
              <td className="fields">
                <Labels labels={fields} />
              </td>
              <td className="number">{took.has(seq) ? formats.millis(took.get(seq)) : ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {shown.length < events.length && (
        <p className="number">
          {t('newest', { shown: formats.count(shown.length), total: formats.count(events.length) })}
        </p>
      )}
    </section>
  )
}
