'use strict'

const { metrics } = require('tallystick')
const { orderBook, orders } = require('./shop')

beforeEach(() => metrics.collector.clear())

test.each([1, 2])('orders are counted from 0, run %i', () => {
  orderBook()
  orderBook()
  metrics.inc('shop.only', 1, { in: 'orders' })
  expect(metrics.snapshot().counters).toEqual({
    'shop.only{in="orders"}': 1,
    'shop.orders{kind="book"}': 2,
    'shop.visits': 2,
  })
  expect(metrics.value('shop.orders', { kind: 'book' })).toBe(2)
})

test('after clear() a snapshot is empty, and Prometheus reads only zeros', async () => {
  expect(metrics.snapshot()).toEqual({ counters: {}, gauges: {}, timings: {}, histograms: {}, trace: [] })
  const { body } = await metrics.prometheus()
  expect(new TextDecoder().decode(body)).not.toMatch(/^shop\S* (?!0$)/m)
})

test('a handle from before clear() is valid', () => {
  const letters = orders.labels({ kind: 'letter' })
  letters.inc(5)
  metrics.collector.clear()
  letters.inc()
  expect(letters.value()).toBe(1)
  expect(metrics.snapshot().counters).toEqual({ 'shop.orders{kind="letter"}': 1 })
})

test('errors belong to this realm', async () => {
  expect(() => metrics.inc(1)).toThrow(TypeError)
  expect(() => metrics.inc('shop.visits', Number.NaN)).toThrow(RangeError)
  expect(() => orders.labels({ colour: 'red' })).toThrow(expect.objectContaining({ code: 'ERR_TALLYSTICK_LABELS' }))
  expect(() => metrics.counter({ name: 'shop.orders', labelNames: ['other'] })).toThrow(TypeError)
  await expect(metrics.prometheus({ buckets: 1 })).rejects.toThrow(TypeError)
})

test('readings belong to this realm, and are equal to literals', async () => {
  metrics.gauge('shop.open').set(1)
  metrics.observeMillis('shop.delivery', 2)
  metrics.histogram({ name: 'shop.prices', buckets: [10] }).observe(4)
  metrics.trace('shop.opened', { by: 'Ann' })
  const { gauges, timings, histograms, trace } = metrics.snapshot()
  expect(gauges).toStrictEqual({ 'shop.open': 1 })
  expect(timings).toStrictEqual({ 'shop.delivery': expect.objectContaining({ count: 1, total: 2 }) })
  expect(histograms['shop.prices'].buckets).toStrictEqual([[10, 1]])
  expect(trace).toStrictEqual([
    { seq: expect.any(Number), time: expect.any(Number), name: 'shop.opened', fields: { by: 'Ann' } },
  ])
  expect(metrics.value('shop.delivery')).toStrictEqual(timings['shop.delivery'])
  expect(JSON.parse(new TextDecoder().decode(await metrics.json())).gauges).toStrictEqual(gauges)
})
