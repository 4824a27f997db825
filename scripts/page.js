'use strict'

// Builds the page of ui/ into ui/dist, which the package contains and git does not, with tools of its own, installed in ui/.
// An up-to-date build is kept.

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

/** Builds it unless it is up to date. */
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
  // a test runner may have set another one, and React's development build is 1.5 times as large
  const env = { NODE_ENV: 'production' }
  runNode('ui/node_modules/vite/bin/vite.js', ['build', '--logLevel', 'warn'], { cwd: ui, env })
}

/** Installs what builds and tests it. */
function setUpPageTools() {
  if (dependenciesAreCurrent(ui)) return
  console.log("setup: installing the page's build tools (npm ci in ui/)")
  runNpm(['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd: ui })
}

/** Checks the page's types, and runs the tests of its logic, which Bun runs without a build. @param {string | undefined} bun */
function testPage(bun) {
  setUpPageTools()
  runNode('ui/node_modules/typescript/bin/tsc', ['--project', 'ui/tsconfig.json'])
  if (!bun) return 'the types were checked; there is no bun for this platform to run the tests'
  run(bun, ['test', './ui/test/unit'])
  return undefined
}

if (require.main === module) main(buildPage)

module.exports = { setUpPage, setUpPageTools, testPage }
