import { serve } from '@hono/node-server'
import { app } from './hono.mjs'
import { greet, port } from './service.mjs'

serve({ fetch: app.fetch, port }, (info) => greet(info.port))
