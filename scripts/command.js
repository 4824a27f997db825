'use strict'

// Runs other programs from the repository's root, with this terminal's output and without its input.

const { spawn, spawnSync } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const root = path.resolve(__dirname, '..')

/**
 * Runs a program to its end.
 * @param {string} program a name on the PATH, or a path
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, capture?: boolean, anyStatus?: boolean, remedy?: string }} [options] `env` is added to ours;
 *   `capture` returns what it printed instead of showing it; `anyStatus` accepts any exit status; `remedy` is the error message if there is no such program
 * @returns {string} what it printed, if captured
 * @throws Error when it cannot be started or does not end with 0
 */
function run(program, args, { cwd = root, env = {}, capture = false, anyStatus = false, remedy } = {}) {
  const { error, status, signal, stdout } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, PATH: searchPath(), ...env },
    stdio: ['ignore', capture ? 'pipe' : 'inherit', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (error) throw new Error(remedy ?? `${program} could not be started: ${error.message}`, { cause: error })
  // Ctrl-C reached the program and us
  if (signal === 'SIGINT') process.exit(130)
  if (status !== 0 && !anyStatus)
    throw new Error(`${path.basename(program)} ${args.join(' ')} ended with ${signal ?? status}`)
  return stdout ?? ''
}

/**
 * Runs a program beside others, to its end. Returns its output in one piece, and its failure, if it did not end with 0.
 * @param {string} program @param {string[]} args @param {Record<string, string | undefined>} env added to ours
 * @returns {Promise<{ output: string, failure?: string }>}
 */
async function runInBackground(program, args, env) {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, PATH: searchPath(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text
    })
  }
  const [status, signal] = await once(child, 'close')
  const failure = `${path.basename(program)} ${args.join(' ')} ended with ${signal ?? status}`
  return status === 0 ? { output } : { output, failure }
}

/** Runs a JavaScript program of node_modules under this Node: no shell, no PATH, the same on every system. */
function runNode(/** @type {string} */ file, /** @type {string[]} */ args, /** @type {object} */ options = {}) {
  return run(process.execPath, [path.join(root, file), ...args], options)
}

/** Runs the npm that started us, else the one on the PATH. */
function runNpm(/** @type {string[]} */ args, /** @type {object} */ options = {}) {
  const cli = process.env.npm_execpath
  if (cli?.endsWith('npm-cli.js')) return run(process.execPath, [cli, ...args], options)
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options)
}

/** Runs cargo; if there is none, the error says how to install it. */
function runCargo(/** @type {string[]} */ args, /** @type {object} */ options = {}) {
  const remedy = 'cargo was not found; the addon needs Rust: install it from https://rustup.rs, then run this again'
  return run('cargo', args, { remedy, ...options })
}

/** Runs a script's main function; an error is printed as one line, without a stack. */
function main(/** @type {() => void | Promise<void>} */ action) {
  const fail = (/** @type {unknown} */ error) => {
    console.error(`error: ${error instanceof Error ? error.message : error}`)
    process.exit(1)
  }
  try {
    action()?.catch(fail)
  } catch (error) {
    fail(error)
  }
}

/** Whether a program can be run. */
function isInstalled(/** @type {string} */ program) {
  return !spawnSync(program, ['--version'], { stdio: 'ignore', env: { ...process.env, PATH: searchPath() } }).error
}

/** Whether a nightly Rust with this command of cargo is installed. */
function isInNightly(/** @type {string} */ command) {
  // rustup must not fetch a toolchain because of this question
  const env = { ...process.env, PATH: searchPath(), RUSTUP_AUTO_INSTALL: '0' }
  return spawnSync('cargo', ['+nightly', command, '--version'], { stdio: 'ignore', env }).status === 0
}

/** The PATH, with cargo's folder: a shell that was open before rustup ran does not have it. */
function searchPath() {
  const cargoHome = path.join(os.homedir(), '.cargo', 'bin')
  const known = process.env.PATH ?? ''
  return fs.existsSync(cargoHome) ? `${known}${path.delimiter}${cargoHome}` : known
}

module.exports = { isInNightly, isInstalled, main, root, run, runCargo, runInBackground, runNode, runNpm, searchPath }
