'use strict'

// Servers and clients for tests: ports that the system assigns, responses exactly as they were sent, and server-sent events as they
// arrive.

const { once } = require('node:events')
const http = require('node:http')

/**
 * A node:http server on a free port.
 * @param {http.RequestListener} listener
 */
async function listen(listener) {
  const server = http.createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** Ends a server and its connections. */
async function close(server) {
  const closed = once(server.close(), 'close')
  server.closeAllConnections()
  await closed
}

/** A request whose response is read as it arrives. */
async function open(port, path, { method = 'GET', headers = {}, body } = {}) {
  const sent = http.request({ port, host: '127.0.0.1', method, path, headers, agent: false })
  sent.end(body)
  const [response] = await once(sent, 'response')
  // a connection that the server closes counts as the end
  response.on('error', () => {})
  return response
}

/** A request and its whole response. */
async function request(port, path, options) {
  const response = await open(port, path, options)
  const body = Buffer.concat(await response.toArray()).toString()
  const isJson = response.headers['content-type'] === 'application/json' && body !== ''
  return { status: response.statusCode, headers: response.headers, body, json: isJson ? JSON.parse(body) : undefined }
}

/** A client of server-sent events, over node:http. */
class EventClient {
  #response
  #blocks
  #rest = ''

  constructor(response) {
    this.#response = response
    this.#blocks = this.#read()
  }

  static async connect(port, path, options) {
    const response = await open(port, path, options)
    if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`)
    return new EventClient(response)
  }

  get headers() {
    return this.#response.headers
  }

  /** The next block of lines as an object; undefined at the end. A comment is `{ comment }`. */
  async next() {
    return (await this.#blocks.next()).value
  }

  /** The data of the next event. */
  async data() {
    for (;;) {
      const block = await this.next()
      if (block === undefined || block.data !== undefined) return block && JSON.parse(block.data)
    }
  }

  async *#read() {
    try {
      for await (const chunk of this.#response) {
        this.#rest += chunk
        const blocks = this.#rest.split('\n\n')
        this.#rest = blocks.pop()
        for (const block of blocks) yield fieldsOf(block)
      }
    } catch {
      // disconnected
    }
  }

  close() {
    this.#response.destroy()
  }
}

/** @param {string} block */
function fieldsOf(block) {
  const lines = block.split('\n').map((line) => {
    const [, name, value] = /^(.*?): ?(.*)$/s.exec(line)
    return [name || 'comment', value]
  })
  return Object.fromEntries(lines)
}

module.exports = { EventClient, close, listen, open, request }
