'use strict'

// A service without its routes: counts, config, untrusted pools, subscribers.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const { Collector, createMetrics, createPoolMetrics } = require('../..')
const { samplesOf, textOf } = require('../support/exposition-samples')
const { takeWarnings } = require('../support/warnings')

const states = ['active', 'active', 'idle', 'ready', 'creating', 'terminated']
const mixed = states.map((state, at) => ({ id: `w${at}`, app: 'shop@latest', state, requests: at, uptime: 60 }))

/** A service with a pool. */
function serviceFor(pool, config) {
  const service = createPoolMetrics(config)
  service.setPool(pool)
  return service
}

describe('a pool is counted', () => {
  test('by the states of its workers', () => {
    const { pool, uptime, timestamp } = serviceFor({ size: 8, workers: mixed }).metrics()
    assert.deepEqual(pool, { size: 8, active: 2, idle: 2, creating: 1, total: 5, utilization: 0.25 })
    assert.ok(Math.abs(uptime - process.uptime()) < 5)
    assert.equal(new Date(timestamp).toISOString(), timestamp)
  })

  test('without a size, and without workers', () => {
    const empty = { size: 0, active: 0, idle: 0, creating: 0, total: 0, utilization: 0 }
    assert.deepEqual(serviceFor({ size: 0, workers: [] }).metrics().pool, empty)
  })

  test('with each worker, and without fields that the pool does not report', () => {
    const workers = [
      {
        id: 'worker-abc-123',
        app: 'my-app@latest',
        state: 'active',
        requests: 1542,
        uptime: 3600,
        memory: { rss: 52428800, heapUsed: 31457280 },
      },
      { id: 2, state: 'idle', errors: 3, name: 'not a number', memory: null },
    ]
    const { pool, workers: shown } = serviceFor({ size: 500, workers }).stats()
    assert.equal(pool.total, 2)
    assert.deepEqual(shown, [workers[0], { id: '2', state: 'idle', errors: 3 }])
  })

  const lists = {
    'an array': mixed,
    'a Set': new Set(mixed),
    'a function of an array': () => mixed,
    'a generator function': function* () {
      yield* mixed
    },
    'a Map, by its keys': new Map(mixed.map(({ id, ...worker }) => [id, worker])),
    'a Map of another realm': require('node:vm').runInNewContext('new Map(entries)', {
      entries: mixed.map((worker) => [worker.id, worker]),
    }),
  }
  for (const [what, workers] of Object.entries(lists)) {
    test(`from ${what}`, () => {
      const service = serviceFor({ size: () => 8, workers })
      assert.equal(service.metrics().pool.total, 5)
      assert.deepEqual(
        service.stats().workers.map(({ id }) => id),
        mixed.map(({ id }) => id),
      )
    })
  }

  test('again at each reading', () => {
    const pool = { size: 4, workers: [], extra: () => ({ queue: pool.workers.length }) }
    const service = serviceFor(pool)
    pool.workers = mixed
    pool.size = 5
    assert.deepEqual(service.metrics().pool, {
      size: 5,
      active: 2,
      idle: 2,
      creating: 1,
      total: 5,
      utilization: 0.4,
      queue: 6,
    })
  })

  test('of 10,000 workers', () => {
    const workers = Array.from({ length: 10_000 }, (_, at) => ({ ...mixed[at % 6], id: `worker-${at}` }))
    const service = serviceFor({ size: 10_000, workers })
    assert.equal(service.metrics().pool.active, 3334)
    assert.equal(service.stats().workers[9999].id, 'worker-9999')
  })
})

describe('the exposition', () => {
  test('has the families of the pool, with help and types', async () => {
    const { body, contentType } = await serviceFor({ size: 500, workers: mixed }).prometheus()
    assert.equal(contentType, 'text/plain; version=0.0.4; charset=utf-8')
    const expected = [
      ['pool_size', 'Maximum pool size', 'gauge', 500],
      ['pool_active', 'Active workers', 'gauge', 2],
      ['pool_idle', 'Idle workers', 'gauge', 2],
      ['pool_creating', 'Workers being created', 'gauge', 1],
      ['pool_total', 'Total workers', 'gauge', 5],
      ['pool_utilization', 'Pool utilization ratio', 'gauge', 0.004],
      ['uptime_seconds', 'Server uptime in seconds', 'counter', samplesOf(body).buntime_uptime_seconds],
    ]
    const text = expected.map(([name, help, type, value]) => {
      const family = `buntime_${name}`
      return `# HELP ${family} ${help}\n# TYPE ${family} ${type}\n${family} ${value}\n`
    })
    assert.equal(textOf(body), text.join(''))
    assert.ok(samplesOf(body).buntime_uptime_seconds > 0)
  })

  test('has the namespace, the workers and the pool’s own numbers that the config requests', async () => {
    const pool = { size: 1, workers: mixed.slice(0, 1), extra: { requestsPerSecond: 2.5, size: 7 } }
    const service = serviceFor(pool, { namespace: 'shop', workers: true })
    const samples = samplesOf((await service.prometheus()).body)
    assert.equal(samples['shop_worker_state{id="w0",app="shop@latest",state="active"}'], 1)
    assert.equal(samples['shop_worker_requests_total{id="w0",app="shop@latest"}'], 0)
    assert.equal(samples['shop_worker_uptime_seconds{id="w0",app="shop@latest"}'], 60)
    assert.equal(samples.shop_pool_requests_per_second, 2.5)
    assert.equal(samples.shop_pool_size, 1)
    assert.ok(!Object.keys(samples).some((name) => name.includes('memory')))
  })

  test('includes the collector’s, and no two families have the same name', async () => {
    const own = createMetrics(new Collector())
    own.gauge('buntime.pool.size').set(9)
    own.inc('jobs', 2)
    const service = createPoolMetrics({ collector: own.collector })
    const before = samplesOf((await service.prometheus()).body)
    assert.equal(before.jobs_total, 2)
    service.setPool({ size: 3, workers: [] })
    const { body } = await service.prometheus()
    const samples = samplesOf(body)
    assert.equal(samples.buntime_pool_size, 3)
    assert.equal(samples.U__buntime_2e_pool_2e_size, 9)
    assert.equal(before.U__buntime_2e_pool_2e_size, 9)
    const types = [...textOf(body).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
    assert.equal(new Set(types).size, types.length)
  })
})

describe('a pool is not trusted', () => {
  const hostile = [
    null,
    7,
    'text',
    { id: 'quotes " and \\ and \n and <b>', app: 'a"b\\c\nd', state: 'active', requests: 1 },
    { id: '', state: 'dancing', requests: -1, uptime: Number.NaN, memory: { rss: 'much', heapUsed: -0.5 } },
    { id: 'same', requests: '12', uptime: Number.POSITIVE_INFINITY, memory: 3 },
    { id: 'same', requests: 12n, load: Number.NaN, 'a"b': 4, __proto__: null, constructor: 5 },
    { id: 'x'.repeat(100_000), app: Symbol('app'), state: {} },
    { id: 'nul\0 and \ud800', app: '\0\0' },
    {
      id: 'throws',
      get state() {
        throw new Error('no state')
      },
      get memory() {
        throw new Error('no memory')
      },
      get load() {
        throw new Error('no load')
      },
    },
    new Proxy(
      { id: 'proxy' },
      {
        ownKeys() {
          throw new Error('no keys')
        },
      },
    ),
    Object.create({
      get id() {
        throw new Error('no id')
      },
    }),
  ]

  test('reports the valid fields of each worker', async () => {
    const { workers } = serviceFor({ size: 100, workers: hostile }).stats()
    assert.equal(workers.length, hostile.length)
    assert.equal(new Set(workers.map(({ id }) => id)).size, hostile.length)
    assert.deepEqual(workers.slice(0, 5), [
      { id: '#0' },
      { id: '#1' },
      { id: '#2' },
      { id: 'quotes " and \\ and \n and <b>', app: 'a"b\\c\nd', state: 'active', requests: 1 },
      { id: '#4' },
    ])
    assert.deepEqual(workers[5], { id: 'same' })
    assert.deepEqual(workers[6], { id: 'same#6', requests: 12, 'a"b': 4, constructor: 5 })
    assert.deepEqual(workers[7], { id: 'x'.repeat(256) })
    assert.deepEqual(workers[8], { id: 'nul\ufffd and \ufffd', app: '\ufffd\ufffd' })
    assert.deepEqual(workers.slice(9), [{ id: 'throws' }, { id: 'proxy' }, { id: '#11' }])
    await takeWarnings()
  })

  test('warns of each field once', async () => {
    await takeWarnings()
    const service = serviceFor({ size: Number.NaN, workers: hostile, extra: { queue: Number.NaN } })
    service.stats()
    service.stats()
    const warnings = await takeWarnings()
    const fields = warnings.map(({ message }) => /^the field (.*) of a pool has unusable values/.exec(message)?.[1])
    const expected = ['id', 'app', 'state', 'requests', 'uptime', 'memory', 'memory.rss', 'memory.heapUsed', 'load']
    assert.deepEqual(
      fields.filter((field) => field !== undefined).sort(),
      [...expected, 'size', 'queue', 'further fields'].sort(),
    )
    assert.ok(warnings.every(({ message }) => message.length < 3000))
    service.setPool({ size: -1, workers: [] })
    service.stats()
    assert.deepEqual(
      (await takeWarnings()).map(({ code }) => code),
      ['TALLYSTICK_POOL_FIELD'],
    )
  })

  test('has no further numbers below 0, which a counter cannot have', async () => {
    await takeWarnings()
    const workers = [{ id: 'w', cacheMissesTotal: -4, load: -0.5, hitsTotal: 2 }]
    const service = serviceFor({ size: 1, workers, extra: { queueTotal: -1, queue: -2, done: 3 } }, { workers: true })
    const { pool, workers: listed } = service.stats()
    assert.deepEqual([pool.done, 'queueTotal' in pool, 'queue' in pool], [3, false, false])
    assert.deepEqual(listed, [{ id: 'w', hitsTotal: 2 }])
    const samples = samplesOf((await service.prometheus()).body)
    assert.equal(samples.buntime_pool_done, 3)
    assert.equal(samples['buntime_worker_hits_total{id="w"}'], 2)
    assert.ok(!Object.keys(samples).some((name) => /queue|cache_misses|load/.test(name)))
    const named = (await takeWarnings()).map(({ message }) => /^the field (\S+) of a pool/.exec(message)?.[1])
    assert.deepEqual(named.sort(), ['cacheMissesTotal', 'load', 'queue', 'queueTotal'])
  })

  test('does not break the exposition', async () => {
    const { body } = await serviceFor({ size: 100, workers: hostile }, { workers: true }).prometheus()
    const lines = textOf(body).split('\n').slice(0, -1)
    const sample = /^[a-zA-Z_][a-zA-Z0-9_]*(\{[a-z]+="(\\.|[^"\\])*"(,[a-z]+="(\\.|[^"\\])*")*\})? [-0-9.e]+$/
    for (const line of lines) assert.match(line, /^# (HELP|TYPE) /.test(line) ? /./ : sample)
    assert.equal(new Set(lines).size, lines.length)
    await takeWarnings()
  })

  test('reports more workers than its size as they are, with a warning', async () => {
    const service = serviceFor({ size: 1, workers: mixed })
    assert.equal(service.metrics().pool.utilization, 2)
    service.metrics()
    assert.deepEqual(
      (await takeWarnings()).map(({ code }) => code),
      ['TALLYSTICK_POOL_TOTAL'],
    )
  })

  test('warns of a hundred names at most', async () => {
    await takeWarnings()
    const workers = Array.from({ length: 200 }, (_, at) => ({ id: at, [at + 'x'.repeat(50)]: Number.NaN }))
    serviceFor({ size: 200, workers }).stats()
    assert.equal((await takeWarnings()).length, 100)
  })

  test('truncates an endless iterable of workers', async () => {
    const service = serviceFor({
      size: 1,
      workers: function* () {
        for (;;) yield { state: 'terminated' }
      },
    })
    assert.equal(service.stats().workers.length, 100_000)
    await takeWarnings()
  })

  test('throws an error with its cause if the workers cannot be listed', () => {
    const cause = new Error('gone')
    const gone = () => {
      throw cause
    }
    assert.throws(() => serviceFor({ size: 1, workers: gone }).metrics(), { code: 'ERR_TALLYSTICK_POOL', cause })
    assert.throws(() => serviceFor({ size: 1, workers: () => 7 }).stats(), { code: 'ERR_TALLYSTICK_POOL' })
  })

  for (const pool of [undefined, null, 7, 'piscina', {}, { size: 3 }, { size: 3, workers: 7 }, () => {}]) {
    test(`${JSON.stringify(pool)} is not a pool, and the previous one stays`, () => {
      const service = serviceFor({ size: 3, workers: [] })
      assert.throws(() => service.setPool(pool), { name: 'TypeError', code: 'ERR_TALLYSTICK_POOL' })
      assert.equal(service.metrics().pool.size, 3)
    })
  }

  test('throws before a pool is set', async () => {
    const service = createPoolMetrics()
    assert.throws(() => service.metrics(), { code: 'ERR_TALLYSTICK_POOL' })
    assert.throws(() => service.stats(), { code: 'ERR_TALLYSTICK_POOL' })
    assert.equal(textOf((await service.prometheus()).body), '# Pool not initialized\n')
  })
})

describe('the config', () => {
  // [option, wrong values]
  const wrong = [
    ['prometheus', ['yes', 1, null]],
    ['sseInterval', ['1s', Number.NaN, 49, 2 ** 31, null]],
    ['base', ['metrics', 7, '/a b', '/a?b', null]],
    ['namespace', ['', '1st', 'a.b', 'a:b', null]],
    ['workers', ['all', null]],
    ['collector', [{}, 'default', 1]],
    ['authorize', [true, 'token', {}]],
    ['interval', [1000]],
    ['maxStreams', [-1, 1.5, '10', Number.POSITIVE_INFINITY, null]],
  ]
  for (const [option, values] of wrong) {
    test(`has an error that names an invalid ${option}`, () => {
      for (const value of values) {
        const named = (error) => error.code.startsWith('ERR_TALLYSTICK_') && error.message.includes(option)
        assert.throws(() => createPoolMetrics({ [option]: value }), named, String(value))
      }
    })
  }

  test('with one invalid option changes nothing', async () => {
    const service = createPoolMetrics()
    assert.throws(() => service.setConfig({ namespace: 'shop', workers: 7 }), { code: 'ERR_TALLYSTICK_OPTIONS' })
    service.setPool({ size: 1, workers: [] })
    assert.equal(samplesOf((await service.prometheus()).body).buntime_pool_size, 1)
  })

  test('is merged with the previous one', async () => {
    const service = serviceFor({ size: 1, workers: mixed.slice(0, 1) }, { namespace: 'shop' })
    service.setConfig({ workers: true, base: undefined })
    const samples = samplesOf((await service.prometheus()).body)
    assert.equal(samples.shop_pool_size, 1)
    assert.equal(samples['shop_worker_requests_total{id="w0",app="shop@latest"}'], 0)
  })

  test('is an object', () => {
    for (const config of [null, 7, 'x']) {
      assert.throws(() => createPoolMetrics(config), { name: 'TypeError', code: 'ERR_TALLYSTICK_OPTIONS' })
    }
  })
})

describe('subscribers', () => {
  /** The first `count` calls of a new subscriber. */
  function calls(service, count) {
    const { promise, resolve } = Promise.withResolvers?.() ?? withResolvers()
    const received = []
    const unsubscribe = service.subscribe((metrics) => {
      if (received.push(metrics) === count) resolve(received)
    })
    return { received: promise, unsubscribe }
  }

  function withResolvers() {
    const resolvers = {}
    resolvers.promise = new Promise((resolve) => {
      resolvers.resolve = resolve
    })
    return resolvers
  }

  /** Keeps the process alive while a test waits for an unref'd timer. */
  async function awaited(promise) {
    const alive = setInterval(() => {}, 1000)
    try {
      return await promise
    } finally {
      clearInterval(alive)
    }
  }

  test('receive the counts at each interval, from one reading for all of them', async () => {
    let readings = 0
    const workers = () => {
      readings++
      return mixed
    }
    const service = serviceFor({ size: 8, workers }, { sseInterval: 50 })
    const all = Array.from({ length: 20 }, () => calls(service, 3))
    for (const { received } of all) assert.equal((await awaited(received))[0].pool.total, 5)
    assert.ok(readings >= 3 && readings <= 6, `${readings} readings`)
    for (const { unsubscribe } of all) unsubscribe()
  })

  test('that throw cause one warning and are called again, as the others are', async () => {
    await takeWarnings()
    const service = serviceFor({ size: 8, workers: mixed }, { sseInterval: 50 })
    service.subscribe(() => {
      throw new Error('broken')
    })
    await awaited(calls(service, 3).received)
    service.close()
    const warnings = await takeWarnings()
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['TALLYSTICK_POOL_FAILURE'],
    )
    assert.match(warnings[0].message, /a subscriber of the pool failed: .*broken/)
  })

  test('are functions', () => {
    assert.throws(() => createPoolMetrics().subscribe({}), { name: 'TypeError', code: 'ERR_TALLYSTICK_FUNCTION' })
  })

  test('follow a new interval at once', async () => {
    const service = serviceFor({ size: 8, workers: mixed }, { sseInterval: 2 ** 31 - 1 })
    const { received } = calls(service, 1)
    service.setConfig({ sseInterval: 50 })
    await awaited(received)
    service.close()
  })

  test('do not keep the process alive', () => {
    const program = `
      const service = require('.').createPoolMetrics()
      service.setPool({ size: 1, workers: [] })
      service.subscribe(() => {})
    `
    const options = { cwd: require('node:path').resolve(__dirname, '..', '..'), timeout: 60_000 }
    require('node:child_process').execFileSync(process.execPath, ['-e', program], options)
  })
})
