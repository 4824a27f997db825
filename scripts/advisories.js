'use strict'

// Whether a dependency has a known vulnerability: npm asks its registry, cargo-audit the RustSec database.

const { isInstalled, run, runNpm } = require('./command')

/** @returns {string | undefined} what could not be asked */
function checkAdvisories() {
  const skipped = [auditPackages(), auditCrates()].filter((reason) => reason !== undefined)
  return skipped.length > 0 ? skipped.join('; ') : undefined
}

/** @returns {string | undefined} */
function auditPackages() {
  const report = JSON.parse(
    runNpm(['audit', '--json', '--loglevel', 'silent'], { capture: true, anyStatus: true }) || '{}',
  )
  if (!report.metadata) return 'this npm registry knows no advisories'
  const { vulnerabilities } = report
  const names = Object.keys(vulnerabilities)
  if (names.length > 0) throw new Error(`npm audit finds advisories for ${names.join(', ')}`)
  return undefined
}

/** @returns {string | undefined} */
function auditCrates() {
  if (!isInstalled('cargo-audit')) return 'there is no cargo-audit (cargo install cargo-audit)'
  run('cargo-audit', ['audit', '--deny', 'warnings'])
  return undefined
}

module.exports = { checkAdvisories }
