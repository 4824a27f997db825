'use strict'

/** What users' functions threw, as text for a warning; it may be anything. @param {unknown} error */
function messageOf(error) {
  try {
    return String(/** @type {any} */ (error)?.stack ?? error)
  } catch {
    return typeof error
  }
}

module.exports = { messageOf }
