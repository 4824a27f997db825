'use strict'

// A release up to its last step, with the binaries that are present: packs, installs the tarballs into an empty folder, records and
// reads, and runs `npm publish --dry-run`.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { pack } = require('./pack')
const { publish } = require('./publish')
const { smokeTest } = require('./smoke')

function rehearseRelease() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-release-'))
  try {
    const only = pack(folder).map(({ name }) => name)
    smokeTest(folder)
    publish(folder, { only, dryRun: true })
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
}

module.exports = { rehearseRelease }
