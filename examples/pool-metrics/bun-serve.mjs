import { greet, port, service } from './service.mjs'

const server = Bun.serve({
  port,
  routes: { '/metrics': service.fetch, '/metrics/*': service.fetch },
  fetch: () => new Response('the app'),
})
greet(server.port)
