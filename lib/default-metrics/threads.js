'use strict'

// Every thread that loads the package joins the runs of its process: present ones at once, so that a thread that never comes to rest is
// measured too, and later ones when they start. Nothing else is loaded until there is one.

const { setTimeout } = require('node:timers')
const binding = require('../native')
const { workerThreads } = require('../copies')

/** Keeps this thread waiting for runs. @type {Uint32Array[]} */
const waiting = []

function joinRuns() {
  if (binding.defaultMetricsRuns().length > 0) require('./membership').joinAll()
}

/** The main thread does not wait: it costs something, and a run that a worker starts measures workers. */
function awaitRuns() {
  if (workerThreads().isMainThread) return
  waiting.push(binding.awaitDefaultMetrics(joinRuns))
  // what was started since the package was loaded
  joinRuns()
}

function joinNowAndLater() {
  joinRuns()
  // a worker of Bun's that ends by itself runs nothing that does not keep it alive
  const { Bun } = /** @type {{ Bun?: { isMainThread: boolean } }} */ (globalThis)
  if (Bun?.isMainThread === false) awaitRuns()
  // an immediate that is unref'd would wait until something else wakes the event loop
  else setTimeout(awaitRuns).unref()
}

module.exports = { joinNowAndLater }
