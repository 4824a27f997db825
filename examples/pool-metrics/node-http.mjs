import { createServer } from 'node:http'
import { greet, port, service } from './service.mjs'

const server = createServer((req, res) => service.handle(req, res, () => res.end('the app')))
server.listen(port, () => greet(server.address().port))
