'use strict'

// Every thread that loads the package joins the runs of its process: those that there are at once, so that a thread that never comes
// to rest is measured too, and later ones when they start. Nothing else is loaded until there is one.

const { setImmediate } = require('node:timers')
const binding = require('../native')
const { workerThreads } = require('../copies')

/** Keeps this thread waiting for runs. @type {Uint32Array | undefined} */
let waiting

function joinRuns() {
  require('./membership').joinAll()
}

/** The main thread does not wait: it costs something, and a run that a worker starts measures workers. */
function awaitRuns() {
  if (waiting === undefined && !workerThreads().isMainThread) waiting = binding.awaitDefaultMetrics(joinRuns)
}

function joinNowAndLater() {
  if (binding.defaultMetricsRuns().length > 0) joinRuns()
  // a worker of Bun's that ends by itself runs nothing that does not keep it alive
  const { Bun } = /** @type {{ Bun?: { isMainThread: boolean } }} */ (globalThis)
  if (Bun?.isMainThread === false) awaitRuns()
  else setImmediate(awaitRuns).unref()
}

module.exports = { joinNowAndLater }
