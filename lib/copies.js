'use strict'

// Two installations of Tallystick in one process have a binary each, and do not see each other's metrics. The first realm or thread
// publishes which binary it uses; later ones warn, once, if theirs is another. Copies of this code that share a binary, such as the
// module graphs of Next.js, share their metrics, too. This happens when the first instrument is made, or when
// the event loop first turns: loading node:worker_threads takes a quarter of the time that the rest of this package takes, and a
// program that only loads the package should not wait for it.

const { setImmediate } = require('node:timers')
const binding = require('./native')

/** The binary and the folder of the first copy of this major version. */
const LOADED = 'tallystick/1'
const WARNED = 'tallystick/1/warned'

let noted = false

/** Remembers this copy, or warns of another. */
function noteCopy() {
  if (noted) return
  noted = true
  const { getEnvironmentData, setEnvironmentData } = workerThreads()
  const mine = { binary: binding.binaryAddress(), folder: require('node:path').dirname(__dirname) }
  const first = /** @type {typeof mine | undefined} */ (/** @type {unknown} */ (getEnvironmentData(LOADED)))
  if (first === undefined) {
    setEnvironmentData(LOADED, /** @type {any} */ (mine))
  } else if (first.binary !== mine.binary && getEnvironmentData(WARNED) === undefined) {
    setEnvironmentData(WARNED, true)
    const message = `two copies of tallystick are loaded and do not see each other's metrics: ${first.folder} and ${mine.folder}`
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
