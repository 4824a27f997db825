'use strict'

// Builds the addon in release mode: tallystick.<platform>.node and binding.d.ts, which is committed and never edited. Arguments are
// passed to napi, as in `npm run build -- --target aarch64-unknown-linux-gnu`. Without arguments the addon is for this machine, and
// on Linux also for older systems if zig is available.

const { isInstalled, main, runCargo, runNode } = require('./command')
const { markBuilt, sourceHash } = require('./fingerprint')
const { portableBuild } = require('./portable')

const napi = 'node_modules/@napi-rs/cli/dist/cli.js'

/** @param {string[]} [args] for `napi build`, in place of the defaults for this machine @param {Record<string, string>} [env] */
function build(args, env) {
  // napi runs cargo too, but its error does not say what is missing.
  if (!isInstalled('cargo')) runCargo(['--version'])
  const builtFrom = sourceHash()
  const how = args ? { args, env } : portableBuild()
  const options = ['--platform', '--release', '--no-js', '--dts', 'binding.d.ts']
  runNode(napi, ['build', ...options, ...how.args], { env: how.env })
  // An addon for another platform is not the one that this machine needs.
  if (!args) markBuilt(builtFrom)
}

if (require.main === module) main(() => build(process.argv.length > 2 ? process.argv.slice(2) : undefined))

module.exports = { build }
