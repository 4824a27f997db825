'use strict'

// The path of the bun in node_modules. Its install script moves it from the platform's package to bun/bin/bun.exe; if npm does not
// run the script, a placeholder is there.

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
