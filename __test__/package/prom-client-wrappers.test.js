'use strict'

// Packages that use prom-client, over it and over `tallystick-prom-client`, which npm's `overrides` put in its place everywhere: the same
// application serves the same requests, and both expositions have the same families, series and counts.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const path = require('node:path')
const { before, describe, test } = require('node:test')
const { platformName } = require('../../lib/platform')
const { consumerFolder } = require('../../scripts/consumers')
const { dependents, pack } = require('../../scripts/pack')
const { name } = require('../../package.json')

const programs = path.join(__dirname, 'prom-client-wrappers')
const theirs = consumerFolder('prom-client-wrappers')
const ours = consumerFolder('prom-client-overrides')

/** What depends on time or on the state of the process: only the names of the samples are compared. */
const VARIABLE = /^\w*(process|nodejs)_|_(sum|bucket)\b|_up$|quantile=/
/** What the successor has, and prom-client has not. */
const ADDITIONAL = /nodejs_eventloop_utilization_/
/** How many there are depends on what the process does at this moment. */
const MOMENTARY = /nodejs_(active_(handles|requests|resources)\{|gc_\w+\{)|nodejs_gc_duration_seconds_/

/** Installs the same packages with prom-client replaced in the whole tree. */
function installOverridden() {
  const tarballs = path.join(ours, 'tarballs')
  fs.rmSync(ours, { recursive: true, force: true })
  const packed = Object.fromEntries(pack(tarballs).map((each) => [each.name, `file:${each.tarball}`]))
  const { devDependencies } = JSON.parse(fs.readFileSync(path.join(theirs, 'package.json'), 'utf8'))
  const { 'prom-client': _, ...dependencies } = devDependencies
  const platform = `${name}-${platformName()}`
  const overrides = { 'prom-client': packed[dependents[0]], [name]: packed[name], [platform]: packed[platform] }
  fs.writeFileSync(path.join(ours, 'package.json'), JSON.stringify({ private: true, dependencies, overrides }))
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel', 'error']
  // the npm that runs our tests passes the repository as the project to its children
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_/i.test(key)))
  execFileSync('npm', ['install', ...quiet], { cwd: ours, env, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** What an application answers to a scrape. @param {string} folder @param {string} program */
function exposition(folder, program) {
  fs.cpSync(programs, folder, { recursive: true })
  const [contentType, ...lines] = execFileSync(process.execPath, [program], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
  }).split('\n')
  // a family that is left out leaves its empty line
  const isCompared = (/** @type {string} */ line) => line !== '' && !ADDITIONAL.test(line) && !MOMENTARY.test(line)
  return { contentType, lines: lines.filter(isCompared) }
}

/** @param {string[]} lines */
function comparable(lines) {
  return lines.map((line) => {
    if (line.startsWith('#') || !VARIABLE.test(line)) return line
    return line.replace(/ \S+$/, '')
  })
}

describe('over tallystick-prom-client in place of prom-client', () => {
  before(installOverridden)

  test('there is no prom-client in the tree', () => {
    const manifest = path.join(ours, 'node_modules', 'prom-client', 'package.json')
    assert.equal(JSON.parse(fs.readFileSync(manifest, 'utf8')).name, 'tallystick-prom-client')
    const others = execFileSync('find', ['node_modules', '-path', '*/prom-client/package.json'], {
      cwd: ours,
      encoding: 'utf8',
    })
    assert.equal(others.trim(), path.join('node_modules', 'prom-client', 'package.json'))
  })

  for (const program of fs.readdirSync(programs).filter((file) => !file.startsWith('requests'))) {
    test(`${path.parse(program).name} exposes the same`, () => {
      const expected = exposition(theirs, program)
      const actual = exposition(ours, program)
      assert.equal(actual.contentType, expected.contentType)
      assert.ok(expected.lines.length > 50)
      assert.deepEqual(comparable(actual.lines), comparable(expected.lines))
    })
  }
})
