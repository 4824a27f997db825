// What a view shows until it has data: that it connects, or why there are none.

import type { NoDataReason } from '../data/request'
import { useSpeech } from '../text/language'
import { NoDataNotice } from './Notice'

export function Waiting({ reason }: { reason?: NoDataReason | undefined }) {
  const { t } = useSpeech()
  return reason ? <NoDataNotice reason={reason} /> : <p className="waiting">{t('connecting')}…</p>
}
