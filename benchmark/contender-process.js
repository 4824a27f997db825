'use strict'

// A contender's process, seen from the command.

const { fork } = require('node:child_process')
const path = require('node:path')

class ContenderProcess {
  #child
  #name

  /** @param {{ program: string, flags?: string[] }} runtime @param {string} name of the contender */
  constructor({ program, flags = [] }, name) {
    this.#name = name
    this.#child = fork(path.join(__dirname, 'contender-main.js'), [], {
      execPath: program,
      execArgv: flags,
      serialization: 'json',
    })
  }

  /**
   * Opens a case in the process of a contender.
   * @param {{ program: string, flags?: string[] }} runtime
   * @param {string} caseName
   * @param {string} contender
   * @param {object} parameters
   */
  static async open(runtime, caseName, contender, parameters) {
    const opened = new ContenderProcess(runtime, contender)
    try {
      await opened.#ask({ ask: 'open', caseName, contender, parameters })
    } catch (error) {
      opened.close()
      throw error
    }
    return opened
  }

  /** @returns {Promise<number | Record<string, number>>} */
  measure() {
    return this.#ask({ ask: 'measure' })
  }

  /** @returns {Promise<void>} rejected when what was recorded is wrong */
  check() {
    return this.#ask({ ask: 'check' })
  }

  close() {
    if (this.#child.connected) this.#child.disconnect()
  }

  /** @param {object} message @returns {Promise<any>} */
  #ask(message) {
    const child = this.#child
    return new Promise((resolve, reject) => {
      const ended = (/** @type {number | null} */ code, /** @type {string | null} */ signal) =>
        reject(new Error(`the process of ${this.#name} ended with ${signal ?? code}`))
      child.once('exit', ended)
      child.once('error', reject)
      child.once('message', (/** @type {any} */ { value, error }) => {
        child.off('exit', ended)
        child.off('error', reject)
        if (error === undefined) resolve(value)
        else reject(new Error(error))
      })
      child.send(message)
    })
  }
}

module.exports = { ContenderProcess }
