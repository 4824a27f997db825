'use strict'

// The packages of the pools, as installed by scripts/consumers.js.

const { createRequire } = require('node:module')
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const { consumerFolder } = require('../../scripts/consumers')

const installed = createRequire(path.join(consumerFolder('pools'), 'package.json'))

/** A package that can be required. @param {string} name */
function packageOf(name) {
  return installed(name)
}

/** A package that is an ES module. @param {string} name */
function moduleOf(name) {
  return import(pathToFileURL(installed.resolve(name)).href)
}

module.exports = { moduleOf, packageOf }
