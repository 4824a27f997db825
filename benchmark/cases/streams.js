'use strict'

// Server-sent events of a pool's state: one timer and one encoding for all clients, compared with a loop for each.

const { fork } = require('node:child_process')
const { once } = require('node:events')
const http = require('node:http')
const path = require('node:path')
const { monitorEventLoopDelay } = require('node:perf_hooks')
const { share } = require('../bars')

const INTERVAL = 250
const SECONDS = 2
const LOOP_PER_CLIENT = 'a loop for each client'
const STATES = ['active', 'active', 'idle', 'creating']

const workers = Array.from({ length: 500 }, (_, at) => ({ id: `worker-${at}`, state: STATES[at % STATES.length] }))

/** @typedef {import('node:http').IncomingMessage} IncomingMessage */
/** @typedef {import('node:http').ServerResponse} ServerResponse */

/** @returns {(req: IncomingMessage, res: ServerResponse) => void} */
function oneLoop() {
  const { createPoolMetrics } = require('../..')
  const service = createPoolMetrics({ sseInterval: INTERVAL, maxStreams: 1e6 })
  service.setPool({ size: workers.length, workers })
  return service.handle
}

/**
 * The usual way: each connection has its own timer and encodes for itself.
 * @param {IncomingMessage} _req
 * @param {ServerResponse} res
 */
function loopPerClient(_req, res) {
  res.writeHead(200, { 'Content-Type': 'text/event-stream' })
  let id = 0
  const send = () => {
    res.write(`id: ${++id}\ndata: ${JSON.stringify(counted())}\n\n`)
  }
  send()
  const timer = setInterval(send, INTERVAL)
  res.once('close', () => clearInterval(timer))
}

function counted() {
  const count = (/** @type {string} */ state) => workers.filter((worker) => worker.state === state).length
  const [size, active, idle, creating] = [workers.length, count('active'), count('idle'), count('creating')]
  const pool = { size, active, idle, creating, total: active + idle + creating, utilization: active / size }
  return { pool, uptime: process.uptime(), timestamp: new Date().toISOString() }
}

/** @param {(req: IncomingMessage, res: ServerResponse) => void} listener @param {{ clients: number }} parameters */
async function open(listener, { clients }) {
  const server = http.createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const file = path.join(__dirname, '..', 'event-clients.js')
  const child = fork(file, [String(port), '/metrics/api/metrics/sse', String(clients)])
  await once(child, 'message')
  return {
    measure: async () => {
      const before = process.cpuUsage()
      const delay = monitorEventLoopDelay({ resolution: 1 })
      delay.enable()
      await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000))
      delay.disable()
      const { user, system } = process.cpuUsage(before)
      return { cpu: (user + system) / 1e3 / SECONDS, delay: delay.percentile(99) / 1e6 }
    },
    check: async () => {
      child.send('received')
      const [{ missed, ended }] = await once(child, 'message')
      child.disconnect()
      if (missed + ended > 0) throw new Error(`${missed} events were missed, ${ended} streams ended`)
    },
  }
}

module.exports = {
  name: 'streams',
  unit: 'ms',
  rounds: 5,
  rows: [
    {
      key: 'cpu',
      title: `{clients} clients that receive a pool's events every ${INTERVAL} ms: CPU time a second`,
      bars: [share(0.8, [LOOP_PER_CLIENT])],
    },
    { key: 'delay', title: '{clients} clients that receive the events of a pool: event loop delay, p99' },
  ],
  contenders: {
    tallystick: (/** @type {any} */ parameters) => open(oneLoop(), parameters),
    [LOOP_PER_CLIENT]: (/** @type {any} */ parameters) => open(loopPerClient, parameters),
  },
}
