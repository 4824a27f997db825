// The period of the charts of a view, which is in its address.

import { useNavigate, useSearch } from '@tanstack/react-router'
import { useSpeech } from '../text/language'
import { Choice } from './Choice'

const SPANS = ['5', '15', '60'] as const
type Span = (typeof SPANS)[number]

/** The period of the charts, in seconds. */
export function useSpan(): number {
  return 60 * Number(useMinutes())
}

export function SpanChoice() {
  const { t } = useSpeech()
  const navigate = useNavigate()
  return (
    <Choice<Span>
      label={t('span')}
      value={useMinutes()}
      options={SPANS.map((minutes) => [
        minutes,
        minutes === '60' ? t('spanHour') : t('spanMinutes', { count: minutes }),
      ])}
      choose={(span) => navigate({ to: '.', search: (known) => ({ ...known, span }), replace: true })}
    />
  )
}

function useMinutes(): Span {
  const { span } = useSearch({ strict: false })
  return SPANS.find((known) => known === span) ?? '15'
}
