'use strict'

// Finds the bun of node_modules. Its install script, which npm may be configured to skip, moves it from the platform's package to
// bun/bin/bun.exe, which is a placeholder otherwise.

const fs = require('node:fs')
const path = require('node:path')
const { root } = require('./command')

/** @returns {string | undefined} */
function bunPath() {
  const modules = path.join(root, 'node_modules')
  const scope = path.join(modules, '@oven')
  const platforms = fs.existsSync(scope) ? fs.readdirSync(scope) : []
  const places = platforms.flatMap((name) => ['bun', 'bun.exe'].map((file) => path.join(scope, name, 'bin', file)))
  return [...places, path.join(modules, 'bun', 'bin', 'bun.exe')].find((file) => fs.existsSync(file))
}

module.exports = { bunPath }
