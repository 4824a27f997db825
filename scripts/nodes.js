'use strict'

// The supported versions of Node.js other than the running one, from npm's `node` packages, under target/nodes.

const fs = require('node:fs')
const path = require('node:path')
const { root, runNpm } = require('./command')

/** The newest of each line: to be updated with each release. */
const versions = ['20.20.2', '22.23.3', '24.21.0', '26.10.0']

/** The lines of Node.js that run our tests: `20`, `22` … */
const lines = versions.map(lineOf)

/**
 * Versions whose module loader differs from that of the newest of their line: the oldest of each line, the first with `register` and
 * with `registerHooks`, and the last before imported CommonJS called those hooks.
 */
const otherLoaders = ['20.0.0', '20.6.0', '22.0.0', '22.15.0', '22.22.0', '24.0.0', '26.0.0']

/**
 * The path of a line's or a version's program, if it was fetched; of the running line, the running program.
 * @param {string} name of a line or a version
 * @returns {string | undefined}
 */
function nodePath(name) {
  if (name === lineOf(process.versions.node)) return process.execPath
  const program = programOf(versionOf(name))
  return fs.existsSync(program) ? program : undefined
}

/** @param {string} name of a line or a version @returns {string | undefined} why it is not available */
function setUpNode(name) {
  if (nodePath(name)) return undefined
  const version = versionOf(name)
  const folder = folderOf(version)
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n')
  const options = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel', 'error']
  try {
    runNpm(['install', ...options, `${packageName()}@${version}`], { cwd: folder })
  } catch {
    return `npm cannot install ${packageName()}@${version}`
  }
  // the headers are as large as the program
  fs.rmSync(path.join(path.dirname(path.dirname(programOf(version))), 'include'), { recursive: true, force: true })
  return undefined
}

/** @param {string} version */
function lineOf(version) {
  return version.split('.')[0]
}

/** @param {string} name of a line, or a version */
function versionOf(name) {
  const version = otherLoaders.find((each) => each === name) ?? versions.find((each) => lineOf(each) === name)
  if (!version) throw new Error(`unknown version of Node: ${name}`)
  return version
}

/** @param {string} version */
function programOf(version) {
  const program = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'
  return path.join(folderOf(version), 'node_modules', packageName(), program)
}

/** @param {string} version */
function folderOf(version) {
  return path.join(root, 'target', 'nodes', version)
}

/** The packages contain builds for glibc only, which do not start under musl. */
function packageName() {
  return `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
}

module.exports = { lines, nodePath, otherLoaders, setUpNode }
