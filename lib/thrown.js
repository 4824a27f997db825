'use strict'

/** What a user's function threw, as text for a warning. It may be any value. @param {unknown} error */
function messageOf(error) {
  try {
    return String(/** @type {any} */ (error)?.stack ?? error)
  } catch {
    return typeof error
  }
}

module.exports = { messageOf }
