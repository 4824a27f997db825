// The tools of a view of one item: the period of its charts, and a button back to the list.

import { useNavigate } from '@tanstack/react-router'
import { useSpeech } from '../text/language'
import { SpanChoice } from './Span'

export function BackTools() {
  const { t } = useSpeech()
  const navigate = useNavigate()
  const back = () => (history.length > 1 ? history.back() : navigate({ to: '.', search: {} }))
  return (
    <span className="tools">
      <SpanChoice />
      <button type="button" onClick={back}>
        {t('back')}
      </button>
    </span>
  )
}
