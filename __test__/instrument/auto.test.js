'use strict'

// `tallystick/auto`, as users load it: in front of an application that does not know of it.

const assert = require('node:assert/strict')
const { execFileSync, spawn } = require('node:child_process')
const { once } = require('node:events')
const fs = require('node:fs')
const net = require('node:net')
const os = require('node:os')
const path = require('node:path')
const { createInterface } = require('node:readline')
const { after, describe, test } = require('node:test')
const { request } = require('../support/http')
const { until } = require('../support/until')

const root = path.join(__dirname, '..', '..')
const isBun = process.versions.bun !== undefined
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-auto-'))
after(() => fs.rmSync(folder, { recursive: true, force: true }))

/** An app in a process of its own, that prints its port. */
class App {
  output = ''
  errors = ''

  /** @param {string} name @param {string} text @param {Record<string, string>} env */
  constructor(name, text, env = { TALLYSTICK_PORT: '0' }) {
    const file = path.join(folder, name)
    fs.writeFileSync(file, text)
    const options = isBun ? ['--preload', path.join(root, 'auto.js')] : ['--import', 'tallystick/auto']
    const stdio = ['ignore', 'pipe', 'pipe']
    this.process = spawn(process.execPath, [...options, file], { cwd: root, stdio, env: { ...process.env, ...env } })
    this.ended = once(this.process, 'close')
    createInterface(this.process.stdout).on('line', (line) => {
      this.output += `${line}\n`
    })
    createInterface(this.process.stderr).on('line', (line) => {
      this.errors += `${line}\n`
    })
  }

  /** A port that it printed. @param {RegExp} pattern */
  async port(pattern = /port (\d+)/) {
    const printed = () => this.output + this.errors
    return Number(pattern.exec(await until(printed, (text) => pattern.test(text), 'it printed its port'))[1])
  }

  metricsPort() {
    return this.port(/metrics at http:\/\/127\.0\.0\.1:(\d+)\/metrics/)
  }

  /** The exposition, once it has what is expected. @param {RegExp} expected */
  async scrape(expected) {
    const port = await this.metricsPort()
    for (;;) {
      const { body } = await request(port, '/metrics')
      if (expected.test(body)) return body
    }
  }

  async stop() {
    this.process.kill('SIGKILL')
    await this.ended
  }
}

const server = `const server = require('node:http').createServer((req, res) => res.end('app'))
server.listen(0, '127.0.0.1', () => console.log('port', server.address().port))`

const bunServer = `console.log('port', Bun.serve({ port: 0, fetch: () => new Response('app') }).port)`

/** How programs start workers, by the constructor's name. */
const workers = {
  'node:worker_threads': {
    isMain: `require('node:worker_threads').isMainThread`,
    start: `new (require('node:worker_threads').Worker)(__filename)`,
  },
  ...(isBun && { Worker: { isMain: 'Bun.isMainThread', start: 'new Worker(__filename)' } }),
}

/** Runs an app while `use` runs. @param {App} app @param {() => Promise<void>} use */
async function running(app, use) {
  try {
    await use()
  } finally {
    await app.stop()
  }
}

describe('tallystick/auto', () => {
  test('measures the servers of an app and serves its metrics', { skip: isBun }, async () => {
    const app = new App('app.js', server)
    await running(app, async () => {
      const port = await app.port()
      await request(port, '/')
      await request(port, '/')
      const body = await app.scrape(/^http_server_request_duration_seconds_count\{.*\} 2$/m)
      assert.match(body, /http_response_status_code="200"/)
      // its own requests are not the app's
      assert.doesNotMatch(await app.scrape(/_count\{.*\} 2$/m), /_count\{.*\} [3-9]$/m)
    })
  })

  test('measures Bun.serve, also of a default export', { skip: !isBun }, async () => {
    const called = `const server = Bun.serve({ port: 0, routes: { '/users/:id': () => new Response('user') } })
console.log('port', server.port)`
    const exported = `export default { port: 0, fetch: () => new Response('app') }`
    const app = new App('called.js', called)
    await running(app, async () => {
      await request(await app.port(), '/users/7')
      await app.scrape(/^http_server_request_duration_seconds_count\{.*http_route="\/users\/:id".*\} 1$/m)
    })
    const another = new App('exported.js', exported)
    await running(another, async () => {
      await request(await another.port(/Started.*:(\d+)/), '/')
      await another.scrape(/^http_server_request_duration_seconds_count\{.*\} 1$/m)
    })
  })

  for (const [name, Worker] of Object.entries(workers)) {
    test(`measures the servers of workers made by ${name}, and serves from the main thread only`, async () => {
      const app = new App(
        'worker.js',
        `if (${Worker.isMain}) { ${Worker.start} } else { ${isBun ? bunServer : server} }`,
      )
      await running(app, async () => {
        await request(await app.port(), '/')
        await app.scrape(/^http_server_request_duration_seconds_count\{.*\} 1$/m)
        assert.equal(app.errors.match(/metrics at/g).length, 1)
      })
    })
  }

  test('measures the process and each thread, also one that spins for ever', async () => {
    const spinning = `const { Worker, isMainThread } = require('node:worker_threads')
if (isMainThread) new Worker(__filename)
else for (;;);`
    const app = new App('spinning.js', spinning)
    await running(app, async () => {
      const body = await app.scrape(/^nodejs_eventloop_lag_seconds\{thread="\d+"\} (?!0)\d/m)
      // there was no request: no route has a zero
      assert.doesNotMatch(body, /http_server_request_duration/)
      assert.match(body, /^process_cpu_seconds_total \d/m)
      assert.match(body, /^nodejs_heap_size_used_bytes \d/m)
      assert.match(body, /^nodejs_heap_size_used_bytes\{thread="\d+"\} \d/m)
      assert.match(body, /^nodejs_eventloop_lag_seconds 0/m)
    })
  })

  test('leaves what workers preload, their options and their classes as they are', { skip: !isBun }, async () => {
    fs.writeFileSync(path.join(folder, 'own-preload.js'), 'globalThis.preloaded = true')
    const app = new App(
      'classes.js',
      `const threads = require('node:worker_threads')
class Own extends threads.Worker { isOwn() { return true } }
if (!threads.isMainThread) console.log(globalThis.preloaded, threads.workerData.fruit, globalThis[Symbol.for('tallystick/1/auto')])
else {
  const preload = require('node:path').join(__dirname, 'own-preload.js')
  const worker = new Own(__filename, { preload, workerData: { fruit: 'pear' } })
  console.log(worker.isOwn(), worker instanceof Own, worker instanceof threads.Worker)
  try { new threads.Worker(Symbol()) } catch (error) { console.log(error instanceof TypeError) }
}`,
      {},
    )
    assert.deepEqual(await app.ended, [0, null])
    assert.equal(app.output, 'true true true\ntrue\ntrue pear true\n')
  })

  test('warns where the app has started other default metrics, and leaves it alone', async () => {
    const started = `process.on('warning', ({ code }) => console.log(code))
require(${JSON.stringify(root)}).collectDefaultMetrics({ labels: { app: 'shop' } })
require(${JSON.stringify(path.join(root, 'auto.js'))})
setTimeout(() => console.log('done'), 1)`
    const file = path.join(folder, 'started.js')
    fs.writeFileSync(file, started)
    assert.equal(execFileSync(process.execPath, [file], { encoding: 'utf8' }), 'TALLYSTICK_AUTO\ndone\n')
  })

  test('answers /metrics alone, and under names of this machine alone', async () => {
    const app = new App('waiting.js', 'setInterval(() => {}, 1000)')
    await running(app, async () => {
      const port = await app.metricsPort()
      assert.equal((await request(port, '/metrics?x')).status, 200)
      assert.equal((await request(port, '/')).status, 404)
      assert.equal((await request(port, '/metrics', { method: 'POST' })).status, 405)
      assert.equal((await request(port, '/metrics', { headers: { Host: 'rebound.example' } })).status, 403)
    })
  })

  test('serves this machine alone where the host is empty', async () => {
    const app = new App('empty.js', 'setInterval(() => {}, 1000)', { TALLYSTICK_PORT: '0', TALLYSTICK_HOST: '' })
    await running(app, async () => {
      const port = await app.metricsPort()
      const { status, body } = await request(port, '/metrics', { headers: { Host: 'rebound.example' } })
      assert.equal(status, 403)
      assert.match(body, /TALLYSTICK_HOST/)
    })
  })

  test('keeps no process alive', async () => {
    const app = new App('ending.js', 'console.log("done")')
    assert.deepEqual(await app.ended, [0, null])
    assert.equal(app.output, 'done\n')
  })

  test('warns of a port that it cannot use, and leaves the app alone', async () => {
    const taken = net.createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    for (const port of [String(taken.address().port), 'none', '70000']) {
      const ending = `setTimeout(() => console.log('done'), 1)
process.on('warning', ({ code }) => console.log(code))
require('node:net').createServer().listen(0, function () { this.close() })`
      const app = new App('taken.js', ending, { TALLYSTICK_PORT: port })
      assert.deepEqual(await app.ended, [0, null])
      assert.match(app.output + app.errors, /TALLYSTICK_PORT/)
      assert.match(app.output, /done/)
    }
    taken.close()
  })

  test('serves nothing where no port is set', async () => {
    const app = new App('silent.js', 'console.log(process.getActiveResourcesInfo?.().join())', { TALLYSTICK_PORT: '' })
    await app.ended
    assert.equal(app.errors, '')
    assert.doesNotMatch(app.output, /TCPServer/)
  })
})
