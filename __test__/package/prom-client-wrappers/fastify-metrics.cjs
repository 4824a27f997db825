'use strict'

const fastify = require('fastify')
const metrics = require('fastify-metrics')
const { requestAll } = require('./requests.cjs')

async function start() {
  const app = fastify()
  await app.register(metrics, {
    endpoint: '/metrics',
    defaultMetrics: { enabled: true },
    routeMetrics: { enabled: true },
  })
  app.get('/item/:id', async () => 'item')
  app.get('/broken', async (_, reply) => reply.code(500).send('broken'))
  return await app.listen({ port: 0, host: '127.0.0.1' })
}

start().then(requestAll)
