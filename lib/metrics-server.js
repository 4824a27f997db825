'use strict'

// A server for scrapes alone, beside the application: it keeps no process alive, and none fails because of it.

const http = require('node:http')
const { metrics } = require('..')
const { variable } = require('./environment')
const { markOwn } = require('./instrument/own-server')
const { isHostAllowed } = require('./http/hosts')

/** @typedef {{ port: string, host: string }} Variables the names of environment variables */

const LOOPBACK = '127.0.0.1'
const LAST_PORT = 65_535

/**
 * Serves `/metrics` as two environment variables say.
 * @param {Variables} names
 * @param {{ port?: string, host?: string }} [defaults] without a port, nothing is served
 */
function serveMetrics(names, defaults = {}) {
  const text = variable(names.port) ?? defaults.port
  if (text === undefined) return
  const host = variable(names.host) ?? defaults.host ?? LOOPBACK
  // 0 is any free one, which is then printed
  const port = Number(text)
  const warn = (/** @type {string} */ reason) => warnOf(names, reason)
  if (!Number.isInteger(port) || port < 0 || port > LAST_PORT) return warn(`${JSON.stringify(text)} is not a port`)
  // who listens elsewhere than on this machine chose the names by which the server is reached
  const allowed = host === LOOPBACK || host === 'localhost' || host === '::1' ? null : true
  const server = http.createServer((request, response) => respond(request, response, allowed, names))
  markOwn(server)
  server.on('error', (error) => warn(error.message))
  server.on('connection', (socket) => socket.unref?.())
  // a worker of a cluster would take requests in turn with the others
  server.listen({ port, host, exclusive: true }, () => {
    if (port === 0) process.stderr.write(`tallystick: metrics at http://${addressOf(server)}/metrics\n`)
  })
  server.unref()
}

/**
 * @param {http.IncomingMessage} request @param {http.ServerResponse} response
 * @param {true | null} allowed names, as of lib/http/hosts.js
 * @param {Variables} names
 */
function respond(request, response, allowed, names) {
  const { headers, socket, url = '/' } = request
  if (!isHostAllowed({ host: headers.host, localAddress: socket.localAddress }, allowed)) {
    return refuse(response, 403, `This host is not allowed: set ${names.host}`)
  }
  if (url.split('?', 1)[0] !== '/metrics') return refuse(response, 404, 'Not found')
  metrics.handle(request, response)
}

/** @param {http.ServerResponse} response @param {number} status @param {string} message */
function refuse(response, status, message) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${message}\n`)
}

/** @param {http.Server} server */
function addressOf(server) {
  const { address, family, port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`
}

/** @param {Variables} names @param {string} reason */
function warnOf(names, reason) {
  process.emitWarning(`/metrics is not served at ${names.port}: ${reason}`, {
    type: 'TallystickWarning',
    code: 'TALLYSTICK_PORT',
  })
}

module.exports = { serveMetrics }
