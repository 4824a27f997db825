// The code under test, which records metrics.

import { metrics } from 'tallystick'

export const orders = metrics.counter({ name: 'shop.orders', labelNames: ['kind'] })
const books = orders.labels({ kind: 'book' })
const delivery = metrics.timing('shop.delivery')

export function orderBook() {
  books.inc()
  metrics.inc('shop.visits')
}

/** Takes a second. */
export function deliver() {
  return delivery.time(() => new Promise((resolve) => setTimeout(resolve, 1000, 'delivered')))
}
