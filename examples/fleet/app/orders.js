'use strict'

// The metrics of orders, for every thread that records or declares them.

const { metrics } = require('tallystick')

const PAYMENTS = ['card', 'invoice', 'voucher']

const orders = metrics.counter({ name: 'shop.orders', help: 'Orders that were priced', labelNames: ['payment'] })

const pricing = metrics.timing({
  name: 'shop.pricing.duration',
  help: 'How long a thread took to price an order',
  // in milliseconds. No bound is a whole number of seconds: those are le="1" in one format and le="1.0" in another
  buckets: [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 2500],
})

module.exports = { PAYMENTS, orders, pricing }
