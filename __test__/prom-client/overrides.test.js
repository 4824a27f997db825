'use strict'

// Our packages in the place of both clients that packages of one tree may depend on: prom-client and its successor.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { after, before, test } = require('node:test')

const root = path.join(__dirname, '..', '..')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-overrides-'))
const PACKAGES = { 'prom-client': 'tallystick-prom-client', '@prometheus-io/client': 'tallystick-prometheus-io-client' }

before(() => {
  const modules = path.join(folder, 'node_modules')
  // as npm does with overrides
  for (const [name, own] of Object.entries(PACKAGES)) {
    fs.cpSync(path.join(root, 'packages', own), path.join(modules, name), { recursive: true })
  }
  fs.symlinkSync(root, path.join(modules, 'tallystick'), 'junction')
})

after(() => fs.rmSync(folder, { recursive: true, force: true }))

test('in place of both clients there is one registry, which has the metrics of the packages that use either', () => {
  const program = `
    const http = require('node:http')
    const { once } = require('node:events')
    const [one, other] = ${JSON.stringify(Object.keys(PACKAGES))}.map((name) => require(name))
    new one.Counter({ name: 'of_one_total', help: 'Help' }).inc(1)
    new other.Counter({ name: 'of_other_total', help: 'Help' }).inc(2)
    one.collectDefaultMetrics()
    async function main() {
      const server = http.createServer(async (req, res) => {
        res.end(await (req.url === '/one' ? one : other).register.metrics())
      })
      await once(server.listen(0, '127.0.0.1'), 'listening')
      const texts = []
      for (const path of ['one', 'other']) {
        texts.push(await (await fetch('http://127.0.0.1:' + server.address().port + '/' + path)).text())
      }
      console.log(JSON.stringify({ texts, isOne: one.register === other.register }))
      process.exit()
    }
    main()
  `
  fs.writeFileSync(path.join(folder, 'app.js'), program)
  const said = execFileSync(process.execPath, ['app.js'], { cwd: folder, encoding: 'utf8', timeout: 60_000 })
  const { texts, isOne } = JSON.parse(said)
  assert.equal(isOne, true)
  for (const text of texts) {
    assert.match(text, /^of_one_total 1$/m)
    assert.match(text, /^of_other_total 2$/m)
    assert.equal(text.match(/^process_open_fds \d+$/gm).length, 1)
  }
})
