import { type Counter, metrics, type Snapshot } from 'tallystick'
import { createPoolMetrics, type MetricsResponse } from 'tallystick/pool'

const requests: Counter<'method'> = metrics.counter({ name: 'http.requests', labelNames: ['method'] })
requests.labels({ method: 'GET' }).inc(2)

const snapshot: Snapshot = metrics.snapshot()
if (snapshot.counters['http.requests{method="GET"}'] !== 2) throw new Error(JSON.stringify(snapshot))

const service = createPoolMetrics()
service.setPool({ size: 2, workers: [{ id: 'w1', state: 'active' }] })
const { pool }: MetricsResponse = service.metrics()
if (pool.utilization !== 0.5) throw new Error(JSON.stringify(pool))

metrics.prometheus().then(({ body }) => {
  const text = new TextDecoder().decode(body)
  if (!/^http_requests_total\{method="GET"\} 2$/m.test(text)) throw new Error(text)
  console.log('recorded and read')
})
