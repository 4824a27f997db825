'use strict'

// `tallystick/buntime`: the plugin, which manifest.yaml beside it configures.

const { metricsPlugin } = require('./lib/buntime')

module.exports = metricsPlugin
module.exports.metricsPlugin = metricsPlugin
module.exports.default = metricsPlugin
