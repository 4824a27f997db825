'use strict'

// The routes of the server. A route's name is also its label. The list is fixed, so no visitor can create series.

const fs = require('node:fs')
const path = require('node:path')
const { createPoolMetrics, metrics } = require('tallystick')
const { TileError, parseTile } = require('./tile.js')

const MAP = fs.readFileSync(path.join(__dirname, 'map.html'))
const SERVICE = '/metrics'
const READ = ['GET', 'HEAD']
const SWITCH = ['POST']
const TILE_PATH = /^\/tile\/([^/]+)\/([^/]+)\/([^/]+)\.png$/

// A tile never changes, but whoever changes the colours should see the new ones soon.
const TILE_CACHE = 'public, max-age=3600'

function send(res, status, contentType, body, cacheControl = 'no-store') {
  const headers = { 'content-type': contentType, 'content-length': body.length, 'cache-control': cacheControl }
  res.writeHead(status, headers).end(body)
}

function sendText(res, status, text) {
  send(res, status, 'text/plain; charset=utf-8', Buffer.from(`${text}\n`))
}

/** Aborts when the client disconnects before it has its response. */
function signalOf(res) {
  const controller = new AbortController()
  res.once('close', () => {
    if (!res.writableFinished) controller.abort()
  })
  return controller.signal
}

async function sendTile(res, pool, coordinates) {
  try {
    const png = await pool.draw(parseTile(...coordinates), signalOf(res))
    if (png) send(res, 200, 'image/png', png, TILE_CACHE)
  } catch (error) {
    if (!(error instanceof TileError)) throw error
    sendText(res, error.status, error.message)
  }
}

async function sendSnapshot(res) {
  send(res, 200, 'application/json', await metrics.json())
}

/** The state of the pool, and all metrics: as a page under /metrics, as data under /metrics/api/metrics/. */
function createService(pool) {
  const service = createPoolMetrics({ namespace: 'tiles', collector: metrics.collector, workers: true })
  service.setPool(pool.source)
  return service
}

function switchLoad(res, load, incidents, isOn) {
  load.isOn = isOn
  incidents.wakeReaders()
  res.writeHead(204).end()
}

async function sendReport(res, incidents) {
  const { status, text } = await incidents.report()
  sendText(res, status, text)
}

function switchSlow(res, incidents, isSlow) {
  incidents.isSlow = isSlow
  res.writeHead(204).end()
}

/** Answers at once: the thread recovers later. */
function stick(res, incidents) {
  incidents.stick().catch((error) => console.error(error))
  res.writeHead(204).end()
}

/**
 * The routes of a server that draws with this pool: a function from path to `{ name, methods, answer(req, res), isStream }`, without
 * methods for an unknown path.
 */
function createRoutes(pool, load, incidents) {
  const service = createService(pool)
  const fixed = new Map([
    ['/', (_req, res) => send(res, 200, 'text/html; charset=utf-8', MAP, 'no-cache')],
    ['/metrics/prometheus', metrics.handle],
    ['/metrics/snapshot', (_req, res) => sendSnapshot(res)],
    ['/report', (_req, res) => sendReport(res, incidents)],
  ])
  const switches = new Map([
    ['/load/on', (_req, res) => switchLoad(res, load, incidents, true)],
    ['/load/off', (_req, res) => switchLoad(res, load, incidents, false)],
    ['/slow/on', (_req, res) => switchSlow(res, incidents, true)],
    ['/slow/off', (_req, res) => switchSlow(res, incidents, false)],
    ['/stuck', (_req, res) => stick(res, incidents)],
  ])
  const unknown = { name: 'unknown', answer: (_req, res) => sendText(res, 404, 'not found') }
  const served = (pathname) => ({
    name: `${SERVICE}/*`,
    methods: READ,
    answer: service.handle,
    isStream: pathname === `${SERVICE}/api/metrics/sse`,
  })
  return (pathname) => {
    if (fixed.has(pathname)) return { name: pathname, methods: READ, answer: fixed.get(pathname) }
    if (switches.has(pathname)) return { name: pathname, methods: SWITCH, answer: switches.get(pathname) }
    if (pathname === SERVICE || pathname.startsWith(`${SERVICE}/`)) return served(pathname)
    const tile = TILE_PATH.exec(pathname)
    if (!tile) return unknown
    return { name: '/tile/:z/:x/:y.png', methods: READ, answer: (_req, res) => sendTile(res, pool, tile.slice(1)) }
  }
}

module.exports = { createRoutes, sendText }
