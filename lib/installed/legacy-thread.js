'use strict'

// The `import` hooks of legacy.js, run by Node in a loader thread. It knows the installed names; exports live in the
// other thread.

const { receiveMessageOnPort } = require('node:worker_threads')
const { esmSource, nameOf, urlOf } = require('./source')

/** @typedef {import('node:worker_threads').MessagePort} MessagePort */
/** @typedef {import('./legacy').Installed} Installed */
/** @typedef {import('./legacy').Answer} Answer */

/** @type {Map<string, number>} an installed module's name to its failures so far */
const installed = new Map()
/** @type {Map<string, ((answer: Answer) => void)[]>} callbacks that wait for the export names of a module */
const waiting = new Map()
/** @type {MessagePort} */
let port

/** @param {Installed | Answer} message */
function receive(message) {
  if ('failures' in message) {
    installed.set(message.name, message.failures)
    return
  }
  for (const settle of waiting.get(message.name) ?? []) settle(message)
  waiting.delete(message.name)
}

/** Reads messages that were posted before the current `import` but are not delivered yet. */
function receiveAll() {
  let next
  while ((next = receiveMessageOnPort(port)) !== undefined) receive(next.message)
}

/** @param {string} name @returns {Promise<Answer>} */
function namesOf(name) {
  return new Promise((settle) => {
    waiting.set(name, [...(waiting.get(name) ?? []), settle])
    port.postMessage(name)
  })
}

/** @param {import('./legacy').Failure} failure */
function errorOf({ type, message, code }) {
  const Type = [TypeError, RangeError].find((each) => each.name === type) ?? Error
  return Object.assign(new Type(message), code === undefined ? undefined : { code })
}

/** @param {{ port: MessagePort }} data */
function initialize(data) {
  port = data.port
  // It keeps this thread alive while an answer is awaited; Node lets no process wait for this thread.
  port.on('message', receive)
}

/** @type {import('node:module').ResolveHook} */
function resolve(specifier, context, nextResolve) {
  receiveAll()
  const failures = installed.get(specifier)
  if (failures === undefined) return nextResolve(specifier, context)
  return { url: urlOf(specifier, failures), format: 'module', shortCircuit: true }
}

/** @type {import('node:module').LoadHook} */
async function load(url, context, nextLoad) {
  const name = nameOf(url)
  if (name === undefined || !installed.has(name)) return nextLoad(url, context)
  const answer = await namesOf(name)
  if ('failure' in answer) throw errorOf(answer.failure)
  return { format: 'module', source: esmSource(name, answer.names), shortCircuit: true }
}

module.exports = { initialize, load, resolve }
