'use strict'

// A short life: records a little of each kind, in the default collector.

const { metrics } = require('../..')

metrics.inc('short')
metrics.inc('short', 1, { x: 1 })
metrics.gauge('short').set(1)
metrics.observeMillis('short', 1)
