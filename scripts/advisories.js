'use strict'

// Whether a dependency has a known vulnerability: npm asks its registry, cargo-deny the RustSec database.

const path = require('node:path')
const { runCargoDeny, setUpCargoDeny } = require('./cargo-deny')
const { root, runNpm } = require('./command')

/** @returns {string | undefined} what could not be checked */
function checkAdvisories() {
  const skipped = [auditPackages(root), auditPackages(path.join(root, 'ui')), auditCrates()].filter(
    (reason) => reason !== undefined,
  )
  return skipped.length > 0 ? [...new Set(skipped)].join('; ') : undefined
}

/** @param {string} folder with a package-lock.json @returns {string | undefined} */
function auditPackages(folder) {
  const report = JSON.parse(
    runNpm(['audit', '--json', '--loglevel', 'silent'], { cwd: folder, capture: true, anyStatus: true }) || '{}',
  )
  if (!report.metadata) return 'this npm registry has no advisories'
  const { vulnerabilities } = report
  const names = Object.keys(vulnerabilities)
  if (names.length > 0) throw new Error(`npm audit finds advisories for ${names.join(', ')}`)
  return undefined
}

/** @returns {string | undefined} */
function auditCrates() {
  const reason = setUpCargoDeny()
  if (reason) return reason
  try {
    runCargoDeny(['fetch', 'db'])
  } catch {
    return 'the RustSec database cannot be fetched'
  }
  runCargoDeny(['check', 'advisories'])
  return undefined
}

module.exports = { checkAdvisories }
