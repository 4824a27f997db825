'use strict'

// A hash of the addon's sources, kept after a build, so that an unchanged checkout is not built again. It hashes contents, not times:
// switching branches back and forth builds nothing.

const { createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')
const { root } = require('./command')
const { platformName } = require('../lib/platform')
const { isPortable } = require('./portable')

const stamp = path.join(root, 'target', `addon-${process.platform}-${process.arch}.fingerprint`)
const sources = ['Cargo.toml', 'build.rs', '.cargo/config.toml', 'src']

/** The addon's file for this machine. */
function addonPath() {
  return path.join(root, `tallystick.${platformName()}.node`)
}

/** Whether the addon was built from the present sources, as portable as this machine can build it. */
function isBuilt() {
  const built = [addonPath(), path.join(root, 'binding.d.ts')]
  return built.every((file) => fs.existsSync(file)) && read(stamp) === stampOf(sourceHash())
}

/**
 * Remembers what the addon was built from.
 * @param {string} builtFrom the {@link sourceHash} before the build: a file that is edited during the build counts as changed
 */
function markBuilt(builtFrom) {
  fs.mkdirSync(path.dirname(stamp), { recursive: true })
  fs.writeFileSync(stamp, stampOf(builtFrom))
}

/** @param {string} builtFrom */
function stampOf(builtFrom) {
  // Cargo.lock is hashed after the build, which may have completed it.
  return `${builtFrom} ${lockHash()} ${isPortable() ? 'portable' : 'for this machine'}`
}

function sourceHash() {
  // the binary's name, and the header of binding.d.ts
  const { napi } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'))
  return contentHash(sources, JSON.stringify(napi))
}

/**
 * A hash of all files in some folders.
 * @param {string[]} entries files and folders, relative to the root
 * @param {string} [more] further content
 */
function contentHash(entries, more = '') {
  const hash = createHash('sha256')
  for (const file of entries.flatMap((entry) => filesUnder(path.join(root, entry)))) {
    hash
      .update(`${path.relative(root, file)}\0`)
      .update(fs.readFileSync(file))
      .update('\0')
  }
  return hash.update(more).digest('hex')
}

function lockHash() {
  return createHash('sha256')
    .update(read(path.join(root, 'Cargo.lock')) ?? '')
    .digest('hex')
}

/** @param {string} entry @returns {string[]} the files, in an order that does not depend on the system */
function filesUnder(entry) {
  const stats = fs.statSync(entry, { throwIfNoEntry: false })
  if (!stats) return []
  if (stats.isFile()) return [entry]
  const names = fs.readdirSync(entry).sort()
  return names.flatMap((name) => filesUnder(path.join(entry, name)))
}

/** @param {string} file */
function read(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined
}

module.exports = { addonPath, contentHash, isBuilt, markBuilt, sourceHash }
