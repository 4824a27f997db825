'use strict'

// The warnings of this process, by code.

/** @type {{ code: string, message: string }[]} */
const given = []
process.on('warning', ({ code, message }) => given.push({ code, message }))

/** The warnings since the last call, once all have arrived. */
async function takeWarnings() {
  await new Promise((resolve) => setImmediate(resolve))
  return given.splice(0)
}

module.exports = { takeWarnings }
