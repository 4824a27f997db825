'use strict'

// The code under test, which records metrics.

const { metrics } = require('tallystick')

const orders = metrics.counter({ name: 'shop.orders', labelNames: ['kind'] })
const books = orders.labels({ kind: 'book' })
const delivery = metrics.timing('shop.delivery')

function orderBook() {
  books.inc()
  metrics.inc('shop.visits')
}

/** Takes a second. */
function deliver() {
  return delivery.time(() => new Promise((resolve) => setTimeout(resolve, 1000, 'delivered')))
}

module.exports = { deliver, orderBook, orders }
