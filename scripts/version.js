'use strict'

// The version and the list of platforms, which several files must agree on. `node scripts/version.js 1.2.0` sets the version
// everywhere; without arguments the files are checked; `--tag v1.2.0` also checks that a release with this tag is ready. (`napi
// version` sets only that of the platforms' packages, which are made from package.json when they are packed.)

const fs = require('node:fs')
const path = require('node:path')
const { platforms } = require('../lib/platform')
const { main, root, runCargo, runNpm } = require('./command')
const { triples } = require('./portable')

const { version } = require('../package.json')

/** @type {[file: string, versionIn: (text: string) => string | undefined][]} where else the version is */
const places = [
  ['package-lock.json', (text) => JSON.parse(text).version],
  ['package-lock.json', (text) => JSON.parse(text).packages[''].version],
  ['Cargo.toml', (text) => /^version = "(.+)"$/m.exec(text)?.[1]],
  ['Cargo.lock', (text) => /name = "tallystick"\nversion = "(.+)"/.exec(text)?.[1]],
]

/** @throws Error that lists the differences */
function checkVersions() {
  const wrong = places.filter(([file, versionIn]) => versionIn(read(file)) !== version)
  const faults = [...wrong.map(([file]) => `${file}: another version`), ...platformFaults()]
  if (faults.length > 0) throw new Error(`package.json has ${version}, and\n${faults.join('\n')}`)
}

/** The lists of platforms: of the build, of the loader, of the release workflow. */
function platformFaults() {
  const { napi } = require('../package.json')
  const workflow = read('.github/workflows/release.yml')
  return [
    ...(same(napi.targets, Object.values(triples)) ? [] : ['package.json: napi.targets are other platforms']),
    ...(same(platforms, Object.keys(triples)) ? [] : ['lib/platform.js: other platforms than in scripts/portable.js']),
    ...(same(platforms, loadedPlatforms()) ? [] : ['lib/native.js: other platforms than in lib/platform.js']),
    ...platforms
      .filter((platform) => workflow.split(`platform: ${platform},`).length !== 3)
      .map((platform) => `.github/workflows/release.yml: ${platform} is not built once and tested once`),
  ]
}

/** The platforms whose package the loader requires under its own name. */
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
  runNpm(['version', next, '--no-git-tag-version', '--ignore-scripts', '--loglevel', 'error'], { capture: true })
  fs.writeFileSync(path.join(root, 'Cargo.toml'), read('Cargo.toml').replace(/^version = .+$/m, `version = "${next}"`))
  runCargo(['update', '--workspace', '--offline', '--quiet'])
  console.log(`the version is ${next}: now add a heading ## [${next}] to CHANGELOG.md`)
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
