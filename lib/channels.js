'use strict'

// Subscriptions to channels of node:diagnostics_channel. An exception in a subscriber would end the process, and one in a listener of
// ours would reach the application: here it costs that measurement only, and is reported once.

const diagnostics = require('node:diagnostics_channel')
const { messageOf } = require('./thrown')

let isWarned = false

/** @param {unknown} error */
function warnOnce(error) {
  if (isWarned) return
  isWarned = true
  process.emitWarning(`an HTTP request was not measured in full: ${messageOf(error)}`, {
    type: 'TallystickWarning',
    code: 'TALLYSTICK_INSTRUMENT',
  })
}

/**
 * The function, which returns undefined where it throws.
 * @template {unknown[]} Args
 * @template Result
 * @param {(...args: Args) => Result} fn
 */
function harmless(fn) {
  /** @param {Args} args @returns {Result | undefined} */
  return (...args) => {
    try {
      return fn(...args)
    } catch (error) {
      warnOnce(error)
      return undefined
    }
  }
}

/**
 * @param {Record<string, (message: any) => void>} listeners by channel
 * @returns {() => void} ends the subscriptions
 */
function subscribe(listeners) {
  const subscriptions = Object.entries(listeners).map(([name, listener]) => {
    const subscriber = (/** @type {unknown} */ message) => {
      try {
        listener(message)
      } catch (error) {
        warnOnce(error)
      }
    }
    diagnostics.subscribe(name, subscriber)
    return () => diagnostics.unsubscribe(name, subscriber)
  })
  return () => {
    for (const end of subscriptions) end()
  }
}

module.exports = { harmless, subscribe, warnOnce }
