'use strict'

// Builds the addon as for a release, for the given platform: `node scripts/build-for.js linux-arm64-musl`.

const { binaryPath, faultsOf } = require('./binary')
const { build } = require('./build')
const { isInstalled, main, run } = require('./command')
const { releaseBuild, setUpZig, triples } = require('./portable')

main(() => {
  const [platform = ''] = process.argv.slice(2)
  const reason = platform.startsWith('linux') ? setUpZig() : undefined
  if (reason) throw new Error(reason)
  const { args, env } = releaseBuild(platform)
  if (isInstalled('rustup')) run('rustup', ['target', 'add', triples[platform]])
  build(args, env)
  const faults = faultsOf(binaryPath(platform))
  if (faults.length > 0) throw new Error(faults.join('\n'))
})
