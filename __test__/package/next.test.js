'use strict'

// The routes of Next.js, of both of its routers, by itself and behind Express, and the recipe for it.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const http = require('node:http')
const { createRequire } = require('node:module')
const os = require('node:os')
const path = require('node:path')
const { after, before, test } = require('node:test')
const { Collector, createMetrics, instrument } = require('../..')
const { consumerFolder } = require('../../scripts/consumers')
const { close, request } = require('../support/http')
const { routesOf } = require('../support/http-metrics')
const { Program, filesOf } = require('../support/recipes')
const { until } = require('../support/until')
const { Project } = require('./project')

const folder = consumerFolder('next')
const requireIts = createRequire(path.join(folder, 'index.js'))

/** @type {Record<string, string>} */
const files = {
  'app/layout.js': 'export default function Layout({ children }) { return <html><body>{children}</body></html> }',
  'app/page.js': 'export default function Page() { return <p>home</p> }',
  'app/blog/[slug]/page.js': `export const dynamic = 'force-dynamic'
export default async function Page({ params }) { return <p>{(await params).slug}</p> }`,
  'app/api/items/[id]/route.js': 'export const GET = async (request, { params }) => Response.json(await params)',
  'pages/legacy/[id].js': `export default function Page() { return <p>legacy</p> }
export const getServerSideProps = () => ({ props: {} })`,
}

// its workers are not ours, although they run in a test
const { NODE_TEST_CONTEXT: _context, ...own } = process.env
const env = { ...own, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
const next = () => requireIts.resolve('next/dist/bin/next')

/** Builds an application in a folder. @param {string} cwd @param {Record<string, string>} sources */
function built(cwd, sources) {
  for (const [file, text] of Object.entries(sources)) {
    fs.mkdirSync(path.dirname(path.join(cwd, file)), { recursive: true })
    fs.writeFileSync(path.join(cwd, file), text)
  }
  execFileSync(process.execPath, [next(), 'build'], { cwd, env, stdio: 'ignore', timeout: 180_000 })
}

let app

before(async () => {
  // npm would leave out what is for development in production
  new Project('next')
  built(folder, files)
  process.env.NODE_ENV = 'production'
  app = requireIts('next')({ dir: folder, dev: false })
  await app.prepare()
})

after(() => app.close())

/** Of Express, for all requests. @type {Record<string, string | RegExp>} */
const routes = { 'a wildcard of express': '/{*any}', 'an expression of express': /^\/(?!private)/ }

for (const host of ['node:http', ...Object.keys(routes)]) {
  test(`Next.js with ${host} has the patterns of its pages and handlers as routes`, async () => {
    const own = createMetrics(new Collector())
    const stop = instrument({ collector: own.collector, client: false })
    const handler = app.getRequestHandler()
    const listener = (req, res) => handler(req, res)
    const route = routes[host]
    const server = http.createServer(route === undefined ? listener : requireIts('express')().all(route, listener))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const paths = ['/', '/blog/a', '/blog/b', '/api/items/7', '/legacy/1', '/none/1', '/none/2']
      for (const each of paths) await request(server.address().port, each)
      const count = (routes) => Object.values(routes).reduce((sum, each) => sum + each, 0)
      await until(
        () => routesOf(own),
        (routes) => count(routes) === paths.length,
        'all requests are recorded',
      )
      const expected = { '/ 200': 1, '/blog/[slug] 200': 2, '/api/items/[id] 200': 1, '/legacy/[id] 200': 1 }
      // behind Express, what Next.js does not know has the route of Express
      const missing = `${route ?? ''} 404`
      assert.deepEqual(routesOf(own), { ...expected, [missing]: 2 })
    } finally {
      stop()
      await close(server)
    }
  })
}

test('the recipe for Next.js measures its routes, and serves what its pages record', async () => {
  const recipe = path.join(folder, 'recipe')
  const page = `import { metrics } from 'tallystick'
export const dynamic = 'force-dynamic'
export default async function Page({ params }) {
  metrics.inc('pages')
  return <p>{(await params).slug}</p>
}`
  const { 'app/layout.js': layout } = files
  built(recipe, { ...filesOf('Next.js'), 'app/layout.js': layout, 'app/blog/[slug]/page.js': page })
  const server = new Program(recipe, process.execPath, [next(), 'start', '-p', '0', '-H', '127.0.0.1'], env)
  try {
    const port = Number(await server.printed(/http:\/\/127\.0\.0\.1:(\d+)/))
    // Next.js listens before it has run instrumentation.js
    await request(port, '/metrics')
    for (const each of ['/blog/a', '/blog/b']) assert.equal((await request(port, each)).status, 200)
    const expected = [
      /^http_server_request_duration_seconds_count\{.*http_route="\/blog\/\[slug\]".*\} 2$/m,
      /^pages_total 2$/m,
      /^process_cpu_seconds_total \d/m,
    ]
    const read = async () => (await request(port, '/metrics')).body
    const isComplete = (body) => expected.every((pattern) => pattern.test(body))
    await until(read, isComplete, `${expected.join()} are there`)
  } finally {
    await server.stop()
  }
})

/** Servers listen at any free port, and print it: standalone ones take 0 for 3000. */
const ANY_PORT = `const net = require('node:net')
const { listen } = net.Server.prototype
net.Server.prototype.listen = function (port, ...more) {
  this.once('listening', () => console.log('port', this.address().port))
  return listen.call(this, typeof port === 'number' ? 0 : port, ...more)
}
`

test('a standalone build of the recipe contains the binary, and runs elsewhere', async () => {
  const source = path.join(folder, 'standalone')
  const { 'next.config.mjs': config, ...recipe } = filesOf('Next.js')
  const root = `output: 'standalone', outputFileTracingRoot: ${JSON.stringify(folder)}, turbopack: { root: ${JSON.stringify(folder)} },`
  built(source, {
    ...recipe,
    'next.config.mjs': config.replace('{', `{ ${root}`),
    'app/layout.js': files['app/layout.js'],
    'app/page.js': files['app/page.js'],
  })
  const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-standalone-'))
  fs.cpSync(path.join(source, '.next', 'standalone'), elsewhere, { recursive: true, verbatimSymlinks: true })
  fs.writeFileSync(path.join(elsewhere, 'any-port.js'), ANY_PORT)
  const args = ['--require', './any-port.js', path.join('standalone', 'server.js')]
  const server = new Program(elsewhere, process.execPath, args, { ...env, HOSTNAME: '127.0.0.1' })
  try {
    const port = Number(await server.printed(/^port (\d+)/))
    const read = async () => ({ body: (await request(port, '/metrics')).body, printed: server.lines })
    const isMeasured = ({ body }) => /^process_resident_memory_bytes \d/m.test(body)
    await until(read, isMeasured, 'it has run instrumentation.js')
  } finally {
    await server.stop()
    fs.rmSync(elsewhere, { recursive: true })
  }
})
