'use strict'

// The same requests for every application, and its metrics on standard output.

const http = require('node:http')

/** @param {any} handler */
function listening(handler) {
  const server = http.createServer(handler)
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}`)),
  )
}

/** @param {string} base */
async function requestAll(base) {
  for (const path of ['/item/1', '/item/2', '/item/3', '/broken', '/absent']) await (await fetch(base + path)).text()
  // responses are counted when they end, which may be after the client has them
  await new Promise((resolve) => setTimeout(resolve, 100))
  const answer = await fetch(`${base}/metrics`)
  process.stdout.write(`${answer.headers.get('content-type')}\n${await answer.text()}`, () => process.exit())
}

module.exports = { listening, requestAll }
