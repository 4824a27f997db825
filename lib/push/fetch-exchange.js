'use strict'

// A request and its response by `fetch`, under Bun, which sends from a thread of its own.

const { bodyOf } = require('./response-body')

/** @type {import('./types').Exchange} */
async function exchange({ url, method, headers, body }, signal) {
  const response = await fetch(url, { method, headers, body: /** @type {any} */ (body), redirect: 'manual', signal })
  return {
    status: response.status,
    header: (name) => response.headers.get(name),
    body: await bodyOf(/** @type {any} */ (response.body) ?? []),
  }
}

module.exports = { exchange }
