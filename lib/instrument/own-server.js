'use strict'

// Servers of this package, which are not measured.

const { createPrivateField } = require('../private-field')

/** @type {ReturnType<typeof createPrivateField<boolean>>} */
const mark = createPrivateField()
let isAny = false

/** @param {object} server */
function markOwn(server) {
  isAny = true
  mark.write(server, true)
}

/** @param {object} server */
function isOwn(server) {
  return isAny && mark.read(server) === true
}

module.exports = { isOwn, markOwn }
