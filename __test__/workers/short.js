'use strict'

// A short worker that records a few values of each kind into the default collector.

const { metrics } = require('../..')

metrics.inc('short')
metrics.inc('short', 1, { x: 1 })
metrics.gauge('short').set(1)
metrics.observeMillis('short', 1)
