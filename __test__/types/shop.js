// The code that docs/testing.md tests.

const { metrics: defaults } = require('tallystick')

function orderBook() {
  defaults.inc('shop.orders', 1, { kind: 'book' })
}

/** @param {{ metrics: import('tallystick').Metrics }} options */
function createShop({ metrics }) {
  return { visit: () => metrics.inc('shop.visits') }
}

module.exports = { createShop, orderBook }
