import { logStats, metrics } from 'tallystick'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { deliver } from './shop.mjs'

beforeEach(() => metrics.collector.clear())
afterEach(() => vi.useRealTimers())

test('no series of the other file are visible', () => {
  expect(metrics.snapshot().counters).toEqual({})
})

test('with fake timers, recording works and time is real', async () => {
  vi.useFakeTimers({ now: 0 })
  const delivered = deliver()
  await vi.advanceTimersByTimeAsync(1000)
  await expect(delivered).resolves.toBe('delivered')
  const { count, total } = metrics.value('shop.delivery')
  expect(count).toBe(1)
  expect(total).toBeGreaterThanOrEqual(0)
  expect(total).toBeLessThan(1000)
  expect(metrics.now()).toBeGreaterThan(1e12)
})

test('with fake timers, a reading settles', async () => {
  vi.useFakeTimers()
  metrics.inc('shop.visits')
  const { body } = await metrics.prometheus()
  expect(new TextDecoder().decode(body)).toMatch(/^shop_visits_total 1$/m)
})

test('a stats log that is not stopped does not keep Vitest running', () => {
  logStats({ interval: 60_000, log: () => {} })
})
