'use strict'

/**
 * An environment variable.
 * @param {string} name
 * @returns {string | undefined} undefined if it is empty, as Compose and Kubernetes set it
 */
function variable(name) {
  const text = process.env[name]?.trim()
  return text === '' ? undefined : text
}

module.exports = { variable }
