'use strict'

// The plugin in a host that mounts plugins as Buntime does, under Bun, from the packed package: the host is buntime/host.mjs.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { before, describe, test } = require('node:test')
const { bunPath } = require('../../scripts/bun')
const { Project } = require('./project')

/** @type {Project} */
let project

/** What the host prints. @param {string} how it mounts @param {object} [changes] of the manifest */
function hosted(how, changes) {
  return JSON.parse(project.run(String(bunPath()), ['host.mjs', how, JSON.stringify(changes ?? {})]))
}

describe('the plugin', { skip: bunPath() ? false : 'there is no bun for this platform' }, () => {
  before(() => {
    project = new Project('buntime')
    project.copy('buntime')
  })

  test('is off until its manifest enables it, and has the menus of its page', () => {
    const { menus, ...manifest } = hosted('cutting')
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

  for (const how of ['cutting', 'mounting']) {
    test(`answers at its four endpoints in a host that is ${how} its base`, () => {
      const said = hosted(how, { enabled: true, sseInterval: 60 })
      assert.deepEqual([said.name, said.base], ['@buntime/plugin-metrics', '/metrics'])
      const counts = { size: 10, active: 1, idle: 1, creating: 0, total: 2, utilization: 0.1 }
      assert.deepEqual([said.json.status, said.json.type], [200, 'application/json'])
      assertHas(JSON.parse(said.json.body).pool, counts)
      assert.deepEqual(
        [said.prometheus.status, said.prometheus.type],
        [200, 'text/plain; version=0.0.4; charset=utf-8'],
      )
      assert.match(said.prometheus.body, /^buntime_pool_utilization 0\.1$/m)
      assert.match(said.prometheus.body, /^buntime_pool_requests_total 42$/m)
      const { pool, workers } = JSON.parse(said.stats.body)
      assertHas(pool, counts)
      assert.deepEqual(
        workers.map(({ id, app, state, requests, uptime }) => [id, app, state, requests, uptime]),
        [
          ['apps@shop@1.2.0', 'shop@1.2.0', 'active', 40, 4],
          ['apps@mail@2.0.0', 'mail@2.0.0', 'idle', 2, 3],
        ],
      )
      assert.deepEqual([said.sse.status, said.sse.events.length], [200, 2])
      assert.match(said.sse.type, /^text\/event-stream/)
      for (const event of said.sse.events) assertHas(event.pool, counts)
      assert.deepEqual([said.post, said.unknown], [405, 404])
      assert.deepEqual([said.page.status, said.page.type], [200, 'text/html; charset=utf-8'])
      assert.match(said.page.body, /<title>Metrics</)
    })
  }

  test('does as its manifest says', () => {
    const said = hosted('cutting', { enabled: true, base: '/admin/pool', prometheus: false, sseInterval: 50 })
    assert.equal(said.base, '/admin/pool')
    assert.equal(said.prometheus.status, 404)
    assert.deepEqual([said.json.status, said.stats.status, said.sse.status], [200, 200, 200])
  })

  test('asks for hono only when its routes are asked for, and says so when it is not there', () => {
    const [here, away] = ['hono', 'hono-away'].map((name) => path.join(project.folder, 'node_modules', name))
    fs.renameSync(here, away)
    try {
      const script = `
        const plugin = require('tallystick/buntime')()
        try { plugin.routes } catch ({ code, message }) { console.log(plugin.name, code, message) }`
      const said = project.node('--eval', script)
      assert.match(said, /^@buntime\/plugin-metrics ERR_TALLYSTICK_MODULE .* npm install hono$/m)
    } finally {
      fs.renameSync(away, here)
    }
  })
})

/** @param {any} actual @param {Record<string, unknown>} expected some of its fields */
function assertHas(actual, expected) {
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, actual[name]])), expected)
}
