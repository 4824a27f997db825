import express from 'express'
import { greet, port, service } from './service.mjs'

const app = express()
// to protect it, add your own middleware before it: app.use('/metrics', guard)
app.use(service.handle)
app.get('/', (_req, res) => res.send('the app'))

const server = app.listen(port, () => greet(server.address().port))
