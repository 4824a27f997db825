'use strict'

// Records through its own recorder into the collector that it receives, confirms it, and waits to be terminated.

const { parentPort, workerData } = require('node:worker_threads')
const { Collector, Recorder } = require('../..')

const recorder = new Recorder({ collector: Collector.attach(workerData.collector) })
recorder.counter('shared').incr(workerData.count)
recorder.scope('worker').counter('own').incr()
recorder.gauge('state').update(1)
recorder.histogram('size').add(workerData.count)
parentPort.once('message', () => parentPort.close())
parentPort.postMessage('recorded')
