'use strict'

module.exports = require('tallystick/prom-client')
