'use strict'

// valgrind, from the system or from Debian's package, which is kept under target/.

const fs = require('node:fs')
const path = require('node:path')
const { isInstalled, root, run } = require('../scripts/command')
const { unpackPackages } = require('../scripts/debian')

const folder = path.join(root, 'target', 'valgrind')
const unpacked = path.join(folder, 'usr', 'bin', 'valgrind')
/** The second package has the C library's symbols, without which valgrind does not start. */
const PACKAGES = ['valgrind', 'libc6-dbg']
const FAILURE = 99

/** A leak is unreachable memory. Memory that statics hold until the end is not a leak. */
const ARGUMENTS = [
  '--fair-sched=yes',
  '--leak-check=full',
  '--show-leak-kinds=definite',
  '--errors-for-leak-kinds=definite',
  `--error-exitcode=${FAILURE}`,
]

/** @returns {string | undefined} why it is unavailable */
function setUpValgrind() {
  if (process.platform !== 'linux') return 'valgrind is for Linux'
  if (isInstalled('valgrind') || fs.existsSync(unpacked)) return undefined
  const reason = unpackPackages(PACKAGES, folder)
  return reason && `valgrind is not on the PATH, and ${reason}`
}

/**
 * Runs a program under valgrind.
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} env
 * @throws Error if the program fails, or valgrind finds an error or a leak
 */
function runUnderValgrind(program, args, env) {
  if (isInstalled('valgrind')) return void run('valgrind', [...ARGUMENTS, program, ...args], { env })
  const symbols = `--extra-debuginfo-path=${path.join(folder, 'usr', 'lib', 'debug')}`
  const own = { VALGRIND_LIB: path.join(folder, 'usr', 'libexec', 'valgrind') }
  run(unpacked, [symbols, ...ARGUMENTS, program, ...args], { env: { ...env, ...own } })
}

module.exports = { runUnderValgrind, setUpValgrind }
