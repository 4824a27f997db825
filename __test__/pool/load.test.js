'use strict'

// A thousand clients of one stream, in a process of their own.

const assert = require('node:assert/strict')
const { fork } = require('node:child_process')
const { once } = require('node:events')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { monitorEventLoopDelay } = require('node:perf_hooks')
const { createPoolMetrics } = require('../..')
const { collectFully } = require('../support/garbage')
const { close, listen } = require('../support/http')

const CLIENTS = 1000
const INTERVAL = 250
const EVENTS = 12

describe(`${CLIENTS} clients at ${INTERVAL} ms`, { timeout: 120_000 }, () => {
  let readings = 0
  const workers = Array.from({ length: 500 }, (_, at) => ({ id: `worker-${at}`, state: at % 3 ? 'active' : 'idle' }))
  const service = createPoolMetrics({ sseInterval: INTERVAL })
  service.setPool({
    size: 500,
    workers: () => {
      readings++
      return workers
    },
  })
  let server
  let clients

  before(async () => {
    server = await listen(service.handle)
    const file = path.join(__dirname, '..', '..', 'benchmark', 'event-clients.js')
    clients = fork(file, [String(server.address().port), '/metrics/api/metrics/sse', String(CLIENTS)])
    await once(clients, 'message')
  })

  after(async () => {
    service.close()
    clients.disconnect()
    await close(server)
  })

  async function received() {
    clients.send('received')
    const [answer] = await once(clients, 'message')
    return answer
  }

  /** Waits until each client has received `events` events. @param {number} events */
  async function receivedBy(events) {
    const unsubscribed = service.subscribe(() => ticked?.())
    let ticked
    try {
      for (;;) {
        const answer = await received()
        if (answer.fewest >= events || answer.ended > 0) return answer
        await new Promise((resolve) => {
          ticked = resolve
        })
      }
    } finally {
      unsubscribed()
    }
  }

  test('miss no event, from one reading of the pool per interval, and memory does not grow', async (t) => {
    await receivedBy(3)
    await collectFully()
    const readBefore = readings
    const memoryBefore = process.memoryUsage().rss
    const cpuBefore = process.cpuUsage()
    const began = performance.now()
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const { missed, ended } = await receivedBy(3 + EVENTS)
    delay.disable()
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(cpuBefore)
    await collectFully()
    const grown = (process.memoryUsage().rss - memoryBefore) / 1e6
    assert.deepEqual({ missed, ended }, { missed: 0, ended: 0 })
    const read = readings - readBefore
    assert.ok(read <= (seconds * 1000) / INTERVAL + 2, `${read} readings in ${seconds} s`)
    assert.ok(grown < 30, `${grown} MB more`)
    const share = (user + system) / 1e4 / seconds
    const p99 = delay.percentile?.(99) / 1e6
    t.diagnostic?.(
      `${share.toFixed(0)} % of a core, event-loop delay p99 ${p99?.toFixed(1)} ms, ${grown.toFixed(1)} MB more`,
    )
  })
})
