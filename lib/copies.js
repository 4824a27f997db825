'use strict'

// Two installations of Tallystick in one process have a binary each, and do not see each other's metrics. What one realm or
// thread loads is told to the realms and threads after it, which warn once if theirs is another.

const path = require('node:path')
const { getEnvironmentData, setEnvironmentData } = require('node:worker_threads')

/** Copies of one major version. */
const LOADED = 'tallystick/1'
const WARNED = 'tallystick/1/warned'

/** Remembers this copy, or warns of another. */
function noteCopy() {
  const mine = path.dirname(__dirname)
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

module.exports = { noteCopy }
