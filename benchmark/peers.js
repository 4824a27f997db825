'use strict'

// The peers are dependencies of this folder only: work on Tallystick needs none of them.

const fs = require('node:fs')
const path = require('node:path')
const { runNpm } = require('../scripts/command')
const { devDependencies } = require('./package.json')

/** Installs what package-lock.json lists, unless it is installed. */
function installPeers() {
  const isInstalled = Object.entries(devDependencies).every(([name, version]) => installedVersion(name) === version)
  if (isInstalled) return
  console.log('benchmark: installing the peers (npm ci in benchmark/)')
  // npm may run in an older Node.js than the contenders, and then warns about the peers' engines
  runNpm(['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd: __dirname })
}

/** @param {string} name @returns {string | undefined} */
function installedVersion(name) {
  const manifest = path.join(__dirname, 'node_modules', name, 'package.json')
  return fs.existsSync(manifest) ? JSON.parse(fs.readFileSync(manifest, 'utf8')).version : undefined
}

module.exports = { installPeers, versions: devDependencies }
