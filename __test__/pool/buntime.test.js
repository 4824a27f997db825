'use strict'

// Buntime's pool as the runtime passes it to plugins, and the plugin alone; package/buntime.test.js runs it in a host.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { createPoolMetrics } = require('../..')
const metricsPlugin = require('../../buntime')

/** The reports of Buntime's pool. */
function buntimePool() {
  return {
    getMetrics: () => ({
      activeWorkers: 2,
      avgResponseTimeMs: 12.5,
      ephemeralConcurrency: 2,
      ephemeralQueueDepth: 3,
      ephemeralQueueLimit: 100,
      evictions: 4,
      hitRate: 75,
      hits: 30,
      misses: 10,
      requestsPerSecond: 4.2,
      totalRequests: 840,
      totalWorkersCreated: 6,
      totalWorkersFailed: 1,
      totalWorkersRetired: 2,
      memoryUsageMB: 51.5,
      uptimeMs: 200_000,
    }),
    getWorkerStats: () => ({
      'apps@shop@1.2.0': stats('active', 700, 180_000),
      'apps@@acme/mail@2.0.0': stats('idle', 120, 90_000),
      'apps@once@latest': { ...stats('ephemeral', 20, 15), lastRequestCount: 2, lastResponseTimeMs: 15 },
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
  test('is counted by the states of live workers, with its size', () => {
    const { pool } = served({ ...buntimePool(), size: 8 }).metrics()
    const { size, active, idle, creating, total, utilization } = pool
    assert.deepEqual(
      { size, active, idle, creating, total, utilization },
      { size: 8, active: 1, idle: 1, creating: 0, total: 2, utilization: 0.125 },
    )
  })

  test('has its workers by id, with times in seconds and every other figure', () => {
    const { workers } = served(buntimePool()).stats()
    assert.deepEqual(
      workers.map(({ id, app, state, requests, uptime }) => [id, app, state, requests, uptime]),
      [
        ['apps@shop@1.2.0', 'shop@1.2.0', 'active', 700, 180],
        ['apps@@acme/mail@2.0.0', '@acme/mail@2.0.0', 'idle', 120, 90],
        ['apps@once@latest', 'once@latest', 'terminated', 20, 0.015],
        ['apps@gone@1.0.0', 'gone@1.0.0', 'terminated', 5, 1],
      ],
    )
    const { errorCount, avgResponseSeconds, totalResponseSeconds, idleSeconds, memory } = workers[0]
    assert.deepEqual([errorCount, avgResponseSeconds, totalResponseSeconds, idleSeconds], [2, 0.0125, 8.75, 0.25])
    assert.equal(memory, undefined)
    assert.deepEqual([workers[2].lastRequestCount, workers[2].lastResponseSeconds], [2, 0.015])
  })

  test('is not busy with a hundred workers whose single request has ended', () => {
    const finished = Array.from({ length: 100 }, (_, at) => [`once-${at}@1.0.0`, stats('ephemeral', 1, 15)])
    const pool = {
      getMetrics: () => ({ activeWorkers: 0 }),
      getWorkerStats: () => Object.fromEntries(finished),
      size: 7,
    }
    const { total, utilization } = served(pool).metrics().pool
    assert.deepEqual([total, utilization], [0, 0])
  })

  test('has its own numbers among the counts and as families', async () => {
    const service = served(buntimePool(), { workers: true })
    const { pool } = service.metrics()
    assert.deepEqual(
      [pool.requestsTotal, pool.requestsPerSecond, pool.avgResponseSeconds, pool.uptimeSeconds],
      [840, 4.2, 0.0125, 200],
    )
    assert.deepEqual([pool.ephemeralConcurrency, pool.ephemeralQueueDepth, pool.ephemeralQueueLimit], [2, 3, 100])
    assert.deepEqual([pool.hitsTotal, pool.missesTotal, pool.evictionsTotal, pool.hitRatio], [30, 10, 4, 0.75])
    assert.deepEqual([pool.activeWorkers, pool.memoryUsageBytes], [2, 51.5 * 2 ** 20])
    const text = Buffer.from((await service.prometheus()).body).toString()
    for (const line of [
      '# TYPE buntime_pool_requests_total counter',
      'buntime_pool_requests_total 840',
      'buntime_pool_workers_created_total 6',
      'buntime_pool_workers_failed_total 1',
      'buntime_pool_workers_retired_total 2',
      'buntime_pool_avg_response_seconds 0.0125',
      '# TYPE buntime_pool_evictions_total counter',
      'buntime_pool_ephemeral_queue_depth 3',
      'buntime_worker_error_count{id="apps@shop@1.2.0",app="shop@1.2.0"} 2',
      'buntime_worker_avg_response_seconds{id="apps@shop@1.2.0",app="shop@1.2.0"} 0.0125',
    ]) {
      assert.ok(`\n${text}`.includes(`\n${line}\n`), `${line} in\n${text}`)
    }
  })

  test('may report nonsense, and the rest is served', () => {
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
  test('has the name and base of its manifest, or the base in its options', () => {
    const { name, base } = metricsPlugin()
    assert.deepEqual([name, base], ['@buntime/plugin-metrics', '/metrics'])
    assert.equal(metricsPlugin({ base: '/admin/metrics' }).base, '/admin/metrics')
  })

  test('finds its base behind hosts that cut it off and hosts that do not', async () => {
    for (const base of ['/metrics', '/métricas']) {
      const { routes } = metricsPlugin({ base })
      for (const path of ['', base]) {
        const { status } = await routes.fetch(new Request(`http://localhost${path}/api/metrics/`))
        // found, and without a pool
        assert.equal(status, 503, `${base} ${path}`)
      }
    }
  })

  test('is exported by name and as the default', async () => {
    assert.equal(metricsPlugin.metricsPlugin, metricsPlugin)
    const imported = await import('../../buntime.js')
    assert.equal(imported.default, metricsPlugin)
    assert.equal(imported.metricsPlugin, metricsPlugin)
    assert.equal(metricsPlugin.default({ base: '/admin' }).base, '/admin')
  })

  test('has a chain of defaults that ends, because Buntime follows it', async () => {
    let module = await import('../../buntime.js')
    let steps = 0
    while ('default' in module && steps++ < 10) module = module.default
    assert.ok(steps < 10)
    assert.equal(module({}).name, '@buntime/plugin-metrics')
  })

  test('logs the address of the routes, or that there is no pool', () => {
    const log = []
    const logger = { info: (message) => log.push(['info', message]), warn: (message) => log.push(['warn', message]) }
    metricsPlugin().onInit({ pool: buntimePool(), logger })
    metricsPlugin({ base: '/admin' }).onInit({ logger })
    assert.deepEqual(log[0], ['info', 'Metrics: the pool is at /metrics/api/metrics'])
    assert.deepEqual([log[1][0], log.length], ['warn', 2])
    assert.match(log[1][1], /no pool.*\/admin\/api\/metrics answer 503$/)
  })

  test('rejects an invalid option, also from its host, and an invalid context', () => {
    assert.throws(() => metricsPlugin({ sseInterval: 1 }), { code: 'ERR_TALLYSTICK_OPTIONS' })
    assert.throws(() => metricsPlugin().onInit({ config: { sseInterval: 1 } }), { code: 'ERR_TALLYSTICK_OPTIONS' })
    assert.throws(() => metricsPlugin().onInit(), { code: 'ERR_TALLYSTICK_OPTIONS' })
    assert.throws(() => metricsPlugin().onInit({ pool: 'pool' }), { code: 'ERR_TALLYSTICK_POOL' })
  })

  test('prefers its own options to its host’s', () => {
    metricsPlugin({ sseInterval: 500 }).onInit({
      pool: buntimePool(),
      config: { sseInterval: 'of the host', base: '/m' },
    })
  })
})
