// The latest events of the trace, ordered by sequence number, without duplicates after reconnections.

import type { TraceEvent } from '../../../index'
import type { TraceResponse } from '../../../pool'

const KEPT = 1000

export class Trace {
  events: readonly TraceEvent[] = []
  /** The number of missed events. */
  missed = 0

  apply({ seq, events }: TraceResponse): void {
    const latest = this.events.at(-1)?.seq ?? 0
    // a smaller number than the known one: the server has restarted
    if (seq < latest) this.events = []
    const known = this.events.at(-1)?.seq ?? 0
    const news = events.filter((event) => event.seq > known)
    const [first] = news
    if (known > 0 && first !== undefined) this.missed += first.seq - known - 1
    this.events = [...this.events, ...news].slice(-KEPT)
  }
}
