'use strict'

// Builds the page of ui/ into ui/dist, which the package contains and git does not, with tools of its own that are installed in ui/.
// What is built from the sources as they are is left alone.

const fs = require('node:fs')
const path = require('node:path')
const { main, root, run, runNode, runNpm } = require('./command')
const { contentHash } = require('./fingerprint')
const { dependenciesAreCurrent } = require('./lock')

const ui = path.join(root, 'ui')
const stamp = path.join(root, 'target', 'page.fingerprint')
const sources = ['index.html', 'package-lock.json', 'public', 'src', 'vite.config.ts'].map((name) =>
  path.join('ui', name),
)

/** Builds it unless it is there. */
function setUpPage() {
  const builtFrom = contentHash(sources)
  const isBuilt = fs.existsSync(path.join(ui, 'dist', 'index.html'))
  if (isBuilt && fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === builtFrom) return
  console.log('setup: building the page (npm run build:page)')
  buildPage()
  fs.mkdirSync(path.dirname(stamp), { recursive: true })
  fs.writeFileSync(stamp, builtFrom)
}

function buildPage() {
  setUpPageTools()
  // whoever tests us may have said otherwise: React's development build is half as large again
  const env = { NODE_ENV: 'production' }
  runNode('ui/node_modules/vite/bin/vite.js', ['build', '--logLevel', 'warn'], { cwd: ui, env })
}

/** What builds and tests it. */
function setUpPageTools() {
  if (dependenciesAreCurrent(ui)) return
  console.log('setup: installing what the page is built with (npm ci in ui/)')
  runNpm(['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd: ui })
}

/** The page against its types, and its logic, which Bun runs as it is written. @param {string | undefined} bun */
function testPage(bun) {
  setUpPageTools()
  runNode('ui/node_modules/typescript/bin/tsc', ['--project', 'ui/tsconfig.json'])
  if (!bun) return 'its types are right; there is no bun for this platform to run its tests'
  run(bun, ['test', './ui/test/unit'])
  return undefined
}

if (require.main === module) main(buildPage)

module.exports = { setUpPage, setUpPageTools, testPage }
