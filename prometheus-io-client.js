'use strict'

// The entry `tallystick/prometheus-io-client`: what a program that requires @prometheus-io/client requires instead.

const client = require('./prom-client')
const { Counter, Pushgateway } = require('./lib/prom-client/successor')

module.exports = { ...require('./prom-client'), Counter, Pushgateway }

/** A property with a getter, which the copy above would not follow. */
const { contentType } = Object.getOwnPropertyDescriptors(client)

Object.defineProperty(module.exports, 'contentType', contentType)
