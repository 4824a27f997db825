import { type Counter, metrics, type Snapshot } from 'tallystick'

const requests: Counter<'method'> = metrics.counter({ name: 'http.requests', labelNames: ['method'] })
requests.labels({ method: 'GET' }).inc(2)

const snapshot: Snapshot = metrics.snapshot()
if (snapshot.counters['http.requests{method="GET"}'] !== 2) throw new Error(JSON.stringify(snapshot))

metrics.prometheus().then(({ body }) => {
  const text = new TextDecoder().decode(body)
  if (!/^http_requests_total\{method="GET"\} 2$/m.test(text)) throw new Error(text)
  console.log('recorded and read')
})
