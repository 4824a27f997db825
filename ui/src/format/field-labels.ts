// Labels and formats of fields that a pool adds to its own: known ones in the language of the page, others from their names.

import type { TextName } from '../text/english'
import type { Formats } from './formats'

const KNOWN: Record<string, TextName> = {
  busySecondsTotal: 'busyTime',
  queued: 'queued',
  queueSize: 'queued',
  completed: 'completed',
  completedTotal: 'completed',
  requestsTotal: 'requests',
  errorsTotal: 'errors',
  hitsTotal: 'hits',
  missesTotal: 'misses',
  evictionsTotal: 'evictions',
  hitRatio: 'hitRatio',
  memoryUsageBytes: 'memory',
  workersCreatedTotal: 'workersCreated',
  workersFailedTotal: 'workersFailed',
  activeWorkers: 'activeWorkers',
}

const UNITS = /(?:_?(?:Total|total|Seconds|seconds|Bytes|bytes|Ms|Millis|millis|Ratio|ratio))+$/

/** A label of a few words. @param t of the present language */
export function fieldLabel(name: string, t: (name: TextName) => string): string {
  const known = Object.hasOwn(KNOWN, name) ? KNOWN[name] : undefined
  if (known !== undefined) return t(known)
  // a name that is nothing but a unit stays
  const core = name.replace(UNITS, '') || name
  const words = core
    .replaceAll(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[\s._-]+/)
    .filter((word) => word !== '')
  // an abbreviation such as CPU keeps its case
  const lower = words.map((word) => (/^\p{Lu}{2,}$/u.test(word) ? word : word.toLowerCase())).join(' ')
  return lower === '' ? name : lower.charAt(0).toUpperCase() + lower.slice(1)
}

/** The value in the unit that its name says. */
export function fieldValue(name: string, value: number, formats: Formats): string {
  const base = name.replace(/_?total$/i, '')
  if (/seconds$/i.test(base)) return value < 60 ? formats.millis(value * 1000) : formats.span(value)
  if (/(?:Ms|_ms|millis)$/.test(base) || /millis$/i.test(base)) return formats.millis(value)
  if (/bytes$/i.test(base)) return formats.bytes(value)
  if (/ratio$/i.test(base)) return formats.percent(value)
  return formats.count(value)
}
