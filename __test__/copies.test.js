'use strict'

// Two installations in one process cause a warning as soon as the second one is used.

const assert = require('node:assert/strict')
const { spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { platformName } = require('../lib/platform')

const root = path.resolve(__dirname, '..')
const WARNING = /two copies of tallystick/g
/** @type {string} a second installation */
let copy

/**
 * The warnings of a process whose main thread runs `source`, and whose workers run the second.
 * @param {string} source
 * @param {string} inWorker
 */
function said(source, inWorker) {
  const program = `
    const { Worker } = require('node:worker_threads')
    const [mine, other] = ${JSON.stringify([root, copy])}
    const runWorker = () => new Worker(${JSON.stringify(inWorker)}, { eval: true, workerData: { mine, other } })
    ${source}
  `
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
  return stderr.match(WARNING)?.length ?? 0
}

const records = (/** @type {string} */ which) =>
  `require(require('node:worker_threads').workerData.${which}).metrics.inc('a')`

describe('a second installation of tallystick', () => {
  before(() => {
    copy = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-copy-'))
    for (const file of ['package.json', 'index.js', 'lib', `tallystick.${platformName()}.node`]) {
      fs.cpSync(path.join(root, file), path.join(copy, file), { recursive: true })
    }
  })

  after(() => fs.rmSync(copy, { recursive: true, force: true }))

  test('causes a warning in a worker if the main thread recorded before', () => {
    assert.equal(said(`require(mine).metrics.inc('a'); runWorker()`, records('other')), 1)
  })

  test('causes a warning in a worker if the main thread has only loaded the first', () => {
    assert.equal(said(`require(mine); setImmediate(() => setImmediate(runWorker))`, records('other')), 1)
  })

  test('causes a warning in a worker that only loads it', () => {
    const loads = records('other').replace(`.metrics.inc('a')`, '')
    assert.equal(said(`require(mine).metrics.inc('a'); runWorker()`, loads), 1)
  })

  test('states routes that the first one records, also after the module cache was emptied', () => {
    const warnings = said(
      `
      const { Collector, createMetrics, instrument } = require(mine)
      const own = createMetrics(new Collector())
      const http = require('node:http')
      const server = http.createServer((request, response) => {
        for (const file of Object.keys(require.cache)) delete require.cache[file]
        require(other).setHttpRoute(request, '/items/:id')
        response.end()
      })
      const servers = process.versions.bun === undefined ? [] : [server]
      instrument({ collector: own.collector, client: false, servers })
      server.listen(0, '127.0.0.1', () => {
        http.get({ port: server.address().port, host: '127.0.0.1', path: '/items/1', agent: false }, (response) => {
          response.resume().on('close', () => {
            server.close(() => {
              const [{ series }] = own.readSync({ names: ['http.server.request.duration'] })
              require('node:assert').equal(series[0].labels['http.route'], '/items/:id')
            })
          })
        })
      })
    `,
      '',
    )
    assert.equal(warnings, 0)
  })

  test('causes no warning if all threads have the same one', () => {
    assert.equal(said(`require(mine).metrics.inc('a'); runWorker()`, records('mine')), 0)
  })
})

test('two module graphs of one thread, as Next.js makes them, record into the same metrics, and each serves all', () => {
  const other = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-graph-'))
  try {
    for (const file of ['package.json', 'index.js', 'prom-client.js', 'lib']) {
      fs.cpSync(path.join(root, file), path.join(other, file), { recursive: true })
    }
    // both bundles load the same binary
    const binary = `tallystick.${platformName()}.node`
    fs.symlinkSync(path.join(root, binary), path.join(other, binary))
    const program = `
      const http = require('node:http')
      const { once } = require('node:events')
      const graphs = ${JSON.stringify([root, other])}.map((folder) => ({
        own: require(folder),
        client: require(folder + '/prom-client'),
      }))
      async function main() {
        for (const [at, { own, client }] of graphs.entries()) {
          own.instrument({ client: false })
          own.collectDefaultMetrics()
          own.metrics.inc('pages')
          own.metrics.inc('of', 1, { graph: at })
          own.metrics.timing('render').labels({ page: 'home' }).observeMillis(5)
          new client.Counter({ name: 'orders_total', help: 'Orders', labelNames: ['country'] }).inc({ country: 'br' })
          new client.Histogram({ name: 'size', help: 'Sizes', buckets: [1] }).observe(at)
        }
        const server = http.createServer((req, res) => {
          const { own, client } = graphs[req.url[1]]
          if (req.url.endsWith('client')) client.register.metrics().then((text) => res.end(text))
          else own.metrics.handle(req, res)
        })
        await once(server.listen(0, '127.0.0.1'), 'listening')
        const texts = []
        for (const url of ['0', '1', '0/client', '1/client']) {
          texts.push(await (await fetch('http://127.0.0.1:' + server.address().port + '/' + url)).text())
        }
        console.log(JSON.stringify(texts))
        process.exit()
      }
      main()
    `
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' })
    assert.equal(status, 0, stderr)
    assert.equal(stderr, '')
    for (const [requests, text] of JSON.parse(stdout).entries()) {
      for (const sample of [
        'pages_total 2',
        'of_total{graph="0"} 1',
        'of_total{graph="1"} 1',
        'render_seconds_count{page="home"} 2',
        'orders_total{country="br"} 2',
        'size_bucket{le="1"} 2',
      ]) {
        assert.equal(text.split('\n').filter((line) => line === sample).length, 1, `${sample} in\n${text}`)
      }
      // a request is counted by one graph, when the server notices its end, and the process is measured once
      const count = /^http_server_request_duration_seconds_count\{.*\} (\d+)$/m.exec(text)
      assert.ok(Number(count?.[1] ?? 0) <= requests, `${count?.[1]} after ${requests} requests`)
      assert.equal(text.match(/^process_open_fds /gm).length, 1)
    }
  } finally {
    fs.rmSync(other, { recursive: true, force: true })
  }
})

test('a copy continues to record when the module cache is emptied, as by test runners and reloaders', () => {
  const program = `
    const { metrics } = require(${JSON.stringify(root)})
    const record = { counter: 'inc', gauge: 'set', timing: 'observeMillis', histogram: 'observe' }
    metrics.counter('first').labels({ a: 1 }).inc()
    for (let round = 0; round < 2; round++) {
      for (const file of Object.keys(require.cache)) delete require.cache[file]
      require(${JSON.stringify(root)})
      for (const [kind, verb] of Object.entries(record)) {
        const series = metrics[kind](kind + round).labels({ a: 1 })
        series[verb](5)
        metrics[kind](kind + round).remove({ a: 1 })
        series[verb](5)
        if (series.value() === undefined) throw new Error(kind)
      }
    }
  `
  const { status, stderr } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' })
  assert.equal(status, 0, stderr)
})
