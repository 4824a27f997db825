'use strict'

// The HTTP server: finds the route, records the request, and handles errors.

const http = require('node:http')
const { metrics, setHttpRoute } = require('tallystick')
const { createRoutes, sendText } = require('./routes.js')

// A status of nginx, which others use too: the client closed the connection first. It is never sent.
const CLIENT_CLOSED = 499

metrics.describe('http.requests', { help: 'Requests by route and status; 499 means that the client disconnected.' })
const requests = metrics.timing({
  name: 'http.request',
  help: 'Time from a request to its response.',
  labelNames: ['route'],
})

/** Counts and times the request when it has ended, in any way. A stream is open as long as its page: its time says nothing. */
function record(res, { name, isStream = false }) {
  const stop = requests.labels({ route: name }).start()
  res.once('close', () => {
    if (!isStream) stop()
    metrics.inc('http.requests', 1, { route: name, status: res.writableFinished ? res.statusCode : CLIENT_CLOSED })
  })
}

function refuseMethod(res, methods) {
  res.setHeader('allow', methods.join(', '))
  sendText(res, 405, `method not allowed: use ${methods.join(' or ')}`)
}

function fail(res, error) {
  if (res.destroyed) return
  console.error(error)
  if (res.headersSent) res.destroy()
  else sendText(res, 500, 'internal error')
}

async function answer(req, res, route) {
  try {
    if (route.methods && !route.methods.includes(req.method)) refuseMethod(res, route.methods)
    else await route.answer(req, res)
  } catch (error) {
    fail(res, error)
  }
}

/** An HTTP server, not yet listening, that draws its tiles with this pool and controls this load. */
function createTileServer(pool, load, incidents) {
  const findRoute = createRoutes(pool, load, incidents)
  return http.createServer((req, res) => {
    const route = findRoute(req.url.split('?', 1)[0])
    setHttpRoute(req, route.name)
    record(res, route)
    answer(req, res, route)
  })
}

module.exports = { createTileServer }
