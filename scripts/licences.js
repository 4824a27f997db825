'use strict'

// Whether everything that is built in, or used to build and test, has an accepted licence: cargo-deny checks the crates, and here
// are the packages. A licence is accepted as it is written: an expression that is new is read by a person once.

const fs = require('node:fs')
const path = require('node:path')
const { runCargoDeny, setUpCargoDeny } = require('./cargo-deny')
const { root } = require('./command')
const { setUpPage } = require('./page')

/** They require no more than that their text is kept. */
const accepted = ['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT OR Apache-2.0', 'PSF-2.0']

/**
 * @returns {string | undefined} why the crates were not checked
 * @throws Error that lists the packages whose licence is not accepted
 */
function checkLicences() {
  const refused = [...packages(), ...packagesOfPage()].filter(([, licence]) => !accepted.includes(licence))
  if (refused.length > 0) {
    const list = refused.map(([name, licence]) => `${name}: ${licence}`)
    throw new Error(`licences that scripts/licences.js does not accept:\n${list.join('\n')}`)
  }
  const reason = setUpCargoDeny()
  if (reason === undefined) runCargoDeny(['check', 'licenses', 'sources'])
  return reason
}

/** The installed packages of package-lock.json: those of other platforms are not. */
function packages() {
  const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
  return Object.entries(lock.packages)
    .filter(([folder]) => fs.existsSync(path.join(root, folder)))
    .map(([folder, { license }]) => [folder, license])
}

/** The packages that are built into the page, which contains their licences. */
function packagesOfPage() {
  setUpPage()
  const text = fs.readFileSync(path.join(root, 'ui', 'dist', 'licences.md'), 'utf8')
  const found = [...text.matchAll(/^## (\S+) - \S+ \((.+)\)$/gm)].map(([, name, licence]) => [name, licence])
  if (found.length === 0) throw new Error('ui/dist/licences.md names no package')
  return found
}

module.exports = { checkLicences }
