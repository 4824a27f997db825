'use strict'

// The warnings that this process was given, by their codes.

/** @type {{ code: string, message: string }[]} */
const given = []
process.on('warning', ({ code, message }) => given.push({ code, message }))

/** What was warned of since the last call, once all of it is said. */
async function takeWarnings() {
  await new Promise((resolve) => setImmediate(resolve))
  return given.splice(0)
}

module.exports = { takeWarnings }
