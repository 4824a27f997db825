import Fastify from 'fastify'
import { greet, port, service } from './service.mjs'

const app = Fastify({ forceCloseConnections: true })
app.all('/metrics/*', (request, reply) => {
  reply.hijack()
  return service.handle(request.raw, reply.raw)
})
app.get('/', () => 'the app')

await app.listen({ port })
greet(app.server.address().port)
