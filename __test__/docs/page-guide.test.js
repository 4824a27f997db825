'use strict'

// The program of the page's guide works, and the guide names every view.

const assert = require('node:assert/strict')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const { test } = require('node:test')
const { programsOf, run } = require('../support/programs')

const root = path.resolve(__dirname, '..', '..')
const guide = readFileSync(path.join(root, 'docs', 'page.md'), 'utf8')
const [overview] = programsOf('docs/page.md')

test('the program serves an overview without a pool, with requests and threads', () => {
  const program = overview.replace('http.createServer(', 'const server = http.createServer(')
  const append = `server.on('listening', async () => {
    const address = 'http://127.0.0.1:' + server.address().port + '/metrics/api/metrics/overview'
    for (;;) {
      const { pool, history } = await (await fetch(address)).json()
      const names = new Set(history.series.map(({ name }) => name))
      if (!names.has('http.server.request.duration') || !names.has('nodejs_eventloop_lag_seconds')) continue
      console.log(pool)
      process.exit()
    }
  })`
  // Bun publishes requests of node:http only for servers that it is given
  const runtime = process.versions.bun ? 'node' : process.execPath
  assert.equal(run(program, { append, keepAlive: true, runtime }), 'false\n')
})

test('every view is in the table', () => {
  const router = readFileSync(path.join(root, 'ui', 'src', 'router.tsx'), 'utf8')
  const paths = [...router.matchAll(/path: '\/(\w*)'/g)].map(([, name]) => name)
  assert.equal(paths.length, 7)
  for (const name of paths) assert.ok(guide.includes(name === '' ? '`/metrics`' : `\`/metrics/${name}\``), name)
})
