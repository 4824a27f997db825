'use strict'

// Loads the binary: from the package's folder in a checkout, else from this platform's package. If it is missing, the error names the
// platform, the package and the remedy.

const fs = require('node:fs')
const path = require('node:path')
const { platformName, platforms } = require('./platform')

/** @returns {typeof import('../binding')} */
function load() {
  const platform = platformName()
  const built = path.join(__dirname, '..', `tallystick.${platform}.node`)
  try {
    if (fs.existsSync(built)) return require(built)
    // names are spelled out for bundlers: they copy what they find, and ignore what is missing within `try`
    switch (platform) {
      case 'linux-x64-gnu':
        return require('tallystick-linux-x64-gnu')
      case 'linux-arm64-gnu':
        return require('tallystick-linux-arm64-gnu')
      case 'linux-x64-musl':
        return require('tallystick-linux-x64-musl')
      case 'linux-arm64-musl':
        return require('tallystick-linux-arm64-musl')
      case 'darwin-x64':
        return require('tallystick-darwin-x64')
      case 'darwin-arm64':
        return require('tallystick-darwin-arm64')
      case 'win32-x64-msvc':
        return require('tallystick-win32-x64-msvc')
      case 'win32-arm64-msvc':
        return require('tallystick-win32-arm64-msvc')
    }
  } catch (cause) {
    throw require('./errors/binary').missingBinary(explanation(platform, cause), cause)
  }
  throw require('./errors/binary').missingBinary(explanation(platform))
}

/** @param {string} platform @param {unknown} [cause] */
function explanation(platform, cause) {
  const failure = loadFailure(cause)
  if (failure)
    return `the tallystick binary for ${platform} did not load: ${failure.replace(/\.$/, '')}${remedyOf(cause)}`
  if (!platforms.includes(platform)) {
    return `tallystick has no binary for ${platform}, only for ${platforms.join(', ')}: build it from a checkout with npm run build`
  }
  const { name, version, ...manifest } = /** @type {Record<string, unknown>} */ (require('../package.json'))
  const folder = path.join(__dirname, '..')
  // only the published package lists the binaries
  const isCopied = 'optionalDependencies' in manifest && path.basename(path.dirname(folder)) !== 'node_modules'
  const reason = isCopied
    ? `this package was copied from where it was installed: run npm install in ${folder}`
    : 'package managers leave it out when optional dependencies are off, or when node_modules comes from another platform'
  const missing = `the tallystick binary for ${platform} is missing: install the package ${name}-${platform}@${version} (${reason})`
  return isCopied ? missing : `${missing}, or npm run build in a checkout`
}

/**
 * Why a binary that exists did not load. The error may come from another realm, so its message decides.
 * @param {any} error
 * @returns {string | undefined}
 */
function loadFailure(error) {
  if (error === undefined) return undefined
  const message = String(error.message)
  return /^Cannot find (module|package)/.test(message) ? undefined : message
}

/** The remedy where Node.js may not load binaries. @param {any} cause */
function remedyOf({ code }) {
  if (code !== 'ERR_DLOPEN_DISABLED') return ''
  // it exists with the permission model only
  const remedy = 'permission' in process ? 'with --allow-addons' : 'without --no-addons'
  return ` (start Node.js ${remedy})`
}

module.exports = load()
