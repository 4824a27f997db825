'use strict'

// Buntime's pool as its runtime hands it to plugins, and the plugin without its routes, which are tried with Hono elsewhere.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { createPoolMetrics } = require('..')
const metricsPlugin = require('../buntime')

/** What Buntime's pool tells. */
function buntimePool() {
  return {
    getMetrics: () => ({
      activeWorkers: 3,
      avgResponseTimeMs: 12.5,
      requestsPerSecond: 4.2,
      totalRequests: 840,
      totalWorkersCreated: 6,
      totalWorkersFailed: 1,
      totalWorkersRetired: 2,
      memoryUsageMB: 51.2,
      uptimeMs: 200_000,
    }),
    getWorkerStats: () => ({
      'apps@shop@1.2.0': stats('active', 700, 180_000),
      'apps@@acme/mail@2.0.0': stats('idle', 120, 90_000),
      'apps@once@latest': stats('ephemeral', 20, 15),
      'apps@gone@1.0.0': stats('offline', 5, 1000),
    }),
  }
}

function stats(status, requestCount, ageMs) {
  return {
    status,
    requestCount,
    errorCount: 2,
    ageMs,
    idleMs: 250,
    avgResponseTimeMs: 12.5,
    totalResponseTimeMs: requestCount * 12.5,
  }
}

/** @param {any} pool @param {object} [config] */
function served(pool, config) {
  const service = createPoolMetrics(config)
  service.setPool(pool)
  return service
}

describe("Buntime's pool", () => {
  test('is counted by its states, with the size that it has', () => {
    const { pool } = served({ ...buntimePool(), size: 8 }).metrics()
    const { size, active, idle, creating, total, utilization } = pool
    assert.deepEqual(
      { size, active, idle, creating, total, utilization },
      { size: 8, active: 2, idle: 1, creating: 0, total: 3, utilization: 0.25 },
    )
  })

  test('has its workers by id, their times in seconds, and what else it tells of them', () => {
    const { workers } = served(buntimePool()).stats()
    assert.deepEqual(
      workers.map(({ id, app, state, requests, uptime }) => [id, app, state, requests, uptime]),
      [
        ['apps@shop@1.2.0', 'shop@1.2.0', 'active', 700, 180],
        ['apps@@acme/mail@2.0.0', '@acme/mail@2.0.0', 'idle', 120, 90],
        ['apps@once@latest', 'once@latest', 'active', 20, 0.015],
        ['apps@gone@1.0.0', 'gone@1.0.0', 'terminated', 5, 1],
      ],
    )
    const { errorCount, avgResponseSeconds, totalResponseSeconds, idleSeconds, memory } = workers[0]
    assert.deepEqual([errorCount, avgResponseSeconds, totalResponseSeconds, idleSeconds], [2, 0.0125, 8.75, 0.25])
    assert.equal(memory, undefined)
  })

  test('has its own numbers among the counts, and as families', async () => {
    const service = served(buntimePool(), { workers: true })
    const { pool } = service.metrics()
    assert.deepEqual(
      [pool.requestsTotal, pool.requestsPerSecond, pool.avgResponseSeconds, pool.uptimeSeconds],
      [840, 4.2, 0.0125, 200],
    )
    const text = Buffer.from((await service.prometheus()).body).toString()
    for (const line of [
      '# TYPE buntime_pool_requests_total counter',
      'buntime_pool_requests_total 840',
      'buntime_pool_workers_created_total 6',
      'buntime_pool_workers_failed_total 1',
      'buntime_pool_workers_retired_total 2',
      'buntime_pool_avg_response_seconds 0.0125',
      'buntime_worker_error_count{id="apps@shop@1.2.0",app="shop@1.2.0"} 2',
      'buntime_worker_avg_response_seconds{id="apps@shop@1.2.0",app="shop@1.2.0"} 0.0125',
    ]) {
      assert.ok(`\n${text}`.includes(`\n${line}\n`), `${line} in\n${text}`)
    }
  })

  test('may tell nonsense: the rest is served', () => {
    const odd = {
      getMetrics: () => ({ totalRequests: 'many', uptimeMs: Number.NaN }),
      getWorkerStats: () => ({
        a: { status: 'dancing', requestCount: -1, ageMs: '5' },
        toString: null,
        b: stats('idle', 1, 1000),
      }),
    }
    const { pool, workers } = served({ ...odd, size: 2 }).stats()
    assert.deepEqual([pool.total, pool.idle, 'requestsTotal' in pool, 'uptimeSeconds' in pool], [1, 1, false, false])
    assert.deepEqual(workers[0], { id: 'a', app: 'a' })
    assert.equal(workers.length, 3)
  })
})

describe('the plugin', () => {
  test('has the name and the base that its manifest has, and another base if it is given one', () => {
    const { name, base } = metricsPlugin()
    assert.deepEqual([name, base], ['@buntime/plugin-metrics', '/metrics'])
    assert.equal(metricsPlugin({ base: '/admin/metrics' }).base, '/admin/metrics')
  })

  test('is exported by name and as the default too', async () => {
    assert.equal(metricsPlugin.metricsPlugin, metricsPlugin)
    const imported = await import('../buntime.js')
    assert.equal(imported.default, metricsPlugin)
    assert.equal(imported.metricsPlugin, metricsPlugin)
  })

  test('refuses a wrong option, from its host too, and a context that is none', () => {
    assert.throws(() => metricsPlugin({ sseInterval: 1 }), { code: 'ERR_TALLYSTICK_OPTIONS' })
    assert.throws(() => metricsPlugin().onInit({ config: { sseInterval: 1 } }), { code: 'ERR_TALLYSTICK_OPTIONS' })
    assert.throws(() => metricsPlugin().onInit(), { code: 'ERR_TALLYSTICK_OPTIONS' })
    assert.throws(() => metricsPlugin().onInit({ pool: 'pool' }), { code: 'ERR_TALLYSTICK_POOL' })
  })

  test('takes its own options over its host’s', () => {
    metricsPlugin({ sseInterval: 500 }).onInit({
      pool: buntimePool(),
      config: { sseInterval: 'of the host', base: '/m' },
    })
  })
})
