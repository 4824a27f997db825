'use strict'

// The program of `npm start`: reads the command line, starts pool and server, prints their addresses, and ends both on Ctrl-C.

const { once } = require('node:events')
const { collectDefaultMetrics, instrument, logStats, metrics } = require('tallystick')
const { Incidents } = require('./incidents.js')
const { Load } = require('./load.js')
const { HELP, OptionError, parseOptions } = require('./options.js')
const { TilePool } = require('./tile-pool.js')
const { createTileServer } = require('./tile-server.js')

// npm forwards a Ctrl-C that the terminal also sends to us: two signals within this time count as one.
const ECHO_MILLIS = 250

const FORCED = 130

function listenError(error, { host, port }) {
  const another = 'Choose another one: npm start -- --port 8081 (0 takes any free one).'
  if (error.code === 'EADDRINUSE') return `Port ${port} of ${host} is in use. ${another}`
  if (error.code === 'EACCES') return `Port ${port} of ${host} is not allowed to you. ${another}`
  return `Cannot listen on ${host}, port ${port}: ${error.message}`
}

async function listen(server, options) {
  try {
    await once(server.listen(options.port, options.host), 'listening')
  } catch (error) {
    throw new OptionError(listenError(error, options))
  }
}

/** Ends the server and all its connections, even those that wait for a tile. */
async function close(server) {
  const closed = once(server.close(), 'close')
  server.closeAllConnections()
  await closed
}

/** The address to open, even if the server listens on all addresses. */
function urlOf(server) {
  const { address, family, port } = server.address()
  if (address === '0.0.0.0' || address === '::') return `http://localhost:${port}`
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`
}

function greet(url, workers) {
  console.log(`Tallystick's tile server: ${workers} worker thread${workers === 1 ? '' : 's'} draw the Mandelbrot set.

  open  ${url}/metrics   the pool, its threads and every metric, live
  open  ${url}/          the map that they draw, with a button that starts a load
  curl  ${url}/metrics/api/metrics/stats
  curl  ${url}/metrics/api/metrics/prometheus
  curl  ${url}/metrics/snapshot

Press Ctrl-C to stop.`)
}

function sayGoodbye() {
  const { counters } = metrics.snapshot()
  console.log(`\nStopped. Tiles drawn: ${counters['tiles.drawn'] ?? 0}, cancelled: ${counters['tiles.aborted'] ?? 0}.`)
}

/** Calls `end` at the first Ctrl-C or SIGTERM; the next one ends the process at once. */
function onSignal(end) {
  let first
  const receive = () => {
    if (first && Date.now() - first > ECHO_MILLIS) process.exit(FORCED)
    if (!first) end()
    first ??= Date.now()
  }
  process.on('SIGINT', receive).on('SIGTERM', receive)
}

async function serve(options) {
  // before the server is made, and without clients: those are the demo's own readers
  const stopHttp = instrument({ client: false })
  const stopDefault = collectDefaultMetrics()
  const pool = new TilePool(options.workers)
  const load = new Load(pool, options.workers)
  const incidents = new Incidents(pool, load)
  const server = createTileServer(pool, load, incidents)
  try {
    await listen(server, options)
  } catch (error) {
    await pool.destroy()
    throw error
  }
  greet(urlOf(server), options.workers)
  incidents.url = urlOf(server)
  const stopLog = options.logStats ? logStats({ interval: options.statsInterval }) : () => {}
  load.isOn = options.load
  incidents.wakeReaders()
  onSignal(async () => {
    stopLog()
    load.isOn = false
    incidents.end()
    stopHttp()
    stopDefault()
    await close(server)
    await pool.destroy()
    sayGoodbye()
  })
}

async function main() {
  const options = parseOptions(process.argv.slice(2))
  if (options.help) console.log(HELP)
  else await serve(options)
}

main().catch((error) => {
  if (!(error instanceof OptionError)) throw error
  console.error(`${error.message}\nSee npm start -- --help`)
  process.exitCode = 1
})
