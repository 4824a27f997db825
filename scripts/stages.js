'use strict'

// What `npm test` runs, in this order: cheap and general first. A stage throws when it fails; a text that it returns is the
// reason why it was skipped on this machine.

const fs = require('node:fs')
const path = require('node:path')
const { build } = require('./build')
const { bunPath } = require('./bun')
const { isInstalled, root, run, runCargo, runNode } = require('./command')
const { environment, setUpPromtool, setUpPython } = require('./oracles')

const biome = 'node_modules/@biomejs/biome/bin/biome'
const tsc = 'node_modules/typescript/bin/tsc'

/** @type {Record<string, () => string | void>} by name */
const stages = {
  /** JavaScript, TypeScript and JSON: style and likely mistakes. */
  lint: () => void runNode(biome, ['check', '--error-on-warnings']),
  rustfmt: () => rust('fmt', ['--check']),
  clippy: () => rust('clippy', ['--all-targets', '--', '-D', 'warnings']),
  rustdoc: () => rust('doc', ['--no-deps'], { RUSTDOCFLAGS: '-D warnings' }),
  rust: () => rust('test', []),
  loom: modelCheck,
  types: checkTypes,
  generated: checkGenerated,
  python: setUpPython,
  promtool: setUpPromtool,
  node: () => testNode(testFiles()),
  bun: testBun,
  package: () => testNode(['__test__/package.test.js']),
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

/** The JavaScript against its JSDoc and index.d.ts, then index.d.ts against typed usages. */
function checkTypes() {
  runNode(tsc, ['--project', 'tsconfig.json'])
  runNode(tsc, ['--project', '__test__/types/tsconfig.json'])
}

/** binding.js and binding.d.ts are committed: a build must give the same. */
function checkGenerated() {
  if (!process.env.CI) return 'outside CI (CI=true) generated files may differ from the committed ones'
  if (!fs.existsSync(path.join(root, '.git')) || !isInstalled('git')) return 'this is not a git checkout'
  build()
  run('git', ['diff', '--exit-code', '--', 'binding.js', 'binding.d.ts', 'Cargo.lock'])
}

/** @param {string[]} files */
function testNode(files) {
  run(process.execPath, ['--expose-gc', '--test', '--test-reporter=spec', '--test-timeout=300000', ...files], {
    env: environment(),
  })
}

/** The same files under Bun, each in a process of its own as under Node: the default collector is a process-wide one. */
function testBun() {
  const bun = bunPath()
  if (!bun) return 'there is no bun for this platform'
  const failed = testFiles().filter(
    (file) => !passes(() => run(bun, ['test', '--timeout', '120000', `./${file}`], { env: environment() })),
  )
  if (failed.length > 0) throw new Error(`failed under Bun: ${failed.join(', ')}`)
}

/** @param {() => void} action */
function passes(action) {
  try {
    action()
    return true
  } catch {
    return false
  }
}

/** All but the package's test, which has a stage of its own. */
function testFiles() {
  const names = fs.readdirSync(path.join(root, '__test__')).filter((name) => name.endsWith('.test.js'))
  return names
    .filter((name) => name !== 'package.test.js')
    .sort()
    .map((name) => `__test__/${name}`)
}

module.exports = { stages }
