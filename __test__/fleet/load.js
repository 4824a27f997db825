'use strict'

// Clients of one instance. They order as fast as they are answered, and note what the instance has counted: an order is counted before
// it is answered, and its answer has the duration that was recorded.

const { random } = require('../support/oracle')

const CLIENTS = 2
const PAYMENTS = ['card', 'invoice', 'voucher']
const MEAN_ITEMS = 12
const MAX_ITEMS = 1000

/** @typedef {{ began: number, ended: number, payment: string, millis: number }} Order times in seconds */

class Load {
  /** Orders that were answered. @type {Order[]} */
  orders = []
  /** When each order was sent, answered or not, in seconds. @type {number[]} */
  sent = []
  #instance
  #random
  #isRunning = false
  /** @type {Promise<unknown>} */
  #clients = Promise.resolve()

  /** @param {import('./instance').Instance} instance @param {number} seed */
  constructor(instance, seed) {
    this.#instance = instance
    this.#random = random(seed)
  }

  start() {
    this.#isRunning = true
    this.#clients = Promise.all(Array.from({ length: CLIENTS }, () => this.#client()))
  }

  /** Ends when the last order is answered. */
  async stop() {
    this.#isRunning = false
    await this.#clients
  }

  /** Sends one order. */
  async order() {
    const began = Date.now() / 1000
    this.sent.push(began)
    const items = Math.min(MAX_ITEMS, Math.ceil(-Math.log(this.#random()) * MEAN_ITEMS))
    const payment = PAYMENTS[Math.floor(this.#random() ** 2 * PAYMENTS.length)]
    const url = `http://${this.#instance.address}/orders?items=${items}&payment=${payment}`
    const response = await fetch(url, { method: 'POST' })
    const { millis } = await response.json()
    this.orders.push({ began, ended: Date.now() / 1000, payment, millis })
  }

  async #client() {
    while (this.#isRunning) {
      // an order that fails was sent to an instance that is gone
      await this.order().catch(() => this.#instance.running)
    }
  }
}

module.exports = { Load }
