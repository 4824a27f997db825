// Filters and sorts workers.

import type { WorkerState } from '../../../pool'
import type { Worker } from './workers'

export const STATES: readonly WorkerState[] = ['creating', 'ready', 'active', 'idle', 'terminated']

export const SORTS = ['id', 'app', 'state', 'requests', 'rate', 'uptime', 'rss', 'heapUsed'] as const
export type Sort = (typeof SORTS)[number]

/** The columns that at least one worker has, and always id and state. */
export function reportedColumns(workers: readonly Worker[]): Sort[] {
  return SORTS.filter(
    (column) => column === 'id' || column === 'state' || workers.some((worker) => hasValue(worker, column)),
  )
}

function hasValue(worker: Worker, column: Sort): boolean {
  // a rate needs two readings of the requests
  return (column === 'rate' ? worker.requests : keyOf(worker, column)) !== undefined
}

export interface Selection {
  text: string
  state: WorkerState | ''
  sort: Sort
  isDescending: boolean
}

export function selected(workers: readonly Worker[], { text, state, sort, isDescending }: Selection): Worker[] {
  const wanted = text.toLowerCase()
  const chosen = workers.filter((worker) => (state === '' || worker.state === state) && holds(worker, wanted))
  const sign = isDescending ? -1 : 1
  return chosen.sort((a, b) => compare(keyOf(a, sort), keyOf(b, sort), sign) || sign * (a.rank - b.rank))
}

function holds({ id, app = '' }: Worker, wanted: string): boolean {
  return wanted === '' || id.toLowerCase().includes(wanted) || app.toLowerCase().includes(wanted)
}

function keyOf(worker: Worker, sort: Sort): string | number | undefined {
  switch (sort) {
    case 'id':
      return undefined
    case 'rss':
    case 'heapUsed':
      return worker.memory?.[sort]
    case 'uptime':
      return worker.started === undefined ? undefined : -worker.started
    case 'state':
      return worker.state === undefined ? undefined : STATES.indexOf(worker.state)
    default:
      return worker[sort]
  }
}

/** Missing values come last in either direction. */
function compare(a: string | number | undefined, b: string | number | undefined, sign: number): number {
  if (a === b) return 0
  if (a === undefined) return 1
  if (b === undefined) return -1
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b)
  return a < b ? -sign : sign
}
