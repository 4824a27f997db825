'use strict'

// Packs what a release publishes, into a folder: the package, and a package for every platform whose binary is here.
//
// Only the packed package.json lists the platform packages as optionalDependencies. In the repository they would make `npm ci`
// fail for as long as a version is not published, that is, whenever a release is being made.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { main, root, runNpm } = require('./command')
const { setUpPage } = require('./page')

/**
 * @param {string} destination the folder for the tarballs; made if missing
 * @returns {{ name: string, tarball: string }[]} the package first
 */
function pack(destination) {
  const staging = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-pack-'))
  try {
    fs.mkdirSync(destination, { recursive: true })
    setUpPage()
    const folders = [stageRoot(staging), ...builtPlatforms().map((platform) => stagePlatform(staging, platform))]
    return folders.map((folder) => packFolder(folder, path.resolve(destination)))
  } finally {
    fs.rmSync(staging, { recursive: true })
  }
}

/** @param {string} staging */
function stageRoot(staging) {
  const { scripts, devDependencies, ...manifest } = readManifest(root)
  const folder = path.join(staging, 'root')
  for (const entry of manifest.files.filter((/** @type {string} */ entry) => !entry.startsWith('!'))) {
    // npm would leave out in silence what is missing.
    fs.cpSync(path.join(root, entry), path.join(folder, entry), { recursive: true })
  }
  const platforms = fs.readdirSync(path.join(root, 'npm')).sort()
  const optionalDependencies = Object.fromEntries(
    platforms.map((platform) => [`${manifest.name}-${platform}`, manifest.version]),
  )
  return writeManifest(folder, { ...manifest, ...repository(), optionalDependencies })
}

/** @param {string} staging @param {string} platform */
function stagePlatform(staging, platform) {
  const folder = path.join(staging, platform)
  fs.cpSync(path.join(root, 'npm', platform), folder, { recursive: true })
  for (const file of [`tallystick.${platform}.node`, 'LICENSE'])
    fs.cpSync(path.join(root, file), path.join(folder, file))
  return writeManifest(folder, { ...readManifest(folder), ...repository(), version: readManifest(root).version })
}

/** Provenance names the repository that a package was built in, and npm wants the package to name the same. */
function repository() {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env
  return server && name ? { repository: { type: 'git', url: `git+${server}/${name}.git` } } : {}
}

function builtPlatforms() {
  const platforms = fs.readdirSync(path.join(root, 'npm')).sort()
  const built = platforms.filter((platform) => fs.existsSync(path.join(root, `tallystick.${platform}.node`)))
  if (built.length === 0) throw new Error('there is no binary to pack: run npm run build first')
  return built
}

/** @param {string} folder @param {string} destination */
function packFolder(folder, destination) {
  const args = ['pack', '--json', '--ignore-scripts', '--loglevel', 'error', '--pack-destination', destination]
  const [{ name, filename }] = JSON.parse(runNpm(args, { cwd: folder, capture: true }))
  return { name, tarball: path.join(destination, filename) }
}

/** @param {string} folder */
function readManifest(folder) {
  return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
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

module.exports = { pack }
