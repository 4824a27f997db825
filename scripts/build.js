'use strict'

// Builds the addon in release mode: tallystick.<platform>.node, and with it binding.js and binding.d.ts, which are committed
// and never edited. Arguments go to napi, as in `npm run build -- --target aarch64-unknown-linux-gnu`.

const { isInstalled, main, runCargo, runNode } = require('./command')
const { markBuilt, sourceHash } = require('./fingerprint')

const napi = 'node_modules/@napi-rs/cli/dist/cli.js'

/** @param {string[]} [args] for `napi build` */
function build(args = []) {
  // napi asks cargo too, but its message does not say what is missing.
  if (!isInstalled('cargo')) runCargo(['--version'])
  const builtFrom = sourceHash()
  runNode(napi, ['build', '--platform', '--release', '--js', 'binding.js', '--dts', 'binding.d.ts', ...args])
  // Built for another platform, it is not the addon that this machine needs.
  if (args.length === 0) markBuilt(builtFrom)
}

if (require.main === module) main(() => build(process.argv.slice(2)))

module.exports = { build }
