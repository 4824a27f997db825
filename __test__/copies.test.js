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

/** The warnings of a process whose main thread runs `source`, and whose workers run the second. @param {string} source @param {string} inWorker */
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

  test('causes no warning if all threads have the same one', () => {
    assert.equal(said(`require(mine).metrics.inc('a'); runWorker()`, records('mine')), 0)
  })
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
