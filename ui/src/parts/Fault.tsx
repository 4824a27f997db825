// The views for an unknown address and for an error.

import type { ErrorComponentProps } from '@tanstack/react-router'
import { useSpeech } from '../text/language'
import { Notice } from './Notice'

export function NotFound() {
  const { t } = useSpeech()
  return <Notice title={t('notFound')} />
}

export function Failed({ error }: ErrorComponentProps) {
  const { t } = useSpeech()
  return (
    <Notice title={t('failed')} code={String(error)}>
      {t('failedRemedy')}
    </Notice>
  )
}
