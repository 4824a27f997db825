'use strict'

// Jest, as for a user of the packed package, with two test files: jest/*.test.js.

const assert = require('node:assert/strict')
const { before, describe, test } = require('node:test')
const { Project } = require('./project')

const twoFiles = /^Test Suites: 2 passed, 2 total$/m
/** @type {Project} */
let project

describe('under Jest, both files pass', () => {
  before(() => {
    project = new Project('jest')
    project.copy('jest')
  })

  // [how the files share processes, and what else is tested, arguments]
  const ways = [
    ['one after the other in one process', '--runInBand'],
    ['in a process each', '--maxWorkers=2'],
    ['one after the other in a thread', '--workerThreads', '--maxWorkers=1'],
    ['with fake timers everywhere, before anything is loaded', '--runInBand', '--config', 'fake-timers.config.js'],
  ]
  for (const [way, ...args] of ways) test(way, () => assert.match(jest(...args), twoFiles))

  test('and leave nothing open: Jest detects nothing, and ends', () => {
    const said = jest('--runInBand', '--detectOpenHandles')
    assert.match(said, twoFiles)
    assert.doesNotMatch(said, /open handle|did not exit/)
  })
})

/** @param {string[]} args @returns {string} what it printed @throws Error if it does not end within two minutes */
function jest(...args) {
  // Jest reports to stderr.
  return project.node('--eval', merged, 'node_modules/jest/bin/jest.js', '--ci', ...args)
}

const merged = `
  const { stdout, stderr, status, signal } = require('child_process').spawnSync(process.execPath, process.argv.slice(1), { encoding: 'utf8' })
  console.log(stdout + stderr)
  process.exitCode = signal ? 1 : status
`
