'use strict'

// An app to monitor: it hashes passwords in a pool of threads, and visits itself. Prometheus scrapes /metrics/api/metrics/prometheus,
// which also has the metrics of tallystick/auto: node --import tallystick/auto server.js

const { randomBytes, scryptSync } = require('node:crypto')
const http = require('node:http')
const { isMainThread } = require('node:worker_threads')

/** The task of a pool thread. */
function hash(password) {
  return scryptSync(password, randomBytes(16), 64).toString('hex')
}

function serve() {
  const { Piscina } = require('piscina')
  const { createPoolMetrics, metrics, setHttpRoute } = require('tallystick')

  const pool = new Piscina({ filename: __filename, minThreads: 1, maxThreads: 4 })
  const service = createPoolMetrics({ namespace: 'passwords', collector: metrics.collector, allowedHosts: ['app'] })
  service.setPool(pool)

  const server = http.createServer((req, res) => {
    service.handle(req, res, async () => {
      setHttpRoute(req, '/hash') // node:http has no routes, so the app states it
      res.end(await metrics.time('passwords.hash', () => pool.run('a password')))
    })
  })
  server.listen(process.env.PORT ?? 8000, () => {
    const { port } = server.address()
    console.log(`listening on port ${port}`)
    setInterval(() => visit(`http://127.0.0.1:${port}/hash`), 50)
  })
}

async function visit(address) {
  try {
    await (await fetch(address)).text()
  } catch (error) {
    console.error(error)
  }
}

if (isMainThread) serve()
else module.exports = hash
