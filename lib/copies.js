'use strict'

// Two installations of Tallystick in one process have a binary each, and do not see each other's metrics. The first realm or thread
// publishes which copy it uses; later ones warn, once, if theirs is another. This happens when the first instrument is made, or when
// the event loop first turns: loading node:worker_threads takes a quarter of the time that the rest of this package takes, and a
// program that only loads the package should not wait for it.

const { setImmediate } = require('node:timers')

/** Copies of one major version. */
const LOADED = 'tallystick/1'
const WARNED = 'tallystick/1/warned'

let noted = false

/** Remembers this copy, or warns of another. */
function noteCopy() {
  if (noted) return
  noted = true
  const { getEnvironmentData, setEnvironmentData } = workerThreads()
  const mine = require('node:path').dirname(__dirname)
  const first = getEnvironmentData(LOADED)
  if (first === undefined) {
    setEnvironmentData(LOADED, mine)
  } else if (first !== mine && getEnvironmentData(WARNED) === undefined) {
    setEnvironmentData(WARNED, true)
    const message = `two copies of tallystick are loaded and do not see each other's metrics: ${first} and ${mine}`
    process.emitWarning(message, {
      type: 'TallystickWarning',
      code: 'TALLYSTICK_COPIES',
      detail: 'npm dedupe may help',
    })
  }
}

/** Avoids `require` if possible: Jest's warns when it is called after a test. */
function workerThreads() {
  return process.getBuiltinModule?.('node:worker_threads') ?? require('node:worker_threads')
}

/** Does not keep the thread alive. */
function noteCopySoon() {
  // a Bun worker that ends by itself does not run what was unreferenced
  const { Bun } = /** @type {{ Bun?: { isMainThread: boolean } }} */ (globalThis)
  if (Bun?.isMainThread === false) noteCopy()
  else setImmediate(noteCopy).unref()
}

module.exports = { noteCopy, noteCopySoon, workerThreads }
