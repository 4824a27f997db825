'use strict'

// Checks dependencies for known vulnerabilities, with npm's registry and, through cargo-audit, the RustSec database.

const path = require('node:path')
const { isInstalled, root, run, runNpm } = require('./command')

/** @returns {string | undefined} which check was skipped, and why */
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
  if (!isInstalled('cargo-audit')) return 'cargo-audit is not installed (cargo install cargo-audit)'
  run('cargo-audit', ['audit', '--deny', 'warnings'])
  return undefined
}

module.exports = { checkAdvisories }
