'use strict'

// The metrics of a cluster's processes, which the primary requests from its workers by messages, as prom-client and its successor do.

const { debuglog } = require('node:util')
const { waitFor } = require('./waiting')
const { Registry, checkedRegistries, globalRegistry } = require('./registry')

const debug = debuglog('tallystick:cluster')

/**
 * Loading node:cluster makes some application servers fail, so it is loaded with the first ClusterRegistry.
 * @returns {any}
 */
// biome-ignore lint/style/useNodejsImportProtocol: users' tests mock the name that prom-client requires
const cluster = () => require('cluster')

// the successor's names, so that its workers and ours understand each other
const ACK = '@prometheus-io/client:ack'
const ANNOUNCEMENT = '@prometheus-io/client:announcement'
const REQUEST = '@prometheus-io/client:getMetricsReq'
const RESPONSE = '@prometheus-io/client:getMetricsRes'
const GOODBYE = '@prometheus-io/client:goodbye'

const TIMEOUT_MILLIS = 5000

/** On each listener: the file that added it. */
const ADDED_BY = Symbol.for('tallystick/prom-client listener')

/** @type {InstanceType<typeof Registry>[]} those whose metrics this process reports */
let registries = [globalRegistry]
let isListening = false
let lastRequest = -1
/**
 * @type {Map<number, { promise: Promise<any>, responses: Map<unknown, { resolve(value: any): void, reject(error: Error): void }> }>}
 */
const requests = new Map()
/** Workers that have announced themselves. @type {Map<number, any>} */
const workers = new Map()
/** The sums of workers that have said goodbye. @type {any[]} */
let ended = []

class ClusterRegistry extends Registry {
  /** @param {string} [contentType] */
  constructor(contentType) {
    super(contentType)
    listen()
  }

  /** The metrics of all workers and of this process, as one text. */
  async clusterMetrics() {
    return await this.gather(ownMetrics())
  }

  /** @param {Promise<any[][]>} own what is added to the metrics of the workers */
  async gather(own) {
    const connected = [...workers.values()].filter((worker) => worker.isConnected())
    connected.sort((one, other) => one.id - other.id)
    const earlier = ended
    const number = ++lastRequest
    const responses = new Map()
    const answers = connected.map(
      (worker) => new Promise((resolve, reject) => responses.set(worker.id, { resolve, reject })),
    )
    const text = Promise.all([own, ...answers]).then((metrics) => {
      const all = [earlier, ...metrics.flat()]
      return all.flat().length === 0 ? '' : Registry.aggregate(all, this.contentType).metrics()
    })
    const promise = waitFor(text, TIMEOUT_MILLIS)
    requests.set(number, { promise, responses })
    try {
      for (const worker of connected) worker.send({ type: REQUEST, requestId: number })
      return await promise
    } catch (error) {
      if (/** @type {any} */ (error).message !== 'Timeout') throw error
      throw new Error(`Operation timed out. ${responses.size} outstanding responses.`)
    } finally {
      requests.delete(number)
    }
  }

  /**
   * Call it before `process.exit()`. The primary waits for its requests; a worker sends its sums, which the primary keeps.
   * @param {number} [timeout] in milliseconds
   */
  async shutdown(timeout = TIMEOUT_MILLIS) {
    const pending = Array.from(requests.values(), ({ promise }) => promise)
    if (pending.length > 0) return void (await Promise.allSettled(pending))
    if (cluster().isPrimary) return
    const number = ++lastRequest
    const responses = new Map()
    const promise = new Promise((resolve, reject) => responses.set(ACK, { resolve, reject }))
    requests.set(number, { promise, responses })
    try {
      const metrics = await Promise.all(registries.map((registry) => registry.getMetricsAsJSON('sum')))
      send({ type: GOODBYE, requestId: number, metrics })
      await waitFor(promise, timeout)
    } finally {
      requests.delete(number)
    }
  }

  /**
   * The registries whose metrics this process reports instead of the default one's.
   * @param {InstanceType<typeof Registry> | InstanceType<typeof Registry>[]} given
   */
  static setRegistries(given) {
    registries = checkedRegistries(given)
  }
}

/** prom-client's: without the metrics of the primary. */
class AggregatorRegistry extends ClusterRegistry {
  async clusterMetrics() {
    return await this.gather(Promise.resolve([]))
  }
}

function ownMetrics() {
  return Promise.all(registries.map((registry) => registry.getMetricsAsJSON()))
}

function listen() {
  if (isListening) return
  isListening = true
  if (cluster().isPrimary) {
    addListener(cluster(), 'message', hearWorker)
    addListener(cluster(), 'disconnect', (/** @type {any} */ worker) => workers.delete(worker.id))
    for (const worker of Object.values(cluster().workers ?? {})) {
      if (/** @type {any} */ (worker).isConnected()) /** @type {any} */ (worker).send({ type: ANNOUNCEMENT })
    }
  } else {
    addListener(process, 'message', hearPrimary)
    send({ type: ANNOUNCEMENT })
  }
}

/**
 * Adds a listener in place of the one that an earlier load of this file added.
 * @param {any} emitter
 * @param {string} event
 * @param {any} listener
 */
function addListener(emitter, event, listener) {
  for (const other of emitter.listeners(event)) if (other[ADDED_BY] === __filename) emitter.off(event, other)
  listener[ADDED_BY] = __filename
  emitter.on(event, listener)
}

/** @param {any} worker @param {any} message */
function hearWorker(worker, message) {
  if (message?.type === ANNOUNCEMENT) workers.set(worker.id, worker)
  else if (message?.type === RESPONSE) settle(message, worker.id)
  else if (message?.type === GOODBYE && workers.delete(worker.id)) {
    worker.send({ type: ACK, requestId: message.requestId })
    ended = Registry.aggregate([ended, ...message.metrics]).getMetricsAsArray()
  }
}

/** @param {any} message @param {unknown} from */
function settle({ requestId, error, metrics }, from) {
  const responses = requests.get(requestId)?.responses
  const response = responses?.get(from)
  if (response === undefined) return debug('unexpected response to request', requestId)
  responses?.delete(from)
  if (error) response.reject(new Error(error))
  else response.resolve(metrics)
}

/** @param {any} message */
async function hearPrimary(message) {
  if (message?.type === ANNOUNCEMENT) send({ type: ANNOUNCEMENT })
  else if (message?.type === ACK) settle({ ...message, metrics: undefined }, ACK)
  else if (message?.type === REQUEST) {
    const { requestId } = message
    try {
      send({ type: RESPONSE, requestId, metrics: await ownMetrics() })
    } catch (error) {
      send({ type: RESPONSE, requestId, error: /** @type {any} */ (error).message })
    }
  }
}

/** @param {object} message to the primary */
function send(message) {
  if (process.connected && process.send) process.send(message)
  else debug('there is no connection to the primary')
}

module.exports = { AggregatorRegistry, ClusterRegistry }
