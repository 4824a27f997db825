'use strict'

/** Runs asynchronous actions one after the other. */
class Turns {
  /** @type {Promise<void>} */
  #last = Promise.resolve()

  /** @param {() => Promise<void>} action */
  run(action) {
    const done = this.#last.then(action)
    this.#last = done.catch(() => {})
    return done
  }
}

module.exports = { Turns }
