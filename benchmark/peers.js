'use strict'

// The peers are dependencies of this folder alone, so that working on Tallystick needs none of them.

const fs = require('node:fs')
const path = require('node:path')
const { runNpm } = require('../scripts/command')
const { devDependencies } = require('./package.json')

/** Installs what package-lock.json says, unless it is there. */
function installPeers() {
  const isThere = Object.entries(devDependencies).every(([name, version]) => installedVersion(name) === version)
  if (isThere) return
  console.log('benchmark: installing the peers (npm ci in benchmark/)')
  // some say that they want a newer Node than the oldest one that we support; they run all the same, or are left out by name
  runNpm(['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd: __dirname })
}

/** @param {string} name @returns {string | undefined} */
function installedVersion(name) {
  const manifest = path.join(__dirname, 'node_modules', name, 'package.json')
  return fs.existsSync(manifest) ? JSON.parse(fs.readFileSync(manifest, 'utf8')).version : undefined
}

module.exports = { installPeers, versions: devDependencies }
