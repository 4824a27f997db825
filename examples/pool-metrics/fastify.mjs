import Fastify from 'fastify'
import { greet, port, service } from './service.mjs'

const app = Fastify({ forceCloseConnections: true })
for (const path of ['/metrics', '/metrics/*']) {
  app.all(path, (request, reply) => {
    reply.hijack()
    return service.handle(request.raw, reply.raw)
  })
}
app.get('/', () => 'the app')

await app.listen({ port })
greet(app.server.address().port)
