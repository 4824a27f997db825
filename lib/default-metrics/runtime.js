'use strict'

/** Bun has some functions of Node.js that answer zeros or nothing: metrics of these would look like measurements. */
const isBun = process.versions.bun !== undefined

module.exports = { isBun }
