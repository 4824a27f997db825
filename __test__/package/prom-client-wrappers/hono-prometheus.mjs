import { prometheus } from '@hono/prometheus'
import { Hono } from 'hono'
import requests from './requests.cjs'

const app = new Hono()
const { printMetrics, registerMetrics } = prometheus({ collectDefaultMetrics: true })
app.use('*', registerMetrics)
app.get('/metrics', printMetrics)
app.get('/item/:id', (c) => c.text('item'))
app.get('/broken', (c) => c.text('broken', 500))

const handler = async (req, res) => {
  const answer = await app.fetch(new Request(`http://localhost${req.url}`))
  res.writeHead(answer.status, Object.fromEntries(answer.headers))
  res.end(await answer.text())
}

requests.listening(handler).then(requests.requestAll)
