'use strict'

// The version stands in many files, which must agree: Cargo.toml and Cargo.lock, package.json and package-lock.json, and a
// package a platform. `node scripts/version.js 1.2.0` sets it in all; without arguments the files are checked; `node scripts/version.js --tag v1.2.0` checks too that a release with this tag is ready.

const fs = require('node:fs')
const path = require('node:path')
const { platforms } = require('../lib/platform')
const { main, root, runCargo } = require('./command')
const { triples } = require('./portable')

const { version } = require('../package.json')
const platformManifests = platforms.map((platform) => `npm/${platform}/package.json`)

// [file, where its version stands: before, the version, after]
const places = /** @type {[string, RegExp][]} */ ([
  ['package.json', /^( {2}"version": ")([^"]+)(",)$/m],
  ['package-lock.json', /^( {2}"version": ")([^"]+)(",)$/m],
  ['package-lock.json', /("": \{\n {6}"name": "tallystick",\n {6}"version": ")([^"]+)(",)/],
  ['Cargo.toml', /^(version = ")([^"]+)(")$/m],
  ['Cargo.lock', /(name = "tallystick"\nversion = ")([^"]+)(")/],
  ...platformManifests.map((file) => [file, /^( {2}"version": ")([^"]+)(",)$/m]),
])

/** @throws Error that says where something else stands */
function checkVersions() {
  const faults = [
    ...places.filter(([file, place]) => versionIn(file, place) !== version).map(([file]) => `${file}: another version`),
    ...platformFaults(),
  ]
  if (faults.length > 0) throw new Error(`package.json says ${version}, and\n${faults.join('\n')}`)
}

/** The lists of platforms: of the build, of the loader, of the release workflow. */
function platformFaults() {
  const { napi } = require('../package.json')
  const workflow = read('.github/workflows/release.yml')
  return [
    ...(same(napi.targets, Object.values(triples)) ? [] : ['package.json: napi.targets are other platforms']),
    ...(same(platforms, Object.keys(triples)) ? [] : ['lib/platform.js: other platforms than in scripts/portable.js']),
    ...(same(platforms, loadedPlatforms()) ? [] : ['lib/native.js: other platforms than in lib/platform.js']),
    ...(same(fs.readdirSync(path.join(root, 'npm')), platforms) ? [] : ['npm/: other folders than platforms']),
    ...platforms
      .filter((platform) => workflow.split(`platform: ${platform},`).length !== 3)
      .map((platform) => `.github/workflows/release.yml: ${platform} is not built once and tested once`),
  ]
}

/** Those whose package the loader asks for by its own name. */
function loadedPlatforms() {
  const cases = read('lib/native.js').matchAll(/case '([\w-]+)':\n +return require\('tallystick-([\w-]+)'\)/g)
  return Array.from(cases, ([, platform, required]) => (platform === required ? platform : ''))
}

/** @param {string} tag */
function checkTag(tag) {
  if (tag !== `v${version}`) throw new Error(`the tag is ${tag}, and the version ${version}`)
  const heading = `## [${version}]`
  if (!read('CHANGELOG.md').includes(heading)) throw new Error(`CHANGELOG.md has no heading ${heading}`)
}

/** @param {string} next */
function setVersion(next) {
  if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(next)) throw new Error(`not a version: ${next}`)
  for (const [file, place] of places) {
    fs.writeFileSync(path.join(root, file), read(file).replace(place, `$1${next}$3`))
  }
  runCargo(['metadata', '--format-version', '1', '--locked', '--offline', '--no-deps'], { capture: true })
  console.log(`the version is ${next}: now a heading ## [${next}] in CHANGELOG.md`)
}

/** @param {string} file @param {RegExp} place */
function versionIn(file, place) {
  return place.exec(read(file))?.[2]
}

/** @param {string} file */
function read(file) {
  return fs.readFileSync(path.join(root, file), 'utf8')
}

/** @param {string[]} left @param {string[]} right */
function same(left, right) {
  return [...left].sort().join() === [...right].sort().join()
}

if (require.main === module) {
  main(() => {
    const [first, tag = ''] = process.argv.slice(2)
    if (first && first !== '--tag') return setVersion(first)
    checkVersions()
    if (first) checkTag(tag)
  })
}

module.exports = { checkVersions }
