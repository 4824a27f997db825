// Whether the data are current, a choice of how often the page updates, and a button to pause it.

import type { Connection } from '../data/connection'
import { PACES, type PaceChoice, useInterval, useLive } from '../data/live'
import { useSpeech } from '../text/language'
import { Choice } from './Choice'

export function ConnectionState() {
  const { connection, isPaused, pause } = useLive()
  const { t } = useSpeech()
  const kind = isPaused ? 'paused' : connection.kind
  return (
    <div className="connection">
      <span role="status" className={`state ${kind}`}>
        <span className="mark" aria-hidden="true" />
        {isPaused ? t('paused') : <Words connection={connection} />}
      </span>
      {kind === 'live' && <Interval />}
      <button type="button" onClick={() => pause(!isPaused)}>
        {t(isPaused ? 'resume' : 'pause')}
      </button>
    </div>
  )
}

/** As often as the service sends events, or less often; faster choices are not offered. */
function Interval() {
  const { pace, choosePace } = useLive()
  const interval = useInterval()
  const { t, formats } = useSpeech()
  const every = (millis: number) => t('every', { interval: formats.millis(millis) })
  const name = (choice: PaceChoice) => {
    if (choice !== 'live') return every(Number(choice))
    return interval === undefined ? t('asItComes') : every(interval)
  }
  const choices = PACES.filter((choice) => choice === 'live' || choice === pace || Number(choice) > (interval ?? 0))
  return (
    <Choice
      label={t('interval')}
      value={pace}
      options={choices.map((choice) => [choice, name(choice)])}
      choose={choosePace}
    />
  )
}

function Words({ connection }: { connection: Connection }) {
  const { t, formats } = useSpeech()
  switch (connection.kind) {
    case 'connecting':
      return t('connecting')
    case 'live':
      return t('live')
    case 'noData':
      return t('noData')
    case 'reconnecting':
      return connection.since === undefined
        ? t('reconnecting')
        : `${t('reconnecting')}, ${t('staleSince', { time: formats.clock(connection.since) })}`
  }
}
