'use strict'

// The name of this platform, as napi-rs uses it for binaries and their packages.

const fs = require('node:fs')

/** The platforms that a release has binaries for. */
const platforms = [
  'linux-x64-gnu',
  'linux-arm64-gnu',
  'linux-x64-musl',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64-msvc',
  'win32-arm64-msvc',
]

/** This machine: `linux-x64-gnu`, `darwin-arm64`, `win32-x64-msvc` … */
function platformName() {
  const { platform, arch } = process
  if (platform === 'linux') return `linux-${arch}-${usesMusl() ? 'musl' : 'gnu'}`
  return platform === 'win32' ? `win32-${arch}-msvc` : `${platform}-${arch}`
}

// The process report would say it on every system, but takes as long as loading the rest of the package.
function usesMusl() {
  try {
    return fs.readFileSync('/usr/bin/ldd', 'utf8').includes('musl')
  } catch {
    return reportsMusl()
  }
}

function reportsMusl() {
  const report = /** @type {any} */ (process.report?.getReport())
  if (!report || report.header?.glibcVersionRuntime) return false
  return (report.sharedObjects ?? []).some((/** @type {string} */ file) => /libc\.musl-|ld-musl-/.test(file))
}

module.exports = { platformName, platforms }
