// Declared label names, as types: never run. Every line under a ts-expect-error is an error.

import {
  type BoundTiming,
  type Counter,
  type Gauge,
  type Histogram,
  type Labels,
  metrics,
  type Timing,
} from 'tallystick'

// ---- declared in the call: `as const` is allowed and not needed

const requests = metrics.counter({ name: 'http.requests', labelNames: ['method', 'status'] as const })
requests.labels({ method: 'GET', status: 200 }).inc()
requests.labels({ method: 'GET' }).inc()
requests.labels({}).inc()
requests.labels({ method: undefined, status: null }).inc()
// @ts-expect-error not declared
requests.labels({ verb: 'GET' })
// @ts-expect-error one of them is not declared
requests.labels({ method: 'GET', path: '/' })
// @ts-expect-error a label name in another case
requests.remove({ Method: 'GET' })
// @ts-expect-error labels are needed
requests.labels()

// ---- all kinds

const depth = metrics.gauge({ name: 'queue.depth', merge: 'sum', labelNames: ['queue'] })
depth.labels({ queue: 'mail' }).set(1)
// @ts-expect-error not declared
depth.labels({ topic: 'mail' })

const latency = metrics.timing({ name: 'http.latency', labelNames: ['route'], buckets: [1, 10] })
const home: BoundTiming = latency.labels({ route: '/' })
const took: number = home.time(() => 1)
// @ts-expect-error not declared
latency.labels({ path: '/' })
// @ts-expect-error a bound timing has its labels
home.labels({ route: '/' })
const stop: (labels?: { route?: string } | null) => number = latency.start({ route: '/' })
const stopped: number = latency.start()({ route: '/' })
// @ts-expect-error not declared
latency.start({ path: '/' })
// @ts-expect-error not declared
latency.start()({ path: '/' })
// @ts-expect-error a bound timing has its labels
home.start({ route: '/' })
// @ts-expect-error a bound timing has its labels
home.start()({ route: '/' })
// @ts-expect-error a bound timing has its labels
home.time(() => 1, { route: '/' })

// ---- labels at the end

const answer: Promise<{ status: number }> = latency.time(
  async () => ({ status: 200 }),
  (answer, error) => ({ route: answer?.status ?? String(error) }),
)
latency.time(() => 1, { route: '/' })
metrics.time(
  'any',
  () => ({ status: 200 }),
  (answer) => answer && { status: answer.status },
)
metrics.time('any', () => 1, { status: 200 })
// @ts-expect-error not declared
latency.time(() => 1, { path: '/' })
const one = () => 1
// @ts-expect-error not declared
latency.time(one, () => ({ path: '/' }))
const found = () => ({ status: 200 })
// @ts-expect-error there is no result if the function failed
metrics.time('any', found, (answer) => ({ status: answer.status }))

const bytes = metrics.histogram({ name: 'body', unit: 'bytes', labelNames: ['direction'] })
bytes.labels({ direction: 'in' }).observe(512)
// @ts-expect-error not declared
bytes.labels({ way: 'in' })

// ---- declared elsewhere

const names = ['shop', 'country'] as const
const orders = metrics.counter({ name: 'orders', labelNames: names })
orders.labels({ shop: 'A', country: 'FI' }).inc()
// @ts-expect-error not declared
orders.labels({ town: 'Turku' })

// the names in a list of strings are unknown, so any are allowed
const unknown: string[] = ['shop']
metrics.counter({ name: 'orders', labelNames: unknown }).labels({ town: 'Turku' })

// ---- not declared

metrics.counter('visits').labels({ anything: 1 }).inc()
metrics.counter({ name: 'visits' }).labels({ anything: true }).inc()
// @ts-expect-error labels are an object
metrics.counter('visits').labels('anything')

// ---- of an interface or a class, which have no index signature

interface RequestLabels {
  method: string
  status?: number
}
class Tile {
  constructor(readonly zoom: number) {}
}
declare const ofInterface: RequestLabels
metrics.inc('visits', 1, ofInterface)
metrics.observeMillis('visit', 1, new Tile(3))
metrics.counter('visits').labels(ofInterface).inc()
requests.labels(ofInterface).inc()
const anyLabels: Labels = ofInterface
metrics.value('visits', anyLabels)
// @ts-expect-error none of its labels is declared
requests.labels(new Tile(3))
// @ts-expect-error an array is not labels
metrics.inc('visits', 1, ['GET'])
// @ts-expect-error a Map is not labels
metrics.inc('visits', 1, new Map([['method', 'GET']]))

// @ts-expect-error a date is not labels
metrics.inc('visits', 1, new Date())
// @ts-expect-error a function is not labels
metrics.inc('visits', 1, () => ({ method: 'GET' }))
// @ts-expect-error a promise is not labels
metrics.inc('visits', 1, Promise.resolve({ method: 'GET' }))

// ---- passed on

function countOne<Name extends string>(counter: Counter<Name>, labels: Labels<Name>): void {
  counter.labels(labels).inc()
}
countOne(requests, { method: 'GET' })
countOne(metrics.counter('visits'), { anything: 1 })
// @ts-expect-error not declared
countOne(requests, { verb: 'GET' })

class Server {
  readonly latency: Timing<'route'> = latency
  readonly requests: Counter<'method' | 'status'> = requests
  // @ts-expect-error another label
  readonly other: Timing<'path'> = latency
}

// ---- values

class Route {
  toString(): string {
    return '/'
  }
}
latency.labels({ route: new Route() })
latency.labels({ route: 1n })

// ---- declared names are assignable to any names and back, but not to other names

const anyCounter: Counter = requests
const anyGauge: Gauge = depth
const anyTiming: Timing = latency
const anyHistogram: Histogram = bytes
const counters: Counter[] = [requests, orders, metrics.counter('visits')]
const narrowed: Counter<'method'> = metrics.counter('http.requests')
// @ts-expect-error other names
const other: Counter<'verb'> = orders
