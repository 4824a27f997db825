'use strict'

// `tallystick/pool`: the pool's part of the package under a name of its own.

const { createPoolMetrics, trackWorker, trackedWorkers } = require('./index')

module.exports = { createPoolMetrics, trackWorker, trackedWorkers }
