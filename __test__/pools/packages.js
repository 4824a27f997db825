'use strict'

// The packages that pools come from, as scripts/consumers.js has installed them.

const { createRequire } = require('node:module')
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const { consumerFolder } = require('../../scripts/consumers')

const installed = createRequire(path.join(consumerFolder('pools'), 'package.json'))

/** A package, as `require` gives it. @param {string} name */
function packageOf(name) {
  return installed(name)
}

/** The same of a package that is a module. @param {string} name */
function moduleOf(name) {
  return import(pathToFileURL(installed.resolve(name)).href)
}

module.exports = { moduleOf, packageOf }
