'use strict'

// What `instrument` costs for a request, beside its two readings of the clock: messages are published on the channels of node:http as a
// server does, to an empty subscriber and to ours. The best of many short rounds counts, as everything else on the machine only adds.

const diagnostics = require('node:diagnostics_channel')
const http = require('node:http')
const net = require('node:net')
const { performance } = require('node:perf_hooks')
const { Collector, instrument } = require('..')

const ROUNDS = 400
const REQUESTS = 5000
const HEADERS = [
  'Host',
  'a:80',
  'User-Agent',
  'a/1',
  'Accept',
  '*/*',
  'Accept-Encoding',
  'gzip',
  'Connection',
  'keep-alive',
]
const HEAD =
  'HTTP/1.1 200 OK\r\nX-Powered-By: Express\r\nContent-Type: application/json; charset=utf-8\r\nDate: Sat, 1 Jan 2000 00:00:00 GMT\r\nConnection: keep-alive\r\n\r\n'

const start = diagnostics.channel('http.server.request.start')
const finish = diagnostics.channel('http.server.response.finish')
const server = http.createServer()
const empty = () => {}

/** A request of Express and its response, on a connection. @param {{ isChunked: boolean }} kind @returns {any} */
function message({ isChunked }) {
  const route = { path: '/users/:id' }
  const app = Object.assign(() => {}, { _router: { stack: [{ route }] } })
  const socket = new net.Socket()
  Object.defineProperty(socket, 'bytesWritten', { get: () => 1000 })
  const request = Object.assign(new http.IncomingMessage(socket), {
    method: 'GET',
    url: '/users/1',
    rawHeaders: HEADERS,
    complete: true,
    route,
    app,
  })
  const response = Object.assign(new http.ServerResponse(request), {
    _header: HEAD,
    _contentLength: isChunked ? null : 100,
  })
  return { request, response, socket, server }
}

/** Nanoseconds for a call. @param {() => void} call */
function nanosOf(call) {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now()
    for (let at = 0; at < REQUESTS; at++) call()
    best = Math.min(best, performance.now() - began)
  }
  return (best / REQUESTS) * 1e6
}

function main() {
  const clocks = nanosOf(() => performance.now() + performance.now())
  for (const isChunked of [false, true]) {
    const { request, response, socket } = message({ isChunked })
    const publish = () => {
      start.publish({ request, response, socket, server })
      finish.publish({ request, response, socket, server })
    }
    start.subscribe(empty)
    finish.subscribe(empty)
    const base = nanosOf(publish)
    const stop = instrument({ collector: new Collector(), client: false })
    const measured = nanosOf(publish)
    stop()
    start.unsubscribe(empty)
    finish.unsubscribe(empty)
    const own = measured - base - clocks
    console.log(
      `${isChunked ? 'chunked' : 'with a length'}: ${own.toFixed(0)} ns beside two clocks (${clocks.toFixed(0)} ns)`,
    )
  }
}

main()
