'use strict'

// Runs publint and "Are the types wrong?" on the packed package.

const assert = require('node:assert/strict')
const { before, describe, test } = require('node:test')
const { Project } = require('./project')

/** @type {Project} */
let project

describe('the packed package', () => {
  before(() => {
    project = new Project('linters')
  })

  test('has no findings of publint, nor has the package of this platform', () => {
    for (const { tarball } of project.packed) {
      const said = project.node('node_modules/publint/src/cli.js', 'run', '--strict', tarball)
      assert.match(said, /^All good!$/m, said)
    }
  })

  test('has correct types for every kind of module resolution', () => {
    const [{ tarball }] = project.packed
    const args = ['node_modules/@arethetypeswrong/cli/dist/index.js', '--format', 'json', tarball]
    const { analysis, problems } = JSON.parse(project.node(...args))
    assert.deepEqual(problems, {})
    for (const entry of ['.', './pool', './buntime']) {
      const { resolutions } = analysis.entrypoints[entry]
      assert.deepEqual(Object.keys(resolutions).sort(), ['bundler', 'node10', 'node16-cjs', 'node16-esm'], entry)
    }
  })
})
