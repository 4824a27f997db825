'use strict'

// Published instrumentations, as an application uses them. The other ends of the network are faked, the packages are real.

const { registerInstrumentations } = require('@opentelemetry/instrumentation')
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http')
const { UndiciInstrumentation } = require('@opentelemetry/instrumentation-undici')
const { PgInstrumentation } = require('@opentelemetry/instrumentation-pg')
const { RedisInstrumentation } = require('@opentelemetry/instrumentation-redis')
const { RuntimeNodeInstrumentation } = require('@opentelemetry/instrumentation-runtime-node')
const { HostMetrics } = require('@opentelemetry/host-metrics')

const instrumentations = [
  new HttpInstrumentation(),
  new UndiciInstrumentation(),
  new PgInstrumentation(),
  new RedisInstrumentation(),
  new RuntimeNodeInstrumentation({ monitoringPrecision: 10 }),
]
registerInstrumentations({ instrumentations })
new HostMetrics({ name: 'host' }).start()

const http = require('node:http')
const { once } = require('node:events')
const { setTimeout: wait } = require('node:timers/promises')
const { metrics: ours } = require('tallystick')
const { postgres, redis } = require('./fakes.cjs')

async function requests() {
  const server = http.createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  const request = http.get({ port, host: '127.0.0.1', path: '/a' })
  const [response] = await once(request, 'response')
  await response.toArray()
  await (await fetch(`http://127.0.0.1:${port}/b`)).text()
  server.close()
  server.closeAllConnections()
}

async function queries() {
  const { Pool } = require('pg')
  const server = await postgres()
  const pool = new Pool({ host: '127.0.0.1', port: server.address().port, user: 'u', database: 'shop', max: 2 })
  await pool.query('SELECT 1')
  await pool.query('SELECT 2')
  await pool.end()
  server.close()
}

async function commands() {
  const { createClient } = require('redis')
  const server = await redis()
  const client = createClient({ socket: { host: '127.0.0.1', port: server.address().port }, RESP: 2 })
  await client.connect()
  if ((await client.set('a', '1')) !== 'OK') throw new Error('redis is not faked well')
  client.destroy()
  server.close()
}

async function jobs() {
  const { Job, Queue } = require('bullmq')
  const { BullMQOtel } = require('bullmq-otel')
  const server = await redis()
  const connection = { host: '127.0.0.1', port: server.address().port, lazyConnect: false }
  const telemetry = new BullMQOtel({ tracerName: 'shop', meterName: 'shop', enableMetrics: true })
  const queue = new Queue('mail', { connection, telemetry })
  await queue.recordJobCountsMetric('wait', 'active')
  const job = Job.fromJSON(
    queue,
    { id: '1', name: 'send', data: '{}', opts: '{}', timestamp: '1', processedOn: String(Date.now()) },
    '1',
  )
  job.recordJobMetrics('completed')
  await queue.close()
  server.close()
}

async function main() {
  await requests()
  await queries()
  await commands()
  await jobs()
  // the runtime's first measurements
  globalThis.gc?.()
  await wait(50)
  const { body } = await ours.prometheus()
  process.stdout.write(Buffer.from(body), () => process.exit())
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
