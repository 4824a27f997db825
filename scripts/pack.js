'use strict'

// Packs what a release publishes, into a folder: the package, a package for each platform whose binary is present, and those of
// `packages/`, which depend on the package. `napi create-npm-dirs` makes the folders of the platforms' packages; `napi artifacts` would
// require the binaries of all platforms.
//
// Only the packed package.json lists the platform packages as optionalDependencies. In the repository they would break `npm ci`
// until the version is published. That is why `napi pre-publish`, which writes them there, is not used.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { platforms } = require('../lib/platform')
const { binaryPath } = require('./binary')
const { napi } = require('./build')
const { main, root, runNode, runNpm } = require('./command')
const { setUpPage } = require('./page')

const packageJson = require('../package.json')

/** The packages in `packages/`. */
const dependents = ['tallystick-prom-client', 'tallystick-prometheus-io-client']

/**
 * @param {string} destination the folder for the tarballs; made if missing
 * @returns {{ name: string, tarball: string }[]} the package first
 */
function pack(destination) {
  const staging = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-pack-'))
  try {
    fs.mkdirSync(destination, { recursive: true })
    setUpPage()
    const packageFolder = stageRoot(staging)
    runNode(napi, ['create-npm-dirs', '--cwd', packageFolder])
    const folders = [
      packageFolder,
      ...builtPlatforms().map((platform) => stagePlatform(packageFolder, platform)),
      ...dependents.map((name) => stageDependent(staging, name)),
    ]
    return folders.map((folder) => packFolder(folder, path.resolve(destination)))
  } finally {
    fs.rmSync(staging, { recursive: true })
  }
}

/** @param {string} staging */
function stageRoot(staging) {
  const { scripts, devDependencies, ...manifest } = packageJson
  const folder = path.join(staging, 'root')
  for (const entry of manifest.files.filter((/** @type {string} */ entry) => !entry.startsWith('!'))) {
    // throws if it is missing, where npm would omit it silently
    fs.cpSync(path.join(root, entry), path.join(folder, entry), { recursive: true })
  }
  const optionalDependencies = Object.fromEntries(
    platforms.map((platform) => [`${manifest.name}-${platform}`, manifest.version]),
  )
  return writeManifest(folder, { ...manifest, ...repository(), optionalDependencies })
}

/** @param {string} packageFolder in which napi has made the platforms' folders @param {string} platform */
function stagePlatform(packageFolder, platform) {
  const folder = path.join(packageFolder, 'npm', platform)
  for (const file of [binaryPath(platform), path.join(root, 'LICENSE')]) {
    fs.copyFileSync(file, path.join(folder, path.basename(file)))
  }
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
  return writeManifest(folder, { ...manifest, type: packageJson.type })
}

/** In the same version, of which they need exactly that of the package. @param {string} staging @param {string} name */
function stageDependent(staging, name) {
  const folder = path.join(staging, name)
  fs.cpSync(path.join(root, 'packages', name), folder, { recursive: true })
  fs.copyFileSync(path.join(root, 'LICENSE'), path.join(folder, 'LICENSE'))
  const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
  const { version } = packageJson
  return writeManifest(folder, { ...manifest, version, ...repository(), dependencies: { [packageJson.name]: version } })
}

/** Provenance contains the repository of the build, and npm requires the package to name the same one. */
function repository() {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env
  return server && name ? { repository: { type: 'git', url: `git+${server}/${name}.git` } } : {}
}

function builtPlatforms() {
  const built = platforms.filter((platform) => fs.existsSync(binaryPath(platform)))
  if (built.length === 0) throw new Error('there is no binary to pack: run npm run build first')
  return built
}

/** @param {string} folder @param {string} destination */
function packFolder(folder, destination) {
  const args = ['pack', '--json', '--ignore-scripts', '--loglevel', 'error', '--pack-destination', destination]
  const [{ name, filename }] = JSON.parse(runNpm(args, { cwd: folder, capture: true }))
  return { name, tarball: path.join(destination, filename) }
}

/** @param {string} folder @param {object} manifest */
function writeManifest(folder, manifest) {
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  return folder
}

if (require.main === module) {
  main(() => {
    const [destination] = process.argv.slice(2)
    if (!destination) throw new Error('give the folder for the tarballs: npm run pack -- <folder>')
    for (const { tarball } of pack(destination)) console.log(tarball)
  })
}

module.exports = { dependents, pack }
