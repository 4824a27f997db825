'use strict'

// Two installations of Tallystick in one process have a binary each, and do not see each other's metrics. What one realm or
// thread uses is told to the realms and threads after it, which warn once if theirs is another. It is told when the first
// instrument is made, or else when the thread first comes to rest: node:worker_threads costs as much as a quarter of the rest
// of this package, and who only loads it should not wait.

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

/** Not by `require` where there is another way: Jest's complains when the test is over. */
function workerThreads() {
  return process.getBuiltinModule?.('node:worker_threads') ?? require('node:worker_threads')
}

/** Keeps no thread alive for it. */
function noteCopySoon() {
  // a worker of Bun's that ends by itself runs nothing that does not keep it alive
  const { Bun } = /** @type {{ Bun?: { isMainThread: boolean } }} */ (globalThis)
  if (Bun?.isMainThread === false) noteCopy()
  else setImmediate(noteCopy).unref()
}

module.exports = { noteCopy, noteCopySoon, workerThreads }
