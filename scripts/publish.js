'use strict'

// Publishes the tarballs of a folder: `node scripts/publish.js <folder>`, with `--dry-run` up to the last step. The platforms'
// packages come first, so that whoever installs the package finds them; what is already there is left, so that a release that
// failed half-way can be run again.

const path = require('node:path')
const { platforms } = require('../lib/platform')
const { main, runNpm } = require('./command')

const { name, version } = require('../package.json')

/**
 * @param {string} folder
 * @param {{ only?: string[], dryRun?: boolean }} [options] `only` is for a rehearsal: the packages that are there
 */
function publish(folder, { only, dryRun = false } = {}) {
  const packages = only ?? [...platforms.map((platform) => `${name}-${platform}`), name]
  for (const each of packages) {
    if (!dryRun && isPublished(each)) console.log(`${each}@${version} is there already`)
    else runNpm(['publish', path.resolve(folder, `${each}-${version}.tgz`), ...options(dryRun)])
  }
}

/** @param {boolean} dryRun */
function options(dryRun) {
  // Provenance is signed with an identity that only the workflow has.
  const provenance = process.env.GITHUB_ACTIONS && !dryRun ? ['--provenance'] : []
  const tag = version.includes('-') ? 'next' : 'latest'
  return ['--access', 'public', '--tag', tag, '--loglevel', 'error', ...provenance, ...(dryRun ? ['--dry-run'] : [])]
}

/** @param {string} packageName */
function isPublished(packageName) {
  const answer = runNpm(['view', `${packageName}@${version}`, 'version', '--loglevel', 'silent'], {
    capture: true,
    anyStatus: true,
  })
  return answer.trim() === version
}

if (require.main === module) {
  main(() => {
    const [folder, ...flags] = process.argv.slice(2)
    if (!folder) throw new Error('give the folder of the tarballs: node scripts/publish.js <folder> [--dry-run]')
    publish(folder, { dryRun: flags.includes('--dry-run') })
  })
}

module.exports = { publish }
