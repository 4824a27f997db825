'use strict'

// Fetches Debian packages with apt-get and unpacks them into a folder; nothing is installed into the system.

const fs = require('node:fs')
const path = require('node:path')
const { isInstalled, run } = require('./command')

/**
 * Unpacks packages into a folder.
 * @param {string[]} names
 * @param {string} folder
 * @returns {string | undefined} why they are not available
 */
function unpackPackages(names, folder) {
  if (!['apt-get', 'dpkg-deb'].every(isInstalled)) return 'apt-get is not available to fetch it'
  fs.mkdirSync(folder, { recursive: true })
  const isFetched = () => succeeds(['--quiet', 'download', ...names], folder)
  if (!isFetched() && !(isRoot() && succeeds(['--quiet', '--quiet', 'update'], folder) && isFetched())) {
    return `apt-get has no package ${names.join(' and ')}`
  }
  for (const archive of fs.readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
    run('dpkg-deb', ['--extract', archive, '.'], { cwd: folder })
    fs.rmSync(path.join(folder, archive))
  }
  return undefined
}

/** @param {string[]} args for apt-get @param {string} cwd */
function succeeds(args, cwd) {
  try {
    // as root, apt would warn that its unprivileged user cannot write to this folder
    run('apt-get', ['-o', 'APT::Sandbox::User=root', ...args], { cwd })
    return true
  } catch {
    return false
  }
}

function isRoot() {
  return process.getuid?.() === 0
}

module.exports = { unpackPackages }
