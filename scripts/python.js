'use strict'

// Programs from PyPI, each set in its own virtual environment under target/; nothing is installed into the system.

const fs = require('node:fs')
const path = require('node:path')
const { isInstalled, root, run } = require('./command')

const windows = process.platform === 'win32'

/**
 * The folder of an environment's programs, if it exists with exactly these packages.
 * @param {string} name the folder under target/ @param {string[]} packages with their versions
 * @returns {string | undefined}
 */
function programsOf(name, packages) {
  const stamp = path.join(root, 'target', name, stampOf(packages))
  return fs.existsSync(stamp) ? programs(name) : undefined
}

/**
 * Makes an environment, unless it exists.
 * @param {string} name @param {string[]} packages
 * @returns {string | undefined} why it cannot be created here
 */
function setUpPrograms(name, packages) {
  if (programsOf(name, packages)) return undefined
  const python = ['python3', 'python'].find(isInstalled)
  if (!python) return 'python3 is not installed'
  const folder = path.join(root, 'target', name)
  fs.rmSync(folder, { recursive: true, force: true })
  try {
    run(python, ['-m', 'venv', folder])
  } catch {
    return 'this python3 cannot make a virtual environment (Debian: install python3-venv)'
  }
  try {
    run(path.join(programs(name), 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages])
  } catch {
    return `pip cannot install ${packages.join(' and ')}`
  }
  fs.writeFileSync(path.join(folder, stampOf(packages)), '')
  return undefined
}

/** @param {string} name */
function programs(name) {
  return path.join(root, 'target', name, windows ? 'Scripts' : 'bin')
}

/** It names the versions, so that other versions are another environment. @param {string[]} packages */
function stampOf(packages) {
  return packages.join('+')
}

module.exports = { programsOf, setUpPrograms }
