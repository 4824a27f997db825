// Typed usages of the pool's declarations. Never run: see usage.ts.

import { createServer, type IncomingMessage } from 'node:http'
import { Collector, type createPoolMetrics as fromThePackage, type TraceEvent } from 'tallystick'
import {
  createPoolMetrics,
  type MetricsConfig,
  type MetricsResponse,
  type PoolMetrics,
  type PoolMetricsService,
  type Series,
  type SeriesDetail,
  type SeriesResponse,
  type StatsResponse,
  type StreamEvents,
  type TraceResponse,
  type TrackedWorker,
  type TrackedWorkerMetrics,
  trackedWorkers,
  trackWorker,
  type WorkerMetrics,
  type WorkerState,
} from 'tallystick/pool'

/** Compiles only when both types are the same. */
function same<Left, Right>(..._proof: Same<Left, Right> extends true ? [] : [never]): void {}
type Same<Left, Right> = (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false

same<typeof fromThePackage, typeof createPoolMetrics>()

// ---- config

const config: MetricsConfig = { prometheus: true, sseInterval: 1000 }
const service: PoolMetricsService = createPoolMetrics({
  ...config,
  base: '/admin/metrics',
  namespace: 'shop',
  workers: true,
  collector: new Collector(),
  maxStreams: 10,
  allowedHosts: ['metrics.example.com', '.internal'],
  authorize: (request: Request, incoming?: IncomingMessage) =>
    incoming?.url === '/' || new Response('who are you?', { status: 401, headers: request.headers }),
})
createPoolMetrics({ authorize: async (request) => request.headers.has('authorization') })
createPoolMetrics()
// @ts-expect-error an interval is in milliseconds, without a unit
createPoolMetrics({ sseInterval: '1s' })
// @ts-expect-error no such option
service.setConfig({ interval: 1000 })
// @ts-expect-error authorize returns a boolean or a Response
createPoolMetrics({ authorize: () => 'yes' })

// ---- pools

service.setPool({ size: 8, workers: [{ id: 'w1', app: 'mail@latest', state: 'active', requests: 3, uptime: 60 }] })
service.setPool({ size: () => 8, workers: () => new Map([['w1', { state: 'idle', errors: 2 }]]) })
service.setPool({ size: 8, workers: new Set([{ id: 1 }]).values(), extra: () => ({ requestsPerSecond: 2.5 }) })
// @ts-expect-error a pool is an object
service.setPool('piscina')

// ---- tracked workers

const tracked: TrackedWorker = trackWorker({ id: 'w1', app: 'mail@latest' })
const done: Promise<string> = tracked.run(async () => 'done')
const { run, setState, end } = tracked
same<ReturnType<typeof run<number>>, number>()
setState('terminated')
// @ts-expect-error no such state
setState('busy')
end()
// @ts-expect-error a worker has an id
trackWorker({ app: 'mail' })
service.setPool({ size: 8, workers: trackedWorkers() })
for (const each of trackedWorkers()) same<typeof each, TrackedWorkerMetrics>()
done.then((text) => text.length)

// ---- readings

const { pool, uptime, timestamp }: MetricsResponse = service.metrics()
same<typeof pool, PoolMetrics>()
same<typeof uptime, number>()
same<typeof timestamp, string>()
const stats: StatsResponse = service.stats()
const worker: WorkerMetrics = stats.workers[0]
same<typeof worker.state, WorkerState | undefined>()
const rss: number | undefined = worker.memory?.rss
service.prometheus({ accept: 'text/plain', names: ['shop_pool_size'], created: true })
// @ts-expect-error buckets are the collector's
service.prometheus({ buckets: [1] })
const body: Promise<Uint8Array> = service.prometheus().then((exposition) => exposition.body)
const unsubscribe: () => void = service.subscribe(({ pool }) => console.log(pool.utilization))
// @ts-expect-error a listener is a function
service.subscribe({})

// ---- routes

createServer(service.handle)
const { handle, fetch, close } = service
createServer((req, res) => void handle(req, res, () => res.end()))
const answer: Promise<Response> = fetch(new Request('http://localhost/metrics/api/metrics/'))
close()

function shown(series: Series): string {
  switch (series.kind) {
    case 'counter':
      return `${series.value}, ${series.rate ?? 'no'} a second`
    case 'gauge':
      return `${series.value}`
    case 'timing':
    case 'histogram':
      return `${series.count} with p99 ${series.p99}`
  }
}

function cells(detail: SeriesDetail): number {
  if (detail.kind === 'counter' || detail.kind === 'gauge') return 0
  const [lowest, highest, count]: [number, number, number] = detail.distribution[0]
  return (detail.recent?.seconds ?? 0) + highest - lowest + count
}

const page = {} as SeriesResponse
same<typeof page.next, string | null>()
const labels: Record<string, string> = page.series[0].labels
const trace = {} as TraceResponse
same<typeof trace.events, TraceEvent[]>()
const gone: string[] = ({} as StreamEvents['stats']).gone
