'use strict'

// The CLI job of docs/recipes.md, in the runtime of this test. Servers are tested with their frameworks, in `package/`.

const assert = require('node:assert/strict')
const { execFileSync, spawnSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { after, test } = require('node:test')
const { samplesOf } = require('../support/exposition-samples')
const { close, listen } = require('../support/http')
const { Program, filesOf } = require('../support/recipes')

const root = path.join(__dirname, '..', '..')
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-recipes-'))
after(() => fs.rmSync(folder, { recursive: true, force: true }))

// it finds the package as a program of this folder does
const [[, text]] = Object.entries(filesOf('A CLI job'))
const program = path.join(folder, 'job.js')
fs.writeFileSync(program, text.replace("require('tallystick')", `require(${JSON.stringify(root)})`))

/** @param {Record<string, number>} samples */
function assertComplete(samples) {
  assert.equal(samples.import_rows_total, 1000)
  assert.equal(samples.import_duration_seconds_count, 1)
  assert.ok(Math.abs(samples.import_last_success_seconds - Date.now() / 1000) < 60)
  assert.ok(samples.import_process_cpu_seconds_total > 0)
}

test('the job leaves a file that is complete, and ends by itself', () => {
  const file = path.join(folder, 'metrics.prom')
  execFileSync(process.execPath, [program, file], { timeout: 60_000 })
  assertComplete(samplesOf(fs.readFileSync(file)))
  assert.deepEqual(fs.readdirSync(folder).toSorted(), ['job.js', 'metrics.prom'])
  const promtool = process.env.TALLYSTICK_PROMTOOL
  if (promtool) {
    const { status, stderr } = spawnSync(promtool, ['check', 'metrics'], {
      input: fs.readFileSync(file),
      encoding: 'utf8',
    })
    // 3 is for remarks on names, of which those of prom-client's metrics have some
    assert.ok(status === 0 || status === 3, stderr)
    assert.doesNotMatch(stderr, /error/)
  }
})

test('the job pushes to a Pushgateway, and fails if that refuses', async () => {
  const pushed = []
  const server = await listen(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    pushed.push({ method: request.method, url: request.url, type: request.headers['content-type'], body })
    response.writeHead(pushed.length === 1 ? 200 : 400).end()
  })
  try {
    const target = `http://127.0.0.1:${server.address().port}`
    assert.deepEqual(await ended(target), 0)
    const [{ method, url, type, body }] = pushed
    assert.deepEqual([method, url], ['PUT', '/metrics/job/import'])
    assert.match(type, /^text\/plain; version=0\.0\.4/)
    assertComplete(samplesOf(body))
    assert.notEqual(await ended(target), 0)
  } finally {
    await close(server)
  }
})

/** The exit code of a job. @param {string} target */
async function ended(target) {
  return new Program(folder, process.execPath, [program, target]).exitCode()
}
