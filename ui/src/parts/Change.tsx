// By which factor the p99 of a timing changed, in words.

import type { Timing } from '../data/timings'
import { useSpeech } from '../text/language'

export function Change({ timing }: { timing: Timing }) {
  const { t, formats } = useSpeech()
  const { factor, recent, before } = timing
  if (factor === undefined) {
    if (!before.count && recent.count && before.seconds > 0) return t('onlyNow')
    return before.count && !recent.count ? t('onlyBefore') : '–'
  }
  if (factor >= 1.25) return <b className="worse">{t('slower', { factor: formats.compact(factor) })}</b>
  if (factor <= 0.8) return <b className="better">{t('faster', { factor: formats.compact(1 / factor) })}</b>
  return t('noChange')
}
