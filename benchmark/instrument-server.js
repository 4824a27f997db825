'use strict'

// What `instrument` costs a server: the processor time of a request and the requests a second, with it and without. A server's process
// does short blocks of requests in turn with and without, so that what else the machine does meets both alike. It only adds, so the
// cheapest blocks count; of several processes the median. `--express` takes a server of Express, and `--same` compares blocks without,
// which shows how exact this is.
//
// Without, Node.js publishes to subscribers that return at once: to subscribe and unsubscribe would make the compiler start again.

const { fork } = require('node:child_process')
const diagnostics = require('node:diagnostics_channel')
const { once } = require('node:events')
const http = require('node:http')
const { HttpLoad, USER } = require('./http-load')
const { installPeers } = require('./peers')
const { cheapest, median } = require('./statistics')

const REQUESTS = 200
const WARM_UP = 300
const BLOCKS = 400
const PROCESSES = 5

/** What Express leaves at a request that it has routed. */
const route = { path: '/users/:id' }
const app = Object.assign(() => {}, { router: { stack: [{ route }] } })

/** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
function answer(request, response) {
  Object.assign(request, { app, route, originalUrl: request.url })
  const body = JSON.stringify(USER)
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }).end(body)
}

function expressApp() {
  const express = require('express')()
  express.get('/users/:id', (/** @type {any} */ request, /** @type {any} */ response) => {
    response.json({ ...USER, id: request.params.id })
  })
  return express
}

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
  const server = http.createServer(process.argv.includes('--express') ? expressApp() : answer)
  process.on('message', (message) => {
    isMeasured = message === 'with'
    const { user, system } = process.cpuUsage()
    process.send?.({
      micros: user + system,
      port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    })
  })
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1', () => process.send?.('listening'))
}

/** A server's process, and what it takes for requests. */
class Server {
  #child = fork(__filename, ['serve', ...process.argv.slice(2)])
  #load = new HttpLoad()

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

async function main() {
  installPeers()
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
