import express from 'express'
import { greet, port, service } from './service.mjs'

const app = express()
// a guard of yours before it, as app.use('/metrics', guard), guards it
app.use(service.handle)
app.get('/', (_req, res) => res.send('the app'))

const server = app.listen(port, () => greet(server.address().port))
