// Spans of a trace: an event `<name>.begin` (or start) and the next one `<name>.end` (or done) of the same name belong together.
// Events with an `id`, `span` or `key` are only paired with those of the same one.

import type { TraceEvent } from '../../../index'

export interface Span {
  name: string
  begin: TraceEvent
  end: TraceEvent
}

const ENDING = /^(.+)[.:/_ -](begin|start|started|end|done|ended|finish)$/i
const BEGINS = new Set(['begin', 'start', 'started'])
const IDENTITIES = ['id', 'span', 'key']

/** The name of the span that an event begins or ends; undefined for other events. */
export function spanName(name: string): string | undefined {
  return ENDING.exec(name)?.[1]
}

export interface Paired {
  spans: Span[]
  /** The events that belong to no span. */
  single: TraceEvent[]
}

/** @param events ordered by sequence number */
export function paired(events: readonly TraceEvent[]): Paired {
  const open = new Map<string, TraceEvent[]>()
  const spans: Span[] = []
  const single = new Set(events)
  for (const event of events) {
    const [, name, word] = ENDING.exec(event.name) ?? []
    if (name === undefined || word === undefined) continue
    const key = `${name}\0${IDENTITIES.map((field) => event.fields[field] ?? '').join('\0')}`
    const begun = open.get(key) ?? []
    open.set(key, begun)
    if (BEGINS.has(word.toLowerCase())) {
      begun.push(event)
      continue
    }
    const begin = begun.pop()
    if (begin === undefined) continue
    spans.push({ name, begin, end: event })
    single.delete(begin)
    single.delete(event)
  }
  return { spans, single: [...single] }
}
