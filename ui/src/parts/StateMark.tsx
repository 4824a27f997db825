// A worker's state, as a colour and a word.

import type { WorkerState } from '../../../pool'
import { useSpeech } from '../text/language'

export function StateMark({ state }: { state: WorkerState | undefined }) {
  const { t } = useSpeech()
  if (state === undefined) return '–'
  return (
    <span className="state-mark">
      <span className={`mark ${state}`} aria-hidden="true" />
      {t(state)}
    </span>
  )
}
