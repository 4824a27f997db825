'use strict'

// A thread that records until the main thread stops it, and reports how often it did.

const { parentPort, workerData } = require('node:worker_threads')
const { recorders } = require('./thread-recorders')

const { contender, control, cells } = workerData
const state = new Int32Array(control)
const record = recorders[contender](cells)
const BATCH = 10_000

/** The words of `control`. */
const READY = 0
const PHASE = 1

function batch() {
  for (let turn = 0; turn < BATCH; turn++) record(turn)
}

for (let warmUp = 0; warmUp < 50; warmUp++) batch()
Atomics.add(state, READY, 1)
Atomics.notify(state, READY)
Atomics.wait(state, PHASE, 0)
let calls = 0
const began = performance.now()
while (Atomics.load(state, PHASE) === 1) {
  batch()
  calls += BATCH
}
parentPort?.postMessage({ calls, warmUp: 50 * BATCH, took: performance.now() - began })
