'use strict'

// The binary half. binding.js, which napi generates, looks for a binary beside itself and then for this platform's package;
// when it finds none, its error tells of a bug in npm. Ours names the platform, the package and what to do.

const { missingBinary } = require('./errors')

/** @returns {typeof import('../binding.js')} */
function load() {
  try {
    return require('../binding.js')
  } catch (cause) {
    throw missingBinary(explanation(cause), cause)
  }
}

/** @param {unknown} cause */
function explanation(cause) {
  const { platformName, platforms } = require('./platform')
  const platform = platformName()
  const reason = loadFailure(cause)
  if (reason) return `the tallystick binary for ${platform} did not load: ${reason}`
  if (!platforms.includes(platform)) {
    return `tallystick has no binary for ${platform}, only for ${platforms.join(', ')}: build it from a checkout with npm run build`
  }
  const { name, version } = require('../package.json')
  return (
    `the tallystick binary for ${platform} is missing: install the package ${name}-${platform}@${version} (package managers leave ` +
    'it out when optional dependencies are off, or when node_modules comes from another platform), or npm run build in a checkout'
  )
}

/**
 * Why a binary that was found did not load. binding.js chains by `cause` what it tried, which is mostly modules that are not
 * there. The errors may be another realm's, so they are known by their shape.
 * @param {any} error
 * @returns {string | undefined}
 */
function loadFailure(error) {
  for (let at = error; at; at = at.cause) {
    const message = String(at.message)
    if (!/Cannot find (native binding|module|package)|^Unsupported (OS|architecture)/.test(message)) return message
  }
  return undefined
}

module.exports = load()
