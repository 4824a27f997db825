'use strict'

// Whether the installed packages are those of package-lock.json.

const fs = require('node:fs')
const path = require('node:path')

/**
 * npm writes what it has installed into a lock file of its own, as the last step.
 * @param {string} folder with a package-lock.json
 */
function dependenciesAreCurrent(folder) {
  const wanted = packagesOf(path.join(folder, 'package-lock.json'))
  const installed = packagesOf(path.join(folder, 'node_modules', '.package-lock.json'))
  return Object.entries(wanted).every(([place, { version, integrity, optional }]) => {
    const present = installed[place]
    if (place === '' || (optional && !present)) return true
    return present?.version === version && present?.integrity === integrity
  })
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }>} by folder
 */
function packagesOf(lockFile) {
  return fs.existsSync(lockFile) ? JSON.parse(fs.readFileSync(lockFile, 'utf8')).packages : {}
}

module.exports = { dependenciesAreCurrent }
