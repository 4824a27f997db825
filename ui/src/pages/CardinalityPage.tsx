// Which families and labels have the most series, and which are folded.

import { Link } from '@tanstack/react-router'
import type { CardinalityFamily, CardinalityResponse } from '../../../pool'
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
  return (
    <View
      title={t('cardinality')}
      aside={
        <span className="number">
          {t('seriesCount', { count: formats.count(body.series), families: formats.count(body.total) })}
        </span>
      }
    >
      <FamiliesTable families={body.families} />
    </View>
  )
}

function FamiliesTable({ families }: { families: readonly CardinalityFamily[] }) {
  const { t } = useSpeech()
  const most = Math.max(...families.map(({ series }) => series), 1)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling element must be reachable by keyboard
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
          {families.map((family) => (
            <Row key={`${family.name}#${family.kind}`} family={family} most={most} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** @param most the number of series of the largest family */
function Row({ family, most }: { family: CardinalityFamily; most: number }) {
  const { t, formats } = useSpeech()
  const { name, kind, series, folded, labels } = family
  return (
    <tr>
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
          <span key={name} className="label" title={top.map(([value, count]) => `${value}: ${count}`).join('\n')}>
            <Foreign>{name}</Foreign>{' '}
            <span className="number">
              {values === 1 ? t('labelOneValue') : t('labelValues', { count: formats.count(values) })}
            </span>
          </span>
        ))}
      </td>
    </tr>
  )
}
