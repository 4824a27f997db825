'use strict'

// A process of many clients that read every server-sent event: `node event-clients.js <port> <path> <clients>`. It sends a message to
// its parent when all have received one, and answers each message with what they have received, checked by the events' ids.

const net = require('node:net')

const [port, path, count] = process.argv.slice(2)
const EVENT = /^id: (\d+)$/gm
/** Connections that wait for their first event: fewer than a server's backlog, so that a busy one refuses none. */
const CONNECTING = 100

/** One client. A view's ids increase by one, so a gap is a missed event. */
class EventClient {
  events = 0
  missed = 0
  isEnded = false
  #last = 0
  #rest = ''
  #arrived = () => {}

  /** @param {() => void} arrived called at its first event */
  connect(arrived) {
    this.#arrived = arrived
    const socket = net.connect(Number(port), '127.0.0.1')
    socket.setEncoding('latin1')
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n`)
    socket.on('data', (text) => this.#read(String(text)))
    socket.on('error', () => {})
    socket.on('close', () => {
      if (this.events === 0) this.connect(arrived)
      else this.isEnded = true
    })
  }

  /** @param {string} text */
  #read(text) {
    const whole = this.#rest + text
    const end = whole.lastIndexOf('\n') + 1
    this.#rest = whole.slice(end)
    for (const [, id] of whole.slice(0, end).matchAll(EVENT)) this.#receive(Number(id))
  }

  /** @param {number} id */
  #receive(id) {
    if (this.events++ === 0) this.#arrived()
    else this.missed += id - this.#last - 1
    this.#last = id
  }
}

const clients = Array.from({ length: Number(count) }, () => new EventClient())
let waiting = clients.length
let next = 0

function connectNext() {
  clients[next++]?.connect(arrived)
}

function arrived() {
  waiting--
  if (waiting === 0) process.send?.({ ready: true })
  else connectNext()
}

for (let at = 0; at < CONNECTING; at++) connectNext()

process.on('message', () => {
  process.send?.({
    fewest: Math.min(...clients.map(({ events }) => events)),
    missed: clients.reduce((sum, { missed }) => sum + missed, 0),
    ended: clients.filter(({ isEnded }) => isEnded).length,
  })
})
process.on('disconnect', () => process.exit(0))
