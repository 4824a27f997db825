'use strict'

const { metrics } = require('tallystick')

metrics.inc('jobs.done')
