'use strict'

// The recipes for servers, with the real frameworks and the packed package: each has the routes and the metrics that it says.

const assert = require('node:assert/strict')
const path = require('node:path')
const { before, test } = require('node:test')
const { bunPath } = require('../../scripts/bun')
const { request } = require('../support/http')
const { PRINT_PORTS, Program, filesOf } = require('../support/recipes')
const { until } = require('../support/until')
const { Project, root } = require('./project')

const json = { 'content-type': 'application/json' }

// [recipe, requests as [method, path, status, body], what /metrics must have]
const recipes = [
  [
    'Express',
    [['POST', '/orders', 201, '{"country":"br"}', json]],
    [/^orders_total\{country="br"\} 1$/m, /http_route="\/orders"/],
  ],
  ['Fastify', [['GET', '/search', 200]], [/^search_seconds_count 1$/m, /http_route="\/search"/]],
  ['Hono', [['POST', '/login', 401]], [/^logins_total\{outcome="refused"\} 1$/m, /http_route="\/login"/]],
  ['Nest', [], [/^views_total 1$/m]],
  ['Koa', [['POST', '/uploads', 201, 'contents']], [/^uploads_bytes_sum 8$/m, /http_route="\/uploads"/]],
  ['Bun.serve', [['GET', '/files/a', 200]], [/^downloads_total 1$/m, /http_route="\/files\/:name"/]],
]

/** @type {Project} */
let project
before(() => {
  project = new Project('frameworks')
  project.write('print-ports.cjs', PRINT_PORTS)
})

/**
 * Writes the file of a recipe into a folder of its own, and compiles it if it is TypeScript.
 * @param {string} recipe
 * @param {string} [guide]
 */
function written(recipe, guide) {
  const [[name, text]] = Object.entries(filesOf(recipe, guide))
  const folder = `recipe-${recipe.toLowerCase()}`
  project.write(path.join(folder, name), text.replaceAll(/\b3000\b/g, '0'))
  if (!name.endsWith('.ts')) return path.join(folder, name)
  // as projects of Nest 12 are
  project.write(path.join(folder, 'package.json'), '{ "type": "module" }')
  const decorators = ['--experimentalDecorators', '--emitDecoratorMetadata']
  const options = ['--module', 'node16', '--target', 'es2022', '--skipLibCheck', '--types', 'node']
  const types = ['--typeRoots', path.join(root, 'node_modules', '@types'), '--ignoreConfig']
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  project.node(compiler, ...decorators, ...options, ...types, path.join(folder, name))
  return path.join(folder, name.replace(/ts$/, 'js'))
}

/**
 * Scrapes until everything is there: a server notices the end of a request in its own time.
 * @param {number} port
 * @param {RegExp[]} expected
 */
async function scraped(port, expected) {
  const read = async () => (await request(port, '/metrics')).body
  const isComplete = (body) => expected.every((pattern) => pattern.test(body))
  await until(read, isComplete, `${expected.join()} are there`)
}

for (const [recipe, requests, expected] of recipes) {
  const isForBun = recipe.startsWith('Bun')
  const skip = isForBun && !bunPath() && 'there is no bun for this platform'
  test(`the recipe for ${recipe} measures its routes, and serves what it records`, { skip }, async () => {
    const file = written(recipe)
    const options = isForBun
      ? ['--preload', './print-ports.cjs', '--preload', 'tallystick/auto']
      : ['--require', './print-ports.cjs', '--import', 'tallystick/auto']
    const app = new Program(project.folder, isForBun ? String(bunPath()) : process.execPath, [...options, file])
    try {
      const port = Number(await app.printed(/^port (\d+)$/))
      const user = await request(port, '/users/7')
      assert.equal(JSON.parse(user.body).id, '7')
      for (const [method, path, status, body, headers] of requests) {
        assert.equal((await request(port, path, { method, body, headers })).status, status)
      }
      const all = [
        ...expected,
        /^http_server_request_duration_seconds_count\{.*http_route="\/users\/:id".*\} 1$/m,
        /^process_cpu_seconds_total \d/m,
      ]
      await scraped(port, all)
    } finally {
      await app.stop()
    }
  })
}

test("the README's app is measured as the README shows", async () => {
  const file = written('', 'README.md')
  const options = ['--require', './print-ports.cjs', '--import', 'tallystick/auto']
  const app = new Program(project.folder, process.execPath, [...options, file], { TALLYSTICK_PORT: '0' })
  try {
    const metricsPort = await app.printed(/metrics at http:\/\/127\.0\.0\.1:(\d+)\/metrics/)
    const port = await app.printed(new RegExp(`^port (?!${metricsPort}$)(\\d+)$`))
    await request(Number(port), '/users/1')
    await request(Number(port), '/users/2')
    const labels = 'http_request_method="GET",http_response_status_code="200",http_route="/users/:id",url_scheme="http"'
    const shown = new RegExp(`^http_server_request_duration_seconds_count\\{${labels}\\} 2$`, 'm')
    await scraped(Number(metricsPort), [shown])
  } finally {
    await app.stop()
  }
})
