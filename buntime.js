'use strict'

// `tallystick/buntime`: the plugin, which manifest.yaml beside it configures.

const { metricsPlugin } = require('./lib/buntime')

module.exports = metricsPlugin
module.exports.metricsPlugin = metricsPlugin
// another function: Buntime follows `default` for as long as there is one
module.exports.default = (/** @type {Parameters<typeof metricsPlugin>[0]} */ config) => metricsPlugin(config)
