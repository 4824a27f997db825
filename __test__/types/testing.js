// The code of docs/testing.md, as TypeScript sees it: never run. `__test__/docs/testing-guide.test.js` compares the two.

{
  const { metrics } = require('tallystick')
  const { orderBook } = require('./shop')

  beforeEach(() => metrics.collector.clear())

  test('an order is counted', () => {
    orderBook()
    expect(metrics.value('shop.orders', { kind: 'book' })).toBe(1)
    expect(metrics.snapshot().counters).toEqual({ 'shop.orders{kind="book"}': 1, 'shop.visits': 1 })
  })

  test('the rest of what it says', () => {
    expect(metrics.timing('shop.delivery').value()?.count).toBe(1)
    expect(metrics.value('shop.delivery')).toEqual(expect.objectContaining({ count: 1 }))
    expect(new TextDecoder().decode(metrics.prometheusSync().body)).toBe('')
    expect(() => metrics.inc('')).toThrow(TypeError)
    expect(() => metrics.inc('')).toThrow(expect.objectContaining({ code: 'ERR_TALLYSTICK_NAME' }))
  })
}

{
  const { createShop } = require('./shop')

  const { Collector, createMetrics } = require('tallystick')

  const metrics = createMetrics(new Collector()) // seen by nobody else
  const shop = createShop({ metrics })

  shop.visit()
}
