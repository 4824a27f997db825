'use strict'

// The Rust core under valgrind: tests/soak.rs, built with optimisations, because valgrind is slow, and with line numbers for its
// reports.

const path = require('node:path')
const { root, runCargo } = require('../scripts/command')
const { runUnderValgrind, setUpValgrind } = require('./valgrind')

const DEFAULT_MINUTES = 1
const SECONDS_PER_MINUTE = 60

/** A separate folder, because the crate's configuration differs. */
const BUILD = {
  CARGO_TARGET_DIR: path.join(root, 'target', 'soak'),
  CARGO_PROFILE_RELEASE_LTO: 'off',
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
  CARGO_PROFILE_RELEASE_DEBUG: '1',
  CARGO_PROFILE_RELEASE_STRIP: 'none',
}

/**
 * @param {number | undefined} minutes
 * @returns {string | undefined} why it was skipped
 * @throws Error if valgrind finds an error or a leak, or a total is wrong
 */
function soakCore(minutes = DEFAULT_MINUTES) {
  const reason = setUpValgrind()
  if (reason) return reason
  const seconds = minutes * SECONDS_PER_MINUTE
  console.log(`soak: the Rust core under valgrind for ${seconds} s`)
  runUnderValgrind(builtProgram(), ['--nocapture'], { TALLYSTICK_SOAK_SECONDS: String(seconds) })
  return undefined
}

/** Builds the test and returns its path. */
function builtProgram() {
  const args = ['test', '--release', '--test', 'soak', '--no-run', '--message-format', 'json']
  const messages = runCargo(args, { env: BUILD, capture: true }).trim().split('\n')
  const programs = messages.map((line) => JSON.parse(line).executable).filter(Boolean)
  if (programs.length !== 1) throw new Error(`cargo built ${programs.length} programs of tests/soak.rs, not one`)
  return programs[0]
}

module.exports = { soakCore }
