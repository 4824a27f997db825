'use strict'

// The stages of `npm test`, in this order: cheap and general first. A stage throws if it fails, and returns a text if it was skipped:
// the reason.

const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { checkAdvisories } = require('./advisories')
const { build } = require('./build')
const { bunPath } = require('./bun')
const { isInNightly, isInstalled, root, run, runCargo, runInBackground, runNode } = require('./command')
const { setUpConsumer } = require('./consumers')
const { setUpChromium } = require('./chromium')
const { checkLicences } = require('./licences')
const { lines, nodePath, otherLoaders, setUpNode } = require('./nodes')
const { environment, setUpPrometheus, setUpPromtool, setUpPython, setUpVictoriaMetrics } = require('./oracles')
const { setUpPage, setUpPageTools, testPage } = require('./page')
const { setUpRedis } = require('./redis')
const { rehearseRelease } = require('./rehearsal')
const { checkVersions } = require('./version')

const biome = 'node_modules/@biomejs/biome/bin/biome'
const tsc = 'node_modules/typescript/bin/tsc'

/** Tests of Rust's memory, which take minutes and do not depend on the version of Node: only the running Node runs them. */
const slow = ['__test__/record/memory.test.js']

const MOST_MILLIS = 300_000
const TIMEOUT = `--test-timeout=${MOST_MILLIS}`
/** By default, Node.js runs one file fewer at a time than there are cores. */
const onAllCores = [TIMEOUT, `--test-concurrency=${os.availableParallelism()}`]

/** @type {Record<string, () => string | void | Promise<string | void>>} by name */
const stages = {
  /** JavaScript, TypeScript and JSON: style and likely mistakes. */
  lint: () => void runNode(biome, ['check', '--error-on-warnings']),
  rustfmt: () => rust('fmt', ['--check']),
  clippy: () => rust('clippy', ['--all-targets', '--', '-D', 'warnings']),
  rustdoc: () => rust('doc', ['--no-deps'], { RUSTDOCFLAGS: '-D warnings' }),
  rust: () => rust('test', []),
  loom: modelCheck,
  miri: interpret,
  types: checkTypes,
  generated: checkGenerated,
  versions: checkVersions,
  licences: checkLicences,
  advisories: checkAdvisories,
  python: setUpPython,
  promtool: setUpPromtool,
  node: () => testNode(testFiles(), process.execPath, onAllCores),
  ...Object.fromEntries(otherLines().map((line) => [`node-${line}`, () => testNodeLine(line)])),
  modules: testModuleLoaders,
  bun: testBun,
  page: () => testPage(bunPath()),
  browser: testInBrowser,
  package: () => testNode(['__test__/package/tarballs.test.js', '__test__/package/binary.test.js']),
  linters: () => testConsumer('linters'),
  bundlers: () => testConsumer('bundlers'),
  frameworks: testFrameworks,
  next: () => testConsumer('next'),
  bullmq: testQueue,
  pools: testPools,
  prometheus: testPrometheus,
  fleet: testFleet,
  buntime: () => testConsumer('buntime'),
  jest: () => testConsumer('jest'),
  vitest: testVitest,
  'prom-client': () => testConsumer('prom-client', 'prom-client-text'),
  'prom-client-wrappers': () => testConsumer('prom-client-wrappers'),
  'hdr-histogram-js': () => testConsumer('hdr-histogram-js'),
  opentelemetry: () => testConsumer('opentelemetry'),
  release: rehearseRelease,
}

/** @param {string} command of cargo @param {string[]} args @param {Record<string, string>} [env] */
function rust(command, args, env = {}) {
  runCargo([command, ...args], { env })
}

/** Every interleaving of the shared half's threads. Another configuration of the crate, so with a folder of its own. */
function modelCheck() {
  rust('test', ['--release', '--test', 'loom'], {
    RUSTFLAGS: `${process.env.RUSTFLAGS ?? ''} --cfg loom`.trim(),
    CARGO_TARGET_DIR: path.join(root, 'target', 'loom'),
    // A model runs for seconds: what a release spends on linking would take longer than it saves.
    CARGO_PROFILE_RELEASE_LTO: 'off',
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS: '16',
  })
}

/** Undefined behaviour in what owns, shares and reads cells. The interpreter comes with a nightly Rust only. */
function interpret() {
  if (!isInNightly('miri')) {
    return 'there is no nightly Rust with miri (rustup toolchain install nightly --component miri)'
  }
  if (!process.env.TALLYSTICK_LONG) return 'it takes many minutes; TALLYSTICK_LONG=1 runs it'
  const tests = ['cells::', 'histogram::', 'collector::', 'binding::memory']
  // proptest looks for failures of earlier runs in a file; each case takes seconds
  const env = { MIRIFLAGS: '-Zmiri-disable-isolation', PROPTEST_CASES: '4' }
  rust('+nightly', ['miri', 'test', '--lib', '--', ...tests], env)
}

/** The JavaScript against its JSDoc and index.d.ts, then index.d.ts against typed usages. */
function checkTypes() {
  runNode(tsc, ['--project', 'tsconfig.json'])
  runNode(tsc, ['--project', '__test__/types/tsconfig.json'])
}

/** binding.d.ts is committed: a build must give the same. */
function checkGenerated() {
  if (!process.env.CI) return 'outside CI (CI=true) generated files may differ from the committed ones'
  if (!fs.existsSync(path.join(root, '.git')) || !isInstalled('git')) return 'this is not a git checkout'
  build()
  run('git', ['diff', '--exit-code', '--', 'binding.d.ts', 'Cargo.lock'])
}

/** @param {string[]} files @param {string} [node] @param {string[]} [options] of it */
function testNode(files, node = process.execPath, options = [TIMEOUT]) {
  run(node, ['--expose-gc', '--test', '--test-reporter=spec', ...options, ...files], { env: environment() })
}

/** The lines of Node other than the running one. */
function otherLines() {
  return lines.filter((line) => nodePath(line) !== process.execPath)
}

/** @param {string} line of Node */
function testNodeLine(line) {
  const reason = setUpNode(line)
  if (reason) return reason
  testNode(
    testFiles().filter((file) => !slow.includes(file)),
    nodePath(line),
    onAllCores,
  )
}

/** The tests that depend on Node's module loader, which also changes within a line. */
function testModuleLoaders() {
  for (const version of otherLoaders) {
    const reason = setUpNode(version)
    if (reason) return reason
    console.log(`Node ${version}`)
    // the oldest versions have no option for a timeout; the processes that this file starts have one
    testNode(['__test__/modules.test.js'], nodePath(version), [])
  }
}

/**
 * The package with tools of its users.
 * @param {string} name of scripts/consumers.js
 * @param {string[]} more tests with the same tools
 */
function testConsumer(name, ...more) {
  const reason = setUpConsumer(name)
  if (reason) return reason
  testNode([name, ...more].map((each) => `__test__/package/${each}.test.js`))
}

/** The frameworks of servers. Where there is a Prometheus, it scrapes them. */
function testFrameworks() {
  const reason = setUpPrometheus()
  if (reason) console.log(reason)
  return testConsumer('frameworks', 'auto', 'http-routes', 'recipes')
}

/** A consumer of BullMQ's queues. */
function testQueue() {
  return setUpRedis() ?? testConsumer('bullmq')
}

/** The pools of other packages, under load. */
function testPools() {
  const reason = setUpConsumer('pools')
  if (reason) return reason
  testNode(testFiles('__test__/pools', []))
}

/** The monitoring guide and examples, with a real Prometheus. */
function testPrometheus() {
  const reason = setUpPrometheus()
  if (reason) return reason
  testNode(testFiles('__test__/monitoring', []))
}

/** The example of a fleet, with a real Prometheus that writes to a real VictoriaMetrics. */
function testFleet() {
  const reason = setUpPrometheus() ?? setUpVictoriaMetrics()
  if (reason) return reason
  testNode(testFiles('__test__/fleet', []))
}

function testVitest() {
  const reason = setUpConsumer('vitest-4') ?? setUpConsumer('vitest-5')
  if (reason) return reason
  // for Vitest 5
  setUpNode('24')
  testNode(['__test__/package/vitest.test.js'])
}

/**
 * The same files under Bun, each in a process of its own as under Node, because the default collector belongs to the process, and as
 * many at a time as there are cores.
 */
async function testBun() {
  const bun = bunPath()
  if (!bun) return 'there is no bun for this platform'
  const files = testFiles().values()
  /** @type {{ output: string, failure?: string }[]} */
  const failed = []
  const runFiles = async () => {
    for (const file of files) {
      const end = await runInBackground(bun, ['test', '--timeout', `${MOST_MILLIS}`, `./${file}`], environment())
      if (end.failure === undefined) process.stdout.write(end.output)
      else failed.push(end)
    }
  }
  await Promise.all(Array.from({ length: os.availableParallelism() }, runFiles))
  // last, because what a stage printed last is repeated at the end
  for (const { output } of failed) process.stdout.write(output)
  if (failed.length > 0) throw new Error(failed.map(({ failure }) => failure).join('; '))
}

/** The page in a browser, over a real server. */
function testInBrowser() {
  const reason = setUpChromium()
  if (reason) return reason
  setUpPage()
  setUpPageTools()
  const folder = path.join('ui', 'test', 'browser')
  const names = fs.readdirSync(path.join(root, folder)).filter((name) => name.endsWith('.test.js'))
  testNode(names.sort().map((name) => `${folder}/${name}`))
}

/** Folders whose tests have their own stages. */
const WITH_STAGES = ['fleet', 'monitoring', 'package', 'pools']

/**
 * The test files in a folder and its subfolders, those directly in it first.
 * @param {string} [folder]
 * @param {string[]} [without] names of subfolders
 * @returns {string[]}
 */
function testFiles(folder = '__test__', without = WITH_STAGES) {
  const entries = fs.readdirSync(path.join(root, folder), { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory() && !without.includes(entry.name))
  const names = entries.filter(({ name }) => name.endsWith('.test.js')).map(({ name }) => name)
  return [
    ...names.sort().map((name) => `${folder}/${name}`),
    ...folders.flatMap(({ name }) => testFiles(`${folder}/${name}`)),
  ]
}

module.exports = { stages }
