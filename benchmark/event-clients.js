'use strict'

// A process of many clients that read every server-sent event: `node event-clients.js <port> <path> <clients>`. It sends a message to
// its parent when all have received one, and answers each message with what they have received, checked by the events' ids.

const net = require('node:net')

const [port, path, count] = process.argv.slice(2)
const EVENT = /^id: (\d+)$/gm

/** One client. A view's ids increase by one, so a gap is a missed event. */
class EventClient {
  events = 0
  missed = 0
  isEnded = false
  #last = 0
  #rest = ''

  /** @param {() => void} arrived called at its first event */
  constructor(arrived) {
    this.#arrived = arrived
    const socket = net.connect(Number(port), '127.0.0.1')
    socket.setEncoding('latin1')
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n`)
    socket.on('data', (text) => this.#read(String(text)))
    socket.on('error', () => {})
    socket.on('close', () => {
      this.isEnded = true
    })
  }

  #arrived

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

let waiting = Number(count)
const clients = Array.from({ length: waiting }, () => new EventClient(arrived))

function arrived() {
  waiting--
  if (waiting === 0) process.send?.({ ready: true })
}

process.on('message', () => {
  process.send?.({
    fewest: Math.min(...clients.map(({ events }) => events)),
    missed: clients.reduce((sum, { missed }) => sum + missed, 0),
    ended: clients.filter(({ isEnded }) => isEnded).length,
  })
})
process.on('disconnect', () => process.exit(0))
