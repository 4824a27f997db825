// An application that knows OpenTelemetry's API only: all seven instruments, in two scopes.
import { metrics, ValueType } from '@opentelemetry/api'

const meter = metrics.getMeter('shop', '1.2.3', { schemaUrl: 'https://opentelemetry.io/schemas/1.40.0' })
const other = metrics.getMeter('payments')

const requests = meter.createCounter('http.server.requests', { unit: '{request}', description: 'Requests answered' })
for (const method of ['GET', 'POST', 'GET'])
  requests.add(1, { 'http.request.method': method, 'http.response.status_code': 200 })
requests.add(2, { 'http.response.status_code': 404, 'http.request.method': 'GET' })
other.createCounter('http.server.requests', { unit: '{request}', description: 'Requests answered' }).add(5)

meter.createCounter('sent', { unit: 'By', valueType: ValueType.INT }).add(1024)

const duration = meter.createHistogram('http.server.request.duration', {
  unit: 's',
  description: 'Duration of "requests"\nof servers',
  advice: { explicitBucketBoundaries: [0.005, 0.1, 1, 10] },
})
for (const value of [0, 0.005, 0.0051, 0.3, 11]) duration.record(value, { 'http.route': '/a"b\\c\nd' })
meter.createHistogram('queue.wait').record(7.25, { tags: ['a', 'b'], ok: true, empty: '' })

const active = meter.createUpDownCounter('http.server.active_requests', { unit: '{request}' })
active.add(5, { 'url.scheme': 'https' })
active.add(-7, { 'url.scheme': 'https' })

meter.createGauge('temperature', { unit: 'Cel' }).record(-21.5, { room: 'größe' })

meter.createObservableCounter('process.cpu.time', { unit: 's' }).addCallback((result) => {
  result.observe(12.5, { mode: 'user' })
  result.observe(3, { mode: 'system' })
})
const memory = meter.createObservableGauge('memory.used', { unit: 'By' })
const open = meter.createObservableUpDownCounter('connections.open')
meter.addBatchObservableCallback(
  async (result) => {
    await undefined
    result.observe(memory, 1e9, { kind: 'heap' })
    result.observe(open, -3)
  },
  [memory, open],
)

console.log('recorded')
process.stdin.resume().on('end', () => process.exit())
