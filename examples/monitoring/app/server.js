'use strict'

// An app to monitor: it constantly hashes passwords in a pool of threads. Prometheus scrapes /metrics/api/metrics/prometheus.

const { randomBytes, scryptSync } = require('node:crypto')
const http = require('node:http')
const { isMainThread } = require('node:worker_threads')

/** The task of a pool thread. */
function hash(password) {
  return scryptSync(password, randomBytes(16), 64).toString('hex')
}

function serve() {
  const { Piscina } = require('piscina')
  const { createPoolMetrics, metrics } = require('tallystick')

  const pool = new Piscina({ filename: __filename, minThreads: 1, maxThreads: 4 })
  const service = createPoolMetrics({ collector: metrics.collector, allowedHosts: ['app'] })
  service.setPool(pool)

  const hashOne = () => metrics.time('passwords.hash', () => pool.run('a password'))
  setInterval(hashOne, 50)

  const server = http.createServer((req, res) => {
    service.handle(req, res, async () => res.end(await hashOne()))
  })
  server.listen(process.env.PORT ?? 8000, () => console.log(`listening on port ${server.address().port}`))
}

if (isMainThread) serve()
else module.exports = hash
