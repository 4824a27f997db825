// Whether what is shown is of now, how often it comes, and a button that holds it.

import { useLive } from '../data/live'
import type { Connection } from '../data/stream'
import { useSpeech } from '../text/language'

export function ConnectionState() {
  const { connection, interval, isPaused, pause } = useLive()
  const { t, formats } = useSpeech()
  const kind = isPaused ? 'paused' : connection.kind
  return (
    <div className="connection">
      <span role="status" className={`state ${kind}`}>
        <span className="mark" aria-hidden="true" />
        {isPaused ? t('paused') : <Words connection={connection} />}
      </span>
      {kind === 'live' && interval !== undefined && (
        <span className="interval number">{t('every', { interval: formats.millis(interval) })}</span>
      )}
      <button type="button" onClick={() => pause(!isPaused)}>
        {t(isPaused ? 'resume' : 'pause')}
      </button>
    </div>
  )
}

function Words({ connection }: { connection: Connection }) {
  const { t, formats } = useSpeech()
  switch (connection.kind) {
    case 'connecting':
      return t('connecting')
    case 'live':
      return t('live')
    case 'lacking':
      return t('noData')
    case 'reconnecting':
      return connection.since === undefined
        ? t('reconnecting')
        : `${t('reconnecting')}, ${t('staleSince', { time: formats.clock(connection.since) })}`
  }
}
