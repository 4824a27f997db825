'use strict'

// Sets up a checkout: installs the dependencies of package-lock.json, and builds the addon and the page. It skips what is up to date,
// and then takes a fraction of a second.

const { build } = require('./build')
const { main, root, runNpm } = require('./command')
const { isBuilt } = require('./fingerprint')
const { dependenciesAreCurrent } = require('./lock')
const { setUpPage } = require('./page')

function setUp() {
  if (!dependenciesAreCurrent(root)) {
    console.log('setup: installing dependencies (npm ci)')
    runNpm(['ci', '--no-audit', '--no-fund', '--loglevel', 'error'])
  }
  if (!isBuilt()) {
    console.log('setup: building the addon (npm run build); the first time takes a minute or two')
    build()
  }
  setUpPage()
}

if (require.main === module) main(setUp)

module.exports = { setUp }
