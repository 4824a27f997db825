'use strict'

// Vitest, as for a user of the packed package, with two test files: vitest/*.test.mjs.

const assert = require('node:assert/strict')
const { before, describe, test } = require('node:test')
const { nodePath } = require('../../scripts/nodes')
const { Project } = require('./project')

// [the folder of its version, a Node that it runs on]
const versions = [
  ['vitest-4', process.execPath],
  ['vitest-5', nodePath('24')],
]

for (const [version, node] of versions) {
  describe(`under ${version}, both files pass`, { skip: node ? false : 'Node 24 is not installed' }, () => {
    /** @type {Project} */
    let project

    before(() => {
      project = new Project(version)
      project.copy('vitest')
    })

    // [how the files share processes, and what else is tested, arguments]
    const ways = [
      ['in a process each'],
      ['one after the other, in one realm', '--no-isolate', '--no-file-parallelism'],
      ['one after the other, in a thread each', '--pool=threads', '--no-file-parallelism'],
      ['one after the other, in a vm context each', '--pool=vmThreads', '--no-file-parallelism'],
      ['with fake timers everywhere, before anything is loaded', '--config', 'fake-timers.config.mjs'],
    ]
    for (const [way, ...args] of ways) {
      test(way, () => {
        const said = project.run(String(node), ['node_modules/vitest/vitest.mjs', 'run', ...args])
        assert.match(said, /Test Files\s+2 passed \(2\)/)
        assert.doesNotMatch(said, /hanging|did not exit/)
      })
    }
  })
}
