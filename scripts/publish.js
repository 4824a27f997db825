'use strict'

// Publishes the tarballs of a folder: `node scripts/publish.js <folder>`, with `--dry-run` up to the last step. The packages of the
// platforms come first, so that the package never lacks them, and those that depend on it come last. What is already published is
// skipped, so that a release that failed half-way can be repeated. `napi pre-publish` publishes folders instead, not the tarballs
// that were tested, and cannot be repeated.

const path = require('node:path')
const { platforms } = require('../lib/platform')
const { main, runNpm } = require('./command')
const { dependents } = require('./pack')

const { name, version } = require('../package.json')

/**
 * @param {string} folder
 * @param {{ only?: string[], dryRun?: boolean }} [options] `only`, for a rehearsal: the packages that were packed
 */
function publish(folder, { only, dryRun = false } = {}) {
  const packages = [...platforms.map((platform) => `${name}-${platform}`), name, ...dependents]
  for (const each of packages.filter((each) => only?.includes(each) ?? true)) {
    if (!dryRun && isPublished(each)) console.log(`${each}@${version} is already published`)
    else runNpm(['publish', path.resolve(folder, `${each}-${version}.tgz`), ...options(dryRun)])
  }
}

/** @param {boolean} dryRun */
function options(dryRun) {
  // provenance is signed with an identity that only the workflow has
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
