'use strict'

// Clients of an HTTP server that each send their next request when they have the response to the one before. As a process,
// `node http-load.js <port>`, it answers each message, a number of requests, when it has their responses.

const { once } = require('node:events')
const net = require('node:net')

const CONNECTIONS = 16
const REQUEST =
  'GET /users/7 HTTP/1.1\r\nHost: localhost\r\nUser-Agent: benchmark\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n\r\n'
/** The response's body, and its end. */
const USER = { name: 'somebody', id: '7' }
const END = '"id":"7"}'

/** Connections to one server. */
class HttpLoad {
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

async function main() {
  const load = new HttpLoad()
  await load.connect(Number(process.argv[2]))
  process.on('message', async (count) => {
    await load.send(Number(count))
    process.send?.('done')
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.('connected')
}

if (require.main === module) main()

module.exports = { HttpLoad, USER }
