'use strict'

// Makes a checkout ready to run: dependencies as package-lock.json has them, and the addon built from the sources as they are.
// What is already so is left alone: then this takes a fraction of a second.

const fs = require('node:fs')
const path = require('node:path')
const { build } = require('./build')
const { main, root, runNpm } = require('./command')
const { isBuilt } = require('./fingerprint')

function setUp() {
  if (!dependenciesAreCurrent()) {
    console.log('setup: installing dependencies (npm ci)')
    runNpm(['ci', '--no-audit', '--no-fund', '--loglevel', 'error'])
  }
  if (!isBuilt()) {
    console.log('setup: building the addon (npm run build); the first time takes a minute or two')
    build()
  }
}

// npm notes what it has installed, and whoever ran it, in a lock file of its own, as the last step.
function dependenciesAreCurrent() {
  const wanted = packagesOf('package-lock.json')
  const installed = packagesOf('node_modules/.package-lock.json')
  return Object.entries(wanted).every(([folder, { version, integrity, optional }]) => {
    const present = installed[folder]
    if (folder === '' || (optional && !present)) return true
    return present?.version === version && present?.integrity === integrity
  })
}

/**
 * @param {string} lockFile
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }>} by folder
 */
function packagesOf(lockFile) {
  const file = path.join(root, lockFile)
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')).packages : {}
}

if (require.main === module) main(setUp)

module.exports = { setUp }
