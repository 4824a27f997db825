// What a view shows until it has data: that it connects, or why there are none.

import type { Lack } from '../data/answer'
import { useSpeech } from '../text/language'
import { LackNotice } from './Notice'

export function Waiting({ lack }: { lack?: Lack | undefined }) {
  const { t } = useSpeech()
  return lack ? <LackNotice lack={lack} /> : <p className="waiting">{t('connecting')}…</p>
}
