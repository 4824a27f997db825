'use strict'

// What `instrument` costs a server: the processor time of a request and the requests a second, with it and without. A server's process
// does short blocks of requests in turn with and without, so that what else the machine does meets both alike. It only adds, so the
// cheapest blocks count; of several processes the median. `--same` compares blocks without, which shows how exact this is.
//
// Without, Node.js publishes to subscribers that return at once: to subscribe and unsubscribe would make the compiler start again.

const { fork } = require('node:child_process')
const diagnostics = require('node:diagnostics_channel')
const { once } = require('node:events')
const http = require('node:http')
const net = require('node:net')
const { median } = require('./statistics')

const CONNECTIONS = 16
const REQUESTS = 1000
const WARM_UP = 60
const BLOCKS = 100
const PROCESSES = 5
const REQUEST =
  'GET /users/7 HTTP/1.1\r\nHost: localhost\r\nUser-Agent: benchmark\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n\r\n'
/** What ends each response. */
const END = '"id":"7"}'

/** The server's process: it answers each message, which says whether requests are measured, with its port and processor time. */
function serve() {
  const { subscribe } = diagnostics
  let isMeasured = false
  diagnostics.subscribe = (name, subscriber) =>
    subscribe(name, (message, channel) => {
      if (isMeasured) subscriber(message, channel)
    })
  const { Collector, instrument } = require('..')
  instrument({ collector: new Collector(), client: false })
  const route = { path: '/users/:id' }
  const app = Object.assign(() => {}, { router: { stack: [{ route }] } })
  const server = http.createServer((request, response) => {
    // what Express leaves at a request that it has routed
    Object.assign(request, { app, route, originalUrl: request.url })
    const body = JSON.stringify({ name: 'somebody', id: '7' })
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body)
  })
  process.on('message', (message) => {
    isMeasured = message === 'with'
    const { user, system } = process.cpuUsage()
    process.send?.({ micros: user + system, port: /** @type {net.AddressInfo} */ (server.address()).port })
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1', () => process.send?.('listening'))
}

/** Connections that each send their next request when they have their response. */
class Load {
  /** @type {net.Socket[]} */
  #sockets = []
  #left = 0
  #missing = 0
  #done = () => {}

  /** @param {number} port */
  async connect(port) {
    for (let at = 0; at < CONNECTIONS; at++) {
      const socket = net.connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1')
      await once(socket, 'connect')
      socket.on('data', (text) => {
        if (text.toString().endsWith(END)) this.#next(socket)
      })
      this.#sockets.push(socket)
    }
  }

  /** @param {net.Socket} socket whose response has arrived */
  #next(socket) {
    if (this.#left-- > 0) socket.write(REQUEST)
    if (--this.#missing === 0) this.#done()
  }

  /** @param {number} count of requests */
  async send(count) {
    const done = new Promise((resolve) => {
      this.#done = () => resolve(undefined)
    })
    this.#missing = count
    this.#left = count - this.#sockets.length
    for (const socket of this.#sockets) socket.write(REQUEST)
    await done
  }

  close() {
    for (const socket of this.#sockets) socket.destroy()
  }
}

/** A server's process, and what it takes for requests. */
class Server {
  #child = fork(__filename, ['serve'])
  #load = new Load()

  async start() {
    await once(this.#child, 'message')
    await this.#load.connect((await this.#state('without')).port)
    for (let at = 0; at < WARM_UP; at++) await this.block(at % 2 === 0 ? 'with' : 'without')
  }

  /** @param {'with' | 'without'} mode */
  async block(mode) {
    const { micros } = await this.#state(mode)
    const began = performance.now()
    await this.#load.send(REQUESTS)
    const millis = performance.now() - began
    const cpu = (await this.#state(mode)).micros - micros
    return { cpu: cpu / REQUESTS, millis: millis / REQUESTS }
  }

  stop() {
    this.#load.close()
    this.#child.kill()
  }

  /** @param {string} mode @returns {Promise<{ micros: number, port: number }>} */
  async #state(mode) {
    const answer = once(this.#child, 'message')
    this.#child.send(mode)
    return (await answer)[0]
  }
}

/** The ratios of a new process. */
async function compare() {
  const measuredMode = process.argv.includes('--same') ? 'without' : 'with'
  const server = new Server()
  await server.start()
  /** @type {{ cpu: number, millis: number }[][]} */
  const [on, off] = [[], []]
  for (let at = 0; at < BLOCKS; at++) {
    // in both orders, so that neither always has the second place
    const isFirst = at % 2 === 0
    if (isFirst) on.push(await server.block(measuredMode))
    off.push(await server.block('without'))
    if (!isFirst) on.push(await server.block(measuredMode))
  }
  server.stop()
  const of = (/** @type {typeof on} */ blocks, /** @type {'cpu' | 'millis'} */ what) =>
    cheapest(blocks.map((block) => block[what]))
  return { cpu: of(on, 'cpu') / of(off, 'cpu'), rate: of(off, 'millis') / of(on, 'millis'), base: of(off, 'cpu') }
}

/** The mean of the lowest tenth. @param {number[]} values */
function cheapest(values) {
  const lowest = [...values].sort((one, other) => one - other).slice(0, Math.ceil(values.length / 10))
  return lowest.reduce((sum, value) => sum + value, 0) / lowest.length
}

async function main() {
  const results = []
  for (let at = 0; at < PROCESSES; at++) results.push(await compare())
  const percent = (/** @type {number[]} */ ratios) =>
    `${((median(ratios) - 1) * 100).toFixed(1)} % (${ratios.map((ratio) => ((ratio - 1) * 100).toFixed(1)).join(', ')})`
  console.log(`without: ${median(results.map(({ base }) => base)).toFixed(1)} µs of processor time a request`)
  console.log(`with instrument(): ${percent(results.map(({ cpu }) => cpu))} processor time`)
  console.log(`with instrument(): ${percent(results.map(({ rate }) => rate))} requests a second`)
}

if (process.argv[2] === 'serve') serve()
else main()
