'use strict'

// The routes of real frameworks, as `instrument` records them: patterns, for every way in which a request may end.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const http = require('node:http')
const { createRequire } = require('node:module')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { pathToFileURL } = require('node:url')
const { Collector, createMetrics, honoRoutes, instrument, koaRoutes } = require('../..')
const { consumerFolder } = require('../../scripts/consumers')
const { close, request } = require('../support/http')
const { routesOf } = require('../support/http-metrics')
const { until } = require('../support/until')

const requireIts = createRequire(path.join(consumerFolder('frameworks'), 'index.js'))
const importIts = (name) => import(pathToFileURL(requireIts.resolve(name)).href)

/**
 * Tests a framework's app. Each request is `[path, status, route]`.
 * @param {string} name
 * @param {() => Promise<http.Server>} start
 * @param {[string, number, string | undefined][]} requests
 */
function testFramework(name, start, requests) {
  describe(name, () => {
    const own = createMetrics(new Collector())
    let server
    let stop
    before(async () => {
      stop = instrument({ collector: own.collector, client: false })
      server = await start()
      if (!server.listening) {
        server.listen(0, '127.0.0.1')
        await once(server, 'listening')
      }
    })
    after(async () => {
      stop()
      await close(server)
    })

    for (const [path, status, route] of requests) {
      test(`records ${path} as ${route ?? 'no route'}, with ${status}`, async () => {
        const known = routesOf(own)
        assert.equal((await request(server.address().port, path)).status, status)
        const key = `${route ?? ''} ${status}`
        await until(
          () => routesOf(own),
          (routes) => routes[key] === (known[key] ?? 0) + 1,
          `${key} is recorded`,
        )
      })
    }

    test('makes no series of paths', async () => {
      const known = Object.keys(routesOf(own))
      for (let at = 0; at < 50; at++) {
        await request(server.address().port, `/none/${at}?page=${at}`)
        await request(server.address().port, `/users/${at}`)
        await request(server.address().port, `/USERS/${at}/`)
      }
      assert.ok(Object.keys(routesOf(own)).length <= known.length + 3, JSON.stringify(routesOf(own)))
    })
  })
}

function expressApp(express) {
  const app = express()
  const nested = express.Router()
  nested.get('/:order', (_req, res) => res.end('order'))
  nested.get('/:order/fails', () => {
    throw new Error('fails')
  })
  nested.get('/:order/later', (_req, _res, next) => setImmediate(next, new Error('later')))
  const shared = express.Router()
  shared.get('/item', (_req, res) => res.end('item'))
  const admin = express()
  admin.get('/stats/:day', (_req, res) => res.end('stats'))
  app.get('/', (_req, res) => res.end('home'))
  app.get('/users/:id', (_req, res) => res.end('user'))
  app.get(['/one', '/two'], (_req, res) => res.end('either'))
  app.get(/^\/files\/(.+)$/, (_req, res) => res.end('file'))
  app.use('/customers/:customer/orders', nested)
  app.use('/first', shared)
  app.use('/second', shared)
  app.use('/admin/:tenant', admin)
  app.use('/static', (_req, res) => res.end('static'))
  app.use((error, _req, res, _next) => res.status(503).end(error.message))
  return app
}

const expressRequests = [
  ['/', 200, '/'],
  ['/users/7', 200, '/users/:id'],
  ['/users/8?x=1', 200, '/users/:id'],
  ['/two', 200, '/one|/two'],
  ['/files/a/b', 200, '/^\\/files\\/(.+)$/'],
  ['/customers/1/orders/2', 200, '/customers/:customer/orders/:order'],
  ['/customers/3/orders/4', 200, '/customers/:customer/orders/:order'],
  ['/customers/1/orders/2/fails', 503, '/customers/:customer/orders/:order/fails'],
  ['/customers/1/orders/2/later', 503, '/customers/:customer/orders/:order/later'],
  ['/first/item', 200, '/first/item'],
  ['/second/item', 200, '/second/item'],
  ['/SECOND/item', 200, '/second/item'],
  ['/admin/acme/stats/monday', 200, '/admin/:tenant/stats/:day'],
  ['/static/any', 200, undefined],
  ['/missing', 404, undefined],
]

for (const name of ['express', 'express4']) {
  testFramework(name, async () => http.createServer(expressApp(requireIts(name))), expressRequests)
}

for (const name of ['fastify', 'fastify4']) {
  testFramework(name, async () => {
    const app = requireIts(name)()
    app.get('/users/:id', async () => 'user')
    app.get('/fails', async () => {
      throw new Error('fails')
    })
    app.register(
      async (child) => {
        child.addHook('onRequest', async (_request, reply) => reply.code(401).send('no'))
        child.get('/secret/:id', async () => 'secret')
      },
      { prefix: '/admin' },
    )
    await app.listen({ port: 0, host: '127.0.0.1' })
    return app.server
  }, [
    ['/users/7', 200, '/users/:id'],
    ['/fails', 500, '/fails'],
    ['/admin/secret/7', 401, '/admin/secret/:id'],
    ['/missing', 404, undefined],
  ])
}

testFramework('hono', async () => {
  const { Hono } = await importIts('hono')
  const { createAdaptorServer } = await importIts('@hono/node-server')
  const app = new Hono()
  app.use(honoRoutes())
  app.use('/admin/*', (context, next) => (context.req.query('key') ? next() : context.text('no', 401)))
  app.get('/users/:id', (context) => context.text('user'))
  app.get('/fails', () => {
    throw new Error('fails')
  })
  app.onError((error, context) => context.text(error.message, 503))
  app.route(
    '/admin',
    new Hono().get('/secret/:id', (context) => context.text('secret')),
  )
  return createAdaptorServer({ fetch: app.fetch })
}, [
  ['/users/7', 200, '/users/:id'],
  ['/fails', 503, '/fails'],
  ['/admin/secret/7?key=1', 200, '/admin/secret/:id'],
  ['/admin/secret/7', 401, '/admin/secret/:id'],
  ['/missing', 404, undefined],
])

testFramework('koa', async () => {
  const Koa = requireIts('koa')
  const { Router = requireIts('@koa/router') } = requireIts('@koa/router')
  const app = new Koa()
  app.silent = true
  app.use(koaRoutes())
  const users = new Router({ prefix: '/users' })
  users.get('/:id', (context) => {
    context.body = 'user'
  })
  users.get('/:id/fails', () => {
    throw new Error('fails')
  })
  app.use(users.routes())
  return http.createServer(app.callback())
}, [
  ['/users/7', 200, '/users/:id'],
  ['/users/7/fails', 500, '/users/:id/fails'],
  ['/missing', 404, undefined],
])

for (const [platform, adapter] of [
  ['@nestjs/platform-express', 'ExpressAdapter'],
  ['@nestjs/platform-fastify', 'FastifyAdapter'],
]) {
  testFramework(`nest with ${platform}`, async () => {
    await importIts('reflect-metadata')
    const { Controller, Get, Module, Param } = await importIts('@nestjs/common')
    const { NestFactory } = await importIts('@nestjs/core')
    const Adapter = (await importIts(platform))[adapter]
    class Users {
      get(id) {
        return `user ${id}`
      }
      fail() {
        throw new Error('fails')
      }
    }
    // what decorators become
    for (const [name, route] of [
      ['get', ':id'],
      ['fail', ':id/fails'],
    ]) {
      Get(route)(Users.prototype, name, Object.getOwnPropertyDescriptor(Users.prototype, name))
      Reflect.defineMetadata('design:paramtypes', [], Users.prototype, name)
    }
    Param('id')(Users.prototype, 'get', 0)
    Controller('users')(Users)
    class App {}
    Module({ controllers: [Users] })(App)
    const app = await NestFactory.create(App, new Adapter(), { logger: false })
    app.setGlobalPrefix('v1')
    await app.listen(0, '127.0.0.1')
    return app.getHttpServer()
  }, [
    ['/v1/users/7', 200, '/v1/users/:id'],
    ['/v1/users/7/fails', 500, '/v1/users/:id/fails'],
    ['/missing', 404, undefined],
  ])
}
