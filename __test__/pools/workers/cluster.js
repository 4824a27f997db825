'use strict'

// A process of a cluster: it serves a port of the primary, answers with its own id, and ends on request.

const http = require('node:http')

http.createServer((_req, res) => res.end(String(process.pid))).listen(0, '127.0.0.1')
process.on('message', (message) => {
  if (message === 'crash') process.exit(3)
})
