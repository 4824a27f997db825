'use strict'

// What `instrument` costs a server: the processor time of a request and the requests a second, with it and without. Two processes, with
// and without, serve short blocks of requests in turn, so that what else the machine does meets both alike. It only adds, so of each
// process its cheapest blocks count; of several pairs of processes the median, because no two processes are equally fast. `--same`
// compares processes without, which shows how exact this is.

const { fork } = require('node:child_process')
const { once } = require('node:events')
const http = require('node:http')
const net = require('node:net')
const { median } = require('./statistics')

const CONNECTIONS = 16
const REQUESTS = 1000
const WARM_UP = 30
const BLOCKS = 80
const PROCESSES = 7
const REQUEST =
  'GET /users/7 HTTP/1.1\r\nHost: localhost\r\nUser-Agent: benchmark\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n\r\n'
/** What ends each response. */
const END = '"id":"7"}'

/** The server's process: it answers each message with its port and its processor time. @param {boolean} isMeasured */
function serve(isMeasured) {
  const { Collector, instrument } = require('..')
  if (isMeasured) instrument({ collector: new Collector(), client: false })
  const route = { path: '/users/:id' }
  const app = Object.assign(() => {}, { router: { stack: [{ route }] } })
  const server = http.createServer((request, response) => {
    // what Express leaves at a request that it has routed
    Object.assign(request, { app, route, originalUrl: request.url })
    const body = JSON.stringify({ name: 'somebody', id: '7' })
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body)
  })
  process.on('message', () => {
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
class Contender {
  #child
  #load = new Load()

  /** @param {boolean} isMeasured */
  constructor(isMeasured) {
    this.#child = fork(__filename, [isMeasured ? 'with' : 'without'])
  }

  async start() {
    await once(this.#child, 'message')
    await this.#load.connect((await this.#state()).port)
    for (let at = 0; at < WARM_UP; at++) await this.#load.send(REQUESTS)
  }

  async block() {
    const { micros } = await this.#state()
    const began = performance.now()
    await this.#load.send(REQUESTS)
    const millis = performance.now() - began
    const cpu = (await this.#state()).micros - micros
    return { cpu: cpu / REQUESTS, rate: (REQUESTS / millis) * 1000 }
  }

  stop() {
    this.#load.close()
    this.#child.kill()
  }

  /** @returns {Promise<{ micros: number, port: number }>} */
  async #state() {
    const answer = once(this.#child, 'message')
    this.#child.send('state')
    return (await answer)[0]
  }
}

/** The ratios of two new processes. */
async function compare() {
  const measured = new Contender(!process.argv.includes('--same'))
  const plain = new Contender(false)
  await measured.start()
  await plain.start()
  const [on, off] = [[], []]
  for (let at = 0; at < BLOCKS; at++) {
    // in both orders, so that neither always has the second place
    const turns = at % 2 === 0 ? [measured, plain] : [plain, measured]
    for (const contender of turns) (contender === measured ? on : off).push(await contender.block())
  }
  measured.stop()
  plain.stop()
  const cpu = (/** @type {{ cpu: number }[]} */ blocks) => cheapest(blocks.map((block) => block.cpu))
  const micros = (/** @type {{ rate: number }[]} */ blocks) => cheapest(blocks.map(({ rate }) => 1e6 / rate))
  return { cpu: cpu(on) / cpu(off), rate: micros(off) / micros(on), base: cpu(off) }
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

const [mode] = process.argv.slice(2)
if (mode === 'with' || mode === 'without') serve(mode === 'with')
else main()
