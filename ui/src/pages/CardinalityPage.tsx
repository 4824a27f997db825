// Which families and labels have the most series, and which are folded.

import { Link } from '@tanstack/react-router'
import type { CardinalityResponse } from '../../../pool'
import { useServerRoute } from '../data/live'
import { Foreign } from '../parts/Foreign'
import { View } from '../parts/View'
import { Waiting } from '../parts/Waiting'
import { useSpeech } from '../text/language'

const MILLIS_BETWEEN_READINGS = 5000

export function CardinalityPage() {
  const { t, formats } = useSpeech()
  const { body, reason } = useServerRoute<CardinalityResponse>('cardinality', [], MILLIS_BETWEEN_READINGS, true)
  if (body === undefined) {
    return (
      <View title={t('cardinality')}>
        <Waiting reason={reason} />
      </View>
    )
  }
  const most = Math.max(...body.families.map(({ series }) => series), 1)
  return (
    <View
      title={t('cardinality')}
      aside={
        <span className="number">
          {t('seriesCount', { count: formats.count(body.series), families: formats.count(body.total) })}
        </span>
      }
    >
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling element must be reachable by keyboard */}
      <section className="scrolled" aria-label={t('cardinality')} tabIndex={0}>
        <table className="cardinality-table">
          <thead>
            <tr>
              <th scope="col">{t('family')}</th>
              <th scope="col" className="number">
                {t('seriesColumn')}
              </th>
              <th scope="col" className="drawn wide">
                <span className="unseen">{t('seriesColumn')}</span>
              </th>
              <th scope="col" className="number" title={t('foldedMeaning')}>
                {t('folded')}
              </th>
              <th scope="col">{t('labels')}</th>
            </tr>
          </thead>
          <tbody>
            {body.families.map(({ name, kind, series, folded, labels }) => (
              <tr key={`${name}#${kind}`}>
                <th scope="row">
                  <Link to="/series" search={{ prefix: name }}>
                    <Foreign>{name}</Foreign>
                  </Link>{' '}
                  <span className="kind">{t(kind)}</span>
                </th>
                <td className="number">{formats.count(series)}</td>
                <td className="drawn wide">
                  <span className="bar" aria-hidden="true">
                    <span style={{ inlineSize: `${(100 * series) / most}%` }} />
                  </span>
                </td>
                <td className="number">{folded > 0 ? formats.count(folded) : ''}</td>
                <td>
                  {labels.map(({ name, values, top }) => (
                    <span
                      key={name}
                      className="label"
                      title={top.map(([value, count]) => `${value}: ${count}`).join('\n')}
                    >
                      <Foreign>{name}</Foreign>{' '}
                      <span className="number">
                        {values === 1 ? t('labelOneValue') : t('labelValues', { count: formats.count(values) })}
                      </span>
                    </span>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </View>
  )
}
