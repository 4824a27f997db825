'use strict'

// Removes series that another thread created.

const { workerData } = require('node:worker_threads')
const { Collector, createMetrics } = require('../..')

const metrics = createMetrics(Collector.attach(workerData.id))
const instrument = metrics[workerData.kind]('taken')
for (let at = 0; at < workerData.count; at++) instrument.remove({ of: `another ${at}` })
