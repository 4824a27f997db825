// How long the process has been running, and of when its numbers are.

import { useSpeech } from '../text/language'

export function Times({ uptime, timestamp }: { uptime: number; timestamp: string }) {
  const { t, formats } = useSpeech()
  return (
    <p className="times number">
      {t('uptime')} <b>{formats.span(uptime)}</b> · {t('updated')}{' '}
      <time dateTime={timestamp}>{formats.stamp(Date.parse(timestamp))}</time>
    </p>
  )
}
