'use strict'

// The plugin under Bun, from the packed package, in a host that behaves like Buntime: buntime/host.mjs. A folder of plugins has
// neither hono nor any other package of a project.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { bunPath } = require('../../scripts/bun')
const { Project, platformPackage, root } = require('./project')

const APPS = { 'shop@1.2.0': 60, 'mail@2.0.0': 60, 'gone@1.0.0': 60, once: 0 }
const skip = bunPath() ? false : 'there is no bun for this platform'

/** @type {Project} with hono */
let project
/** @type {Project} without */
let plain

/** A folder of plugins without a node_modules above it. @type {string} */
let plugins

/** @param {string[]} args */
const bun = (...args) => project.run(String(bunPath()), args)

before(() => {
  if (skip) return
  project = new Project('buntime')
  project.copy('buntime')
  plain = new Project()
  plugins = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'tallystick-plugins-'))
  for (const [name, ttl] of Object.entries(APPS)) {
    project.write(`apps/${name}/manifest.yaml`, `ttl: ${ttl}\nidleTimeout: 60\n`)
    project.write(`apps/${name}/index.html`, name)
  }
})

after(() => {
  if (skip) return
  plain.remove()
  fs.rmSync(plugins, { recursive: true })
})

/** The folder of an installed package. @param {Project} of */
const installed = (of, name = 'tallystick') => path.join(of.folder, 'node_modules', name)

/** Puts the plugin into the folder of plugins. @param {(folder: string) => void} put */
function install(put) {
  fs.rmSync(path.join(plugins, 'tallystick'), { recursive: true, force: true })
  put(path.join(plugins, 'tallystick'))
}

/** The output of the host. @param {Record<string, unknown>} changes of the manifest */
function hosted(changes) {
  const file = path.join(plugins, 'tallystick', 'manifest.yaml')
  const text = fs.readFileSync(file, 'utf8')
  let changed = text
  for (const [name, value] of Object.entries(changes)) {
    changed = changed.replace(new RegExp(`^${name}: .*$`, 'm'), `${name}: ${JSON.stringify(value)}`)
  }
  fs.writeFileSync(file, changed)
  try {
    return JSON.parse(bun('host.mjs', plugins))
  } finally {
    fs.writeFileSync(file, text)
  }
}

describe('the plugin, linked into a folder of plugins', { skip }, () => {
  before(() => install((folder) => fs.symlinkSync(installed(plain), folder, 'dir')))

  test('is disabled until its manifest enables it, and has the menus of its page', () => {
    const said = hosted({})
    assert.equal(said.name, undefined)
    const { menus, ...manifest } = said.manifest
    assert.deepEqual(manifest, {
      name: '@buntime/plugin-metrics',
      base: '/metrics',
      enabled: false,
      injectBase: true,
      entrypoint: 'ui/dist/index.html',
      pluginEntry: 'buntime.js',
      prometheus: true,
      sseInterval: 1000,
    })
    const [{ title, path: page, items }] = menus
    assert.deepEqual([title, page], ['Metrics', '/metrics'])
    assert.deepEqual(
      items.map((item) => [item.title, item.path]),
      [
        ['Overview', '/metrics'],
        ['Workers', '/metrics/workers'],
      ],
    )
  })

  describe('and enabled', () => {
    /** @type {any} */
    let said
    before(() => {
      said = hosted({ enabled: true, sseInterval: 60 })
    })

    test('is loaded, and logs it', () => {
      assert.deepEqual([said.name, said.base], ['@buntime/plugin-metrics', '/metrics'])
      assert.deepEqual(said.log, [{ level: 'info', message: 'Metrics: the pool is at /metrics/api/metrics' }])
    })

    test('counts live workers, as the host does, and not those whose request has ended', () => {
      const { pool } = JSON.parse(said.json.body)
      const { size, active, idle, creating, total, utilization, activeWorkers } = pool
      assert.deepEqual(
        { size, active, idle, creating, total, utilization, activeWorkers },
        { size: 10, active: 1, idle: 1, creating: 0, total: 2, utilization: 0.1, activeWorkers: 2 },
      )
      const { workers } = JSON.parse(said.stats.body)
      assert.deepEqual(workers.map(({ id, state, requests }) => [id, state, requests]).sort(), [
        ['gone@1.0.0', 'terminated', 1],
        ['mail@2.0.0', 'idle', 2],
        ['once@latest', 'terminated', 12],
        ['shop@1.2.0', 'active', 1],
      ])
    })

    test('has every figure of the pool, in our units', () => {
      const { pool } = JSON.parse(said.json.body)
      const { metrics } = said.theirs
      const figures = {
        requestsTotal: metrics.totalRequests,
        workersCreatedTotal: metrics.totalWorkersCreated,
        workersRetiredTotal: 1,
        workersFailedTotal: 0,
        hitsTotal: 1,
        missesTotal: metrics.misses,
        evictionsTotal: 0,
        hitRatio: metrics.hitRate / 100,
        ephemeralConcurrency: 2,
        ephemeralQueueDepth: 0,
        ephemeralQueueLimit: 100,
        avgResponseSeconds: metrics.avgResponseTimeMs / 1000,
      }
      assertHas(pool, figures)
      assert.ok(pool.uptimeSeconds > 0 && pool.requestsPerSecond > 0)
      assert.ok(pool.memoryUsageBytes > 100_000, `${pool.memoryUsageBytes} bytes`)
      // our names and theirs, none twice
      const ours = ['size', 'active', 'idle', 'creating', 'total', 'utilization']
      assert.equal(Object.keys(pool).length, ours.length + Object.keys(metrics).length)
    })

    test('serves its routes and its page', () => {
      assert.deepEqual([said.json.status, said.json.type], [200, 'application/json'])
      assert.deepEqual(
        [said.prometheus.status, said.prometheus.type],
        [200, 'text/plain; version=0.0.4; charset=utf-8'],
      )
      assert.match(said.prometheus.body, /^buntime_pool_utilization 0\.1$/m)
      assert.match(said.prometheus.body, /^# TYPE buntime_pool_hits_total counter$/m)
      assert.match(said.prometheus.body, /^buntime_pool_ephemeral_queue_depth 0$/m)
      assert.equal(said.post.status, 405)
      for (const page of [said.page, said.view]) {
        assert.deepEqual([page.status, page.type], [200, 'text/html; charset=utf-8'])
        assert.match(page.body, /<title>Metrics</)
      }
    })

    test('sends events, and ends its streams with the host', () => {
      assert.deepEqual([said.sse.status, said.sse.events.length], [200, 2])
      assert.match(said.sse.type, /^text\/event-stream/)
      for (const { pool } of said.sse.events) assertHas(pool, { size: 10, active: 1 })
    })

    test('answers everything in its API, because the host replaces each 404 with a page', () => {
      assert.deepEqual([said.unknown.status, JSON.parse(said.unknown.body)], [410, { error: 'Not found' }])
      assert.deepEqual(
        [said.collector.status, JSON.parse(said.collector.body)],
        [410, { error: 'No collector is served here' }],
      )
      assert.equal(said.elsewhere.status, 200)
      assert.match(said.elsewhere.type, /^text\/html/)
    })
  })

  test('follows its manifest', () => {
    const said = hosted({ enabled: true, base: '/pool', prometheus: false, sseInterval: 50 })
    assert.equal(said.base, '/pool')
    assert.deepEqual([said.prometheus.status, said.prometheus.type], [410, 'application/json'])
    assert.match(said.prometheus.body, /switched off/)
    assert.deepEqual([said.json.status, said.stats.status, said.sse.status], [200, 200, 200])
  })
})

describe('the plugin, copied into a folder of plugins', { skip }, () => {
  test('has an error with the remedy if its binary is missing, and then works', () => {
    install((folder) => fs.cpSync(installed(plain), folder, { recursive: true }))
    const folder = path.join(plugins, 'tallystick')
    const failed = hosted({ enabled: true })
    assert.equal(failed.name, undefined)
    assert.equal(failed.log.length, 1)
    assert.match(failed.log[0].message, /^Failed to load plugin "@buntime\/plugin-metrics"/)
    assert.ok(failed.log[0].error.includes(`npm install in ${folder}`), failed.log[0].error)

    fs.cpSync(installed(plain, platformPackage), path.join(folder, 'node_modules', platformPackage), {
      recursive: true,
    })
    assert.deepEqual(hosted({ enabled: true }).json.status, 200)
  })
})

describe('the routes', { skip }, () => {
  test('are a Hono app if Hono is installed, can be mounted under their base, and keep their 404', () => {
    const script = `
      const { Hono } = await import('hono')
      const { default: createPlugin } = await import('tallystick/buntime')
      const plugin = createPlugin()
      plugin.onInit({ pool: { size: 1, workers: [] } })
      const app = new Hono().route(plugin.base, plugin.routes)
      const of = async (path) => (await app.fetch(new Request('http://localhost/metrics' + path))).status
      console.log(JSON.stringify([await of('/api/metrics/stats'), await of('/workers'), await of('/api/metrics/nothing')]))`
    assert.deepEqual(JSON.parse(bun('--eval', script)), [200, 200, 404])
  })

  test('only have fetch without Hono, and mounting them throws an error that names the package', () => {
    const script = `
      const plugin = require('tallystick/buntime')()
      plugin.onInit({ pool: { size: 1, workers: [] } })
      try { plugin.routes.routes } catch ({ code, message }) { console.log(code, message) }
      plugin.routes.fetch(new Request('http://localhost/metrics/api/metrics/stats')).then(({ status }) => console.log(status))`
    assert.match(plain.node('--eval', script), /^ERR_TALLYSTICK_MODULE .* npm install hono\n200$/m)
  })

  test('have the types of Hono, as the host declares', () => {
    project.write(
      'typed.ts',
      `import type { Hono } from 'hono'
       import metricsPlugin from 'tallystick/buntime'
       interface Implementation { routes?: Hono; onInit?: (context: { config: Record<string, unknown>; pool?: unknown }) => void }
       const factory: (config?: Record<string, unknown>) => Implementation | Promise<Implementation> = metricsPlugin
       // @ts-expect-error Hono's own type, and not any
       const wrong: string = metricsPlugin().routes
       factory()`,
    )
    const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const types = ['--typeRoots', path.join(root, 'node_modules', '@types'), '--types', 'node']
    project.node(
      tsc,
      '--ignoreConfig',
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      ...types,
      'typed.ts',
    )
  })
})

/** @param {any} actual @param {Record<string, unknown>} expected some of its fields */
function assertHas(actual, expected) {
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, actual[name]])), expected)
}
