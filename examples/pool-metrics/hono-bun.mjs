import { app } from './hono.mjs'
import { greet, port } from './service.mjs'

const server = Bun.serve({ port, fetch: app.fetch })
greet(server.port)
