// Timings side by side: the last five minutes of each, and the time before.

import type { HistoryResponse, HistorySpan } from '../../../pool'

export const REQUESTS = 'http.server.request.duration'

/** The query of all timings: requests by route and method, those that failed, and each other timing. */
export const TIMINGS_QUERY = [
  ['keys', `${REQUESTS}{*}#timing`],
  ['keys', `${REQUESTS}{error.type=*,*}#timing`],
  ['keys', '*#timing'],
  ['by', 'http.route'],
  ['by', 'http.request.method'],
  ['summary', 1],
  ['limit', 1000],
] as const

export interface Timing {
  /** Of a route: method and path; of another timing its name and labels. */
  name: string
  labels: Readonly<Record<string, string>>
  /** Of the series, or a pattern of several. */
  key: string
  isRoute: boolean
  recent: HistorySpan
  before: HistorySpan
  /** In the last five minutes. */
  errors: number
  /** By which factor it became slower; undefined without enough values in both times. */
  factor: number | undefined
}

/** With fewer values, a quantile is chance. */
const ENOUGH = 5
/** A smaller difference is within the precision of buckets, or chance. */
export const NOTABLE = 1.25

export function timingsOf({ series }: HistoryResponse): Timing[] {
  const errors = new Map(
    series.filter(({ of }) => of === 1).map(({ labels, recent }) => [identity(labels), recent?.count ?? 0]),
  )
  return series.flatMap(({ of, name, labels, key, recent = { seconds: 0 }, before = { seconds: 0 } }) => {
    if (of === 1 || (of === 2 && name === REQUESTS)) return []
    const isRoute = of === 0
    const timing = { labels, recent, before, isRoute, factor: factorOf(recent, before) }
    if (!isRoute) return [{ ...timing, name, key: key ?? `${name}#timing`, errors: 0 }]
    const [method = '', route = ''] = [labels['http.request.method'], labels['http.route']]
    return [
      {
        ...timing,
        name: `${method} ${route || '–'}`.trim(),
        key: routeKey(method, route),
        errors: errors.get(identity(labels)) ?? 0,
      },
    ]
  })
}

/** The pattern of a route's requests. An empty value means that the label is absent. */
function routeKey(method: string, route: string): string {
  return `${REQUESTS}{http.request.method=${quoted(method)},http.route=${quoted(route)},*}#timing`
}

const OF_ROUTE = /^http\.server\.request\.duration\{http\.request\.method="(.*?)",http\.route="(.*)",\*\}#timing$/s

/** The method and path of a route's pattern; otherwise the key without its kind. */
export function titleOf(key: string): string {
  const [, method, route] = OF_ROUTE.exec(key) ?? []
  if (method === undefined || route === undefined) return key.replace(/#timing$/, '')
  return `${method} ${route.replaceAll(/\\(.)/gs, (_all, escaped: string) => (escaped === 'n' ? '\n' : escaped)) || '–'}`.trim()
}

/** As in the key of a series. */
function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}

function identity(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify([labels['http.request.method'], labels['http.route']])
}

function factorOf(recent: HistorySpan, before: HistorySpan): number | undefined {
  if ((recent.count ?? 0) < ENOUGH || (before.count ?? 0) < ENOUGH) return undefined
  return recent.p99 !== undefined && before.p99 ? recent.p99 / before.p99 : undefined
}

/** How notable the change is: the larger factor in either direction. */
export function changeSize({ factor }: Timing): number {
  return factor === undefined ? 0 : Math.max(factor, 1 / factor)
}

export const TIMING_SORTS = ['name', 'rate', 'errors', 'p50', 'p99', 'before', 'change'] as const
export type TimingSort = (typeof TIMING_SORTS)[number]

export function sorted(timings: readonly Timing[], sort: TimingSort, isDescending: boolean): Timing[] {
  const sign = isDescending ? -1 : 1
  return [...timings].sort((a, b) => {
    if (sort === 'name') return sign * (a.name < b.name ? -1 : 1)
    return sign * (numberOf(a, sort) - numberOf(b, sort)) || (a.name < b.name ? -1 : 1)
  })
}

function numberOf(timing: Timing, sort: Exclude<TimingSort, 'name'>): number {
  switch (sort) {
    case 'rate':
      return timing.recent.count ?? 0
    case 'errors':
      return timing.errors / Math.max(timing.recent.count ?? 0, 1)
    case 'before':
      return timing.before.p99 ?? 0
    case 'change':
      return changeSize(timing)
    default:
      return timing.recent[sort] ?? 0
  }
}
