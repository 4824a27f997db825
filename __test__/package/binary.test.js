'use strict'

// The binary in the packed package of this platform: its system requirements, size and load time.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { faultsOf } = require('../../scripts/binary')
const { isPortable } = require('../../scripts/portable')
const { platformName } = require('../../lib/platform')
const { Project, platformPackage } = require('./project')

const MOST_MILLIS = 5
/** @type {Project} */
let project
/** @type {string} */
let binary

describe('the packed binary', () => {
  before(() => {
    project = new Project()
    binary = path.join(project.folder, 'node_modules', platformPackage, `tallystick.${platformName()}.node`)
  })

  after(() => project.remove())

  test('is for this platform, under 2 MB, and runs on older systems', (t) => {
    if (!isPortable()) t.diagnostic('built without zig: what it asks of glibc is not checked')
    assert.deepEqual(
      faultsOf(binary).filter((fault) => isPortable() || !fault.includes('GLIBC')),
      [],
    )
  })

  test(`loads in under ${MOST_MILLIS} ms`, (t) => {
    // Other processes can only slow it down, so the best of three medians measures the binary.
    const medians = [1, 2, 3].map(() => medianLoadMillis(7))
    t.diagnostic(`medians of 7 processes: ${medians.map((millis) => millis.toFixed(2)).join(', ')} ms`)
    assert.ok(Math.min(...medians) < MOST_MILLIS, `${medians} ms`)
  })

  test('is rejected if it is for another platform, too large, or requires a newer glibc', {
    skip: process.platform !== 'linux',
  }, () => {
    const bytes = fs.readFileSync(binary)
    const newer = Buffer.from(bytes)
    const at = newer.indexOf('GLIBC_2.28\0')
    if (at > 0) newer.write('GLIBC_2.34', at, 'latin1')
    const cases = [
      ['win32-x64-msvc', bytes, /is for another system, not for win32 x64/],
      ['darwin-arm64', bytes, /not for darwin arm64/],
      [`linux-${process.arch === 'x64' ? 'arm64' : 'x64'}-gnu`, bytes, /not for linux/],
      [platformName(), Buffer.concat([bytes, Buffer.alloc(2_000_000)]), /bytes; at most 2000000/],
      ...(at > 0 ? [[platformName(), newer, /GLIBC_2\.34; at most GLIBC_2\.28/]] : []),
    ]
    for (const [platform, content, fault] of cases) {
      const file = path.join(project.folder, `other.${platform}.node`)
      fs.writeFileSync(file, /** @type {Buffer} */ (content))
      assert.match(faultsOf(file).join(), /** @type {RegExp} */ (fault))
    }
  })
})

/** @param {number} processes */
function medianLoadMillis(processes) {
  const load = `
    const started = performance.now()
    process.dlopen({ exports: {} }, ${JSON.stringify(binary)})
    console.log(performance.now() - started)
  `
  const millis = Array.from({ length: processes }, () => Number(project.node('--eval', load)))
  return millis.sort((left, right) => left - right)[Math.floor(processes / 2)]
}
