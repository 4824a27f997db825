'use strict'

// Checks that a binary can be released: it is for the platform in its name, small, and runs on old systems.
// `node scripts/binary.js <file.node> …` checks these files; without arguments, those in the repository's root.

const fs = require('node:fs')
const path = require('node:path')
const { main, root } = require('./command')
const { readElf } = require('./elf')
const { GLIBC } = require('./portable')

const LARGEST = 2_000_000

/** @type {Record<string, (bytes: Buffer) => string | undefined>} by system: reads the architecture of its files */
const archs = { linux: elfArch, darwin: machoArch, win32: peArch }
/** @type {Record<number, string>} architectures of Mach-O and PE files, as process.arch has them */
const machoArchs = { 16777223: 'x64', 16777228: 'arm64' }
/** @type {Record<number, string>} */
const peArchs = { 34404: 'x64', 43620: 'arm64' }

/**
 * @param {string} file `tallystick.<platform>.node`
 * @returns {string[]} its faults
 */
function faultsOf(file) {
  const [, platform, arch, libc] = /\.(\w+)-(\w+)(?:-(\w+))?\.node$/.exec(path.basename(file)) ?? []
  if (!platform) return [`${path.basename(file)} is not named tallystick.<platform>.node`]
  const bytes = fs.readFileSync(file)
  const faults = bytes.length >= LARGEST ? [`it has ${bytes.length} bytes; at most ${LARGEST} are allowed`] : []
  const actual = archs[platform]?.(bytes)
  if (actual !== arch) faults.push(`it is for ${actual ?? 'another system'}, not for ${platform} ${arch}`)
  else if (platform === 'linux') faults.push(...elfFaults(bytes, libc))
  return faults
}

/** @param {Buffer} bytes @param {string} libc */
function elfFaults(bytes, libc) {
  const { versions, libraries } = readElf(bytes)
  if (libc === 'musl') {
    return libraries
      .filter((name) => name.endsWith('.so.6'))
      .map((name) => `it requires ${name} of glibc, but the platform has musl`)
  }
  const newer = [...new Set(versions.map(({ version }) => version))].filter((version) => isNewer(version, GLIBC))
  return newer.length > 0 ? [`it requires ${newer.join(', ')}; at most GLIBC_${GLIBC} is allowed`] : []
}

/** @param {string} version `GLIBC_2.34`, or of another library @param {string} limit */
function isNewer(version, limit) {
  const [, major, minor] = /^GLIBC_(\d+)\.(\d+)/.exec(version) ?? [0, 0, 0]
  const [limitMajor, limitMinor] = limit.split('.').map(Number)
  return Number(major) > limitMajor || (Number(major) === limitMajor && Number(minor) > limitMinor)
}

/** @param {Buffer} bytes */
function elfArch(bytes) {
  return bytes.readUInt32BE(0) === 0x7f454c46 ? readElf(bytes).arch : undefined
}

/** @param {Buffer} bytes */
function machoArch(bytes) {
  return bytes.readUInt32LE(0) === 0xfeedfacf ? machoArchs[bytes.readUInt32LE(4)] : undefined
}

/** @param {Buffer} bytes */
function peArch(bytes) {
  return bytes.toString('latin1', 0, 2) === 'MZ' ? peArchs[bytes.readUInt16LE(bytes.readUInt32LE(60) + 4)] : undefined
}

/** @param {string[]} files */
function check(files) {
  if (files.length === 0) throw new Error('there is no binary to check: run npm run build first')
  const faults = files.flatMap((file) => faultsOf(file).map((fault) => `${path.basename(file)}: ${fault}`))
  if (faults.length > 0) throw new Error(faults.join('\n'))
  for (const file of files) console.log(`${path.basename(file)}: ${(fs.statSync(file).size / 1e6).toFixed(2)} MB, ok`)
}

/** @param {string} platform */
function binaryPath(platform) {
  return path.join(root, `tallystick.${platform}.node`)
}

function binariesHere() {
  return fs
    .readdirSync(root)
    .filter((name) => name.endsWith('.node'))
    .map((name) => path.join(root, name))
}

if (require.main === module) main(() => check(process.argv.length > 2 ? process.argv.slice(2) : binariesHere()))

module.exports = { binaryPath, faultsOf }
