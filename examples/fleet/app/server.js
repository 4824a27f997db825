'use strict'

// One instance of a shop that prices orders. Threads of a pool do the work and record its metrics; this thread serves HTTP, and
// /metrics with the metrics of all threads.
//
//   POST /orders?items=20&payment=card   prices an order
//   GET /ready                           503 once the instance ends
//   GET /metrics                         for Prometheus

const http = require('node:http')
const path = require('node:path')
const { Piscina } = require('piscina')
const { collectDefaultMetrics, instrument, metrics, setHttpRoute } = require('tallystick')
const { PAYMENTS, orders } = require('./orders')

/** How long an instance that ends waits for its last scrape: longer than Prometheus' scrape_interval. */
const LAST_SCRAPE_TIMEOUT_MILLIS = 20_000
const MAX_ITEMS = 1000

instrument()
collectDefaultMetrics()

const pool = new Piscina({ filename: path.join(__dirname, 'price.js'), minThreads: 2, maxThreads: 2 })
const waiting = metrics.gauge({ name: 'shop.orders.waiting', help: 'Orders that wait for a thread' })
metrics.beforeRead(() => waiting.set(pool.queueSize))

// rate() needs a value before the first increment, and another instance may be the one that gets it
for (const payment of PAYMENTS) orders.labels({ payment })

let isEnding = false
let inProgress = 0
/** Whether a response ended after the latest scrape began. */
let isNews = false

const server = http.createServer(async (request, response) => {
  const [pathname, query] = (request.url ?? '').split('?', 2)
  if (pathname === '/metrics') return answerScrape(request, response)
  inProgress++
  response.once('close', () => {
    inProgress--
    isNews = true
  })
  if (pathname === '/ready') answer(request, response, '/ready', isEnding ? 503 : 200, { isEnding })
  else if (pathname === '/orders' && request.method === 'POST') await answerOrder(request, response, query)
  else answer(request, response, undefined, 404, { error: 'not found' })
})

async function answerOrder(request, response, query) {
  const { items = 1, payment = 'card' } = Object.fromEntries(new URLSearchParams(query))
  const order = { items: Number(items), payment }
  const isValid = Number.isInteger(order.items) && order.items > 0 && order.items <= MAX_ITEMS
  if (!isValid || !PAYMENTS.includes(order.payment)) {
    return answer(request, response, '/orders', 400, { error: `items: 1 to ${MAX_ITEMS}; payment: ${PAYMENTS}` })
  }
  try {
    answer(request, response, '/orders', 200, await pool.run(order))
  } catch (error) {
    console.error(error)
    answer(request, response, '/orders', 500, { error: 'the order could not be priced' })
  }
}

function answer(request, response, route, status, content) {
  setHttpRoute(request, route)
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(content))
}

function answerScrape(request, response) {
  isNews = false
  response.once('finish', () => {
    if (isEnding && !isNews && inProgress === 0) process.exit()
  })
  return metrics.handle(request, response)
}

// A planned end loses nothing: the instance goes on until a scrape has everything that it counted.
process.once('SIGTERM', () => {
  isEnding = true
  isNews = true
  setTimeout(() => process.exit(), LAST_SCRAPE_TIMEOUT_MILLIS).unref()
})

server.listen(Number(process.env.PORT ?? 8000), () => console.log(`listening on port ${server.address().port}`))
