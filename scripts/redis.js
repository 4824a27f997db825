'use strict'

// A Redis server for the test of the recipe for BullMQ: the one on the PATH, or that of Debian's packages, which are kept under
// target/ with the libraries that they need.

const fs = require('node:fs')
const path = require('node:path')
const { isInstalled, root } = require('./command')
const { unpackPackages } = require('./debian')

/** Without what every system has. */
const PACKAGES = [
  'redis-server',
  'redis-tools',
  'libatomic1',
  'libjemalloc2',
  'liblua5.1-0',
  'liblzf1',
  'lua-bitop',
  'lua-cjson',
]
const folder = path.join(root, 'target', 'redis')

/** @returns {string | undefined} */
function redisPath() {
  const unpacked = path.join(folder, 'usr', 'bin', 'redis-server')
  if (fs.existsSync(unpacked)) return unpacked
  return isInstalled('redis-server') ? 'redis-server' : undefined
}

/** @returns {string | undefined} why it is unavailable */
function setUpRedis() {
  if (redisPath() !== undefined) return undefined
  const reason = unpackPackages(PACKAGES, folder)
  return reason && `redis-server is not on the PATH, and ${reason}`
}

/** What a Redis from here needs to start. @returns {Record<string, string>} */
function redisEnvironment() {
  const libraries = path.join(folder, 'usr', 'lib')
  if (!fs.existsSync(libraries)) return {}
  const folders = fs.readdirSync(libraries).map((name) => path.join(libraries, name))
  return { LD_LIBRARY_PATH: folders.join(path.delimiter) }
}

module.exports = { redisEnvironment, redisPath, setUpRedis }
