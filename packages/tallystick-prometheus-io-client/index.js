'use strict'

module.exports = require('tallystick/prometheus-io-client')
