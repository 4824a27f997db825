'use strict'

// The same requests for every application, and its metrics on standard output.

const diagnostics = require('node:diagnostics_channel')
const { once } = require('node:events')
const http = require('node:http')

/** @type {Promise<unknown>[]} one for each response, fulfilled when it has ended */
const ends = []
diagnostics.subscribe('http.server.request.start', (/** @type {any} */ { response }) => {
  ends.push(once(response, 'close'))
})

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
  await Promise.all(ends)
  await new Promise((resolve) => setImmediate(resolve))
  const answer = await fetch(`${base}/metrics`)
  process.stdout.write(`${answer.headers.get('content-type')}\n${await answer.text()}`, () => process.exit())
}

module.exports = { listening, requestAll }
