'use strict'

// Creates series and then never returns to its event loop.

const { workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')

const own = createMetrics(Collector.attach(workerData.collector))
const spins = own.counter('spins')
for (let at = 1; at <= 300; at++) own.inc('made.before', at, { at })
own.observeMillis('made.before', 7)
own.gauge('made.before').set(9)
for (;;) spins.inc()
