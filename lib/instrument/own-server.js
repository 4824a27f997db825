'use strict'

// The servers of this package, whose requests are not the application's.

const { createStamp } = require('./stamp')

/** @type {ReturnType<typeof createStamp<boolean>>} */
const stamp = createStamp()
let isAny = false

/** @param {object} server */
function markOwn(server) {
  isAny = true
  stamp.write(server, true)
}

/** @param {object} server */
function isOwn(server) {
  return isAny && stamp.read(server) === true
}

module.exports = { isOwn, markOwn }
