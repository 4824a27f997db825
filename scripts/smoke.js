'use strict'

// Checks that the tarballs of a folder work on this machine: `node scripts/smoke.js <folder>` installs them into an empty folder,
// without a network, then records in two threads and reads.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { main, run, runNpm } = require('./command')
const { platformName } = require('../lib/platform')

const { name, version } = require('../package.json')

const program = `
  const { Worker, isMainThread } = require('node:worker_threads')
  const { metrics } = require('${name}')
  metrics.inc('smoke', 1, { thread: isMainThread ? 'main' : 'worker' })
  metrics.observeMillis('smoke.lasted', 2)
  if (isMainThread) new Worker(__filename).on('exit', async () => {
    const { body } = await metrics.prometheus()
    const text = new TextDecoder().decode(body)
    for (const line of ['smoke_total{thread="main"} 1', 'smoke_total{thread="worker"} 1', 'smoke_lasted_seconds_count 2']) {
      if (!text.split('\\n').includes(line)) throw new Error('no ' + line + ' in\\n' + text)
    }
    console.log('${name}@${version} records and reads on ${platformName()} under Node ' + process.versions.node)
  })
`

/** @param {string} tarballs the folder that `npm run pack` wrote */
function smokeTest(tarballs) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-smoke-'))
  try {
    fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }')
    fs.writeFileSync(path.join(folder, 'smoke.js'), program)
    const files = [name, `${name}-${platformName()}`].map((each) => path.resolve(tarballs, `${each}-${version}.tgz`))
    const offline = [
      '--offline',
      '--cache',
      path.join(folder, 'cache'),
      '--no-audit',
      '--no-fund',
      '--loglevel',
      'error',
    ]
    runNpm(['install', ...offline, ...files], { cwd: folder })
    run(process.execPath, ['smoke.js'], { cwd: folder })
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

if (require.main === module) {
  main(() => {
    const [folder] = process.argv.slice(2)
    if (!folder) throw new Error('the folder of the tarballs is missing: node scripts/smoke.js <folder>')
    smokeTest(folder)
  })
}

module.exports = { smokeTest }
