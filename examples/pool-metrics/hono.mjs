import { Hono } from 'hono'
import { service } from './service.mjs'

export const app = new Hono()
app.all('/metrics/*', (context) => service.fetch(context.req.raw))
app.get('/', (context) => context.text('the app'))
