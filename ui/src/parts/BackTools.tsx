// The tools of a view of one item: the period of its charts, and a button back to the list.

import { useCanGoBack, useNavigate, useRouter } from '@tanstack/react-router'
import { useSpeech } from '../text/language'
import { SpanChoice } from './Span'

export function BackTools() {
  const { t } = useSpeech()
  const router = useRouter()
  const navigate = useNavigate()
  // the history of the tab may begin on other pages
  const canGoBack = useCanGoBack()
  const back = () => (canGoBack ? router.history.back() : navigate({ to: '.', search: {} }))
  return (
    <span className="tools">
      <SpanChoice />
      <button type="button" onClick={back}>
        {t('back')}
      </button>
    </span>
  )
}
