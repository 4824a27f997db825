'use strict'

// Makes a Linux binary run on older systems than the one it is built on: zig, as the linker, has the symbols of every glibc.
// Without it a binary requires the glibc of the build machine, which is fine for a checkout but not for a release. `npm test`
// fetches zig into target/zig; from then on `npm run build` uses it.

const path = require('node:path')
const { platformName } = require('../lib/platform')
const { root, searchPath } = require('./command')
const { programsOf, setUpPrograms } = require('./python')

/** The newest glibc that a binary may require: that of Debian 10 and of Node.js 20's own builds. */
const GLIBC = '2.28'

const packages = ['ziglang==0.17.0', 'cargo-zigbuild==0.24.0']
/** @type {Record<string, string>} Rust's target triples by platform */
const triples = {
  'linux-x64-gnu': 'x86_64-unknown-linux-gnu',
  'linux-arm64-gnu': 'aarch64-unknown-linux-gnu',
  'linux-x64-musl': 'x86_64-unknown-linux-musl',
  'linux-arm64-musl': 'aarch64-unknown-linux-musl',
  'darwin-x64': 'x86_64-apple-darwin',
  'darwin-arm64': 'aarch64-apple-darwin',
  'win32-x64-msvc': 'x86_64-pc-windows-msvc',
  'win32-arm64-msvc': 'aarch64-pc-windows-msvc',
}

/** @returns {string | undefined} why this machine cannot build portably */
function setUpZig() {
  return process.platform === 'linux' ? setUpPrograms('zig', packages) : undefined
}

/** Whether a build here can be portable: outside Linux with glibc it always is. */
function isPortable() {
  return !isNeeded() || programsOf('zig', packages) !== undefined
}

/**
 * How to build for this machine, portably if possible.
 * @returns {Build}
 */
function portableBuild() {
  return isNeeded() && isPortable() ? zigBuild(platformName()) : { args: [], env: {} }
}

/**
 * How a release builds for a platform: for Linux on any machine with zig, for other platforms on a machine of that system.
 * @typedef {{ args: string[], env: Record<string, string> }} Build for `napi build`
 * @param {string} platform
 * @returns {Build}
 */
function releaseBuild(platform) {
  if (!Object.hasOwn(triples, platform)) {
    throw new Error(`unknown platform ${platform}: use one of ${Object.keys(triples).join(', ')}`)
  }
  if (platform.startsWith('linux')) return zigBuild(platform)
  // the oldest macOS that Rust itself supports on each processor
  const env = { MACOSX_DEPLOYMENT_TARGET: platform === 'darwin-x64' ? '10.12' : '11.0' }
  return { args: ['--target', triples[platform]], env: platform.startsWith('darwin') ? env : {} }
}

/** @param {string} platform of Linux @returns {Build} */
function zigBuild(platform) {
  const programs = programsOf('zig', packages)
  if (!programs) throw new Error('zig is not in target/zig')
  const target = platform.endsWith('gnu') ? `${triples[platform]}.${GLIBC}` : triples[platform]
  // in a folder of its own, because cargo does not notice another linker
  const args = ['--cross-compile', '--target', target, '--target-dir', path.join(root, 'target', 'portable')]
  return { args, env: { PATH: `${programs}${path.delimiter}${searchPath()}` } }
}

function isNeeded() {
  return platformName().startsWith('linux') && platformName().endsWith('gnu')
}

module.exports = { GLIBC, isPortable, portableBuild, releaseBuild, setUpZig, triples }
