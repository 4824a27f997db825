'use strict'

// The packed package, installed without a network into an empty folder and used as its users do.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { bunPath } = require('../scripts/bun')
const { pack } = require('../scripts/pack')
const { platformName } = require('../lib/platform')

const root = path.resolve(__dirname, '..')
const { name, version } = require('../package.json')
const platformPackage = `${name}-${platformName()}`
const recorded = 'recorded and read\n'
/** @type {string} */
let folder
/** @type {{ name: string, tarball: string }[]} */
let packed

describe('the packed package', () => {
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-package-'))
    packed = pack(path.join(folder, 'tarballs')).filter(({ name: packedName }) =>
      [name, platformPackage].includes(packedName),
    )
    fs.cpSync(path.join(__dirname, 'consumer'), folder, { recursive: true })
    fs.cpSync(path.join(__dirname, 'types', 'usage.ts'), path.join(folder, 'usage.ts'))
    fs.writeFileSync(path.join(folder, 'package.json'), '{ "private": true }')
    npm('install', ...packed.map(({ tarball }) => tarball))
  })

  after(() => fs.rmSync(folder, { recursive: true, force: true }))

  test('is two tarballs, of the package and of this platform', () => {
    assert.deepEqual(
      packed.map((each) => each.name),
      [name, platformPackage],
    )
  })

  test('holds what runs, and neither sources nor tests nor scripts', () => {
    const files = filesUnder(path.join(folder, 'node_modules', name))
    const expected = [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'binding.d.ts',
      'binding.js',
      'index.d.ts',
      'index.js',
      'package.json',
    ]
    assert.deepEqual(
      files.filter((file) => !file.startsWith(`lib${path.sep}`)),
      expected,
    )
    assert.ok(files.filter((file) => file.startsWith(`lib${path.sep}`)).every((file) => file.endsWith('.js')))
  })

  test('asks for the binary of every platform, in its own version, and for nothing else', () => {
    const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8'))
    const platforms = fs.readdirSync(path.join(root, 'npm')).map((platform) => [`${name}-${platform}`, version])
    assert.deepEqual(manifest.optionalDependencies, Object.fromEntries(platforms))
    assert.deepEqual(manifest.dependencies ?? {}, {})
    assert.equal(manifest.scripts, undefined)
  })

  test('is required', () => assert.equal(node('records.cjs'), recorded))

  test('is imported by names', () => assert.equal(node('records.mjs'), recorded))

  test('exports its package.json and hides its files', () => {
    assert.equal(node('--print', `require('${name}/package.json').version`), `${version}\n`)
    assert.throws(() => node('--eval', `require('${name}/lib/errors.js')`), /ERR_PACKAGE_PATH_NOT_EXPORTED/)
  })

  test('exports at run time what index.d.ts declares', () => {
    const declared = [...contract().matchAll(/^export (?:declare )?(?:const|function|class) (\w+)/gm)].map(
      ([, word]) => word,
    )
    const exported = JSON.parse(node('--print', `JSON.stringify(Object.keys(require('${name}')))`))
    assert.deepEqual(exported.sort(), [...new Set(declared)].sort())
  })

  for (const module of ['node16', 'bundler']) {
    test(`is typed for ${module} resolution`, () => {
      // A bundler understands modules only; Node takes a .ts file here for CommonJS, and so runs what comes out.
      const options =
        module === 'node16' ? ['--module', 'node16'] : ['--module', 'esnext', '--moduleResolution', 'bundler']
      typescript(...options, '--outDir', module)
      if (module === 'node16') assert.equal(node(path.join(module, 'records.js')), recorded)
    })
  }

  for (const file of ['records.cjs', 'records.mjs', 'records.ts']) {
    test(`runs ${file} in Bun`, { skip: bunPath() ? false : 'there is no bun for this platform' }, () => {
      assert.equal(run(String(bunPath()), [file]), recorded)
    })
  }

  test('names the platform and the missing package where there is no binary', () => {
    fs.renameSync(path.join(folder, 'node_modules', platformPackage), path.join(folder, 'away'))
    const error = JSON.parse(
      node('--eval', `try { require('${name}') } catch (e) { console.log(JSON.stringify([e.code, e.message])) }`),
    )
    fs.renameSync(path.join(folder, 'away'), path.join(folder, 'node_modules', platformPackage))
    assert.equal(error[0], 'ERR_TALLYSTICK_BINARY')
    assert.ok(
      error[1].includes(`for ${platformName()} is missing: install the package ${platformPackage}@${version}`),
      error[1],
    )
  })
})

/** Neither a network nor what npm may have kept of earlier ones. @param {string[]} args */
function npm(...args) {
  const options = [
    '--offline',
    '--cache',
    path.join(folder, 'cache'),
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
  ]
  const cli = process.env.npm_execpath
  const [program, first] = cli?.endsWith('npm-cli.js') ? [process.execPath, [cli]] : ['npm', []]
  return run(program, [...first, ...args, ...options])
}

/** @param {string[]} args */
function node(...args) {
  return run(process.execPath, args)
}

/** Strict, and our declarations are checked too. @param {string[]} options */
function typescript(...options) {
  const types = ['--types', 'node', '--typeRoots', path.join(root, 'node_modules', '@types')]
  const args = ['--strict', '--target', 'es2023', '--lib', 'es2023', ...types, ...options, 'records.ts', 'usage.ts']
  return node(path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ...args)
}

/** @param {string} program @param {string[]} args @returns {string} what it printed */
function run(program, args) {
  // The npm that runs our tests tells its children that the repository is their project.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^(npm_|NODE_TEST_CONTEXT|NODE_OPTIONS)/i.test(key)),
  )
  try {
    return execFileSync(program, args, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const { stdout, stderr } = /** @type {any} */ (error)
    throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`)
  }
}

function contract() {
  return fs.readFileSync(path.join(root, 'index.d.ts'), 'utf8')
}

/** @param {string} from @returns {string[]} sorted, relative */
function filesUnder(from) {
  const entries = fs.readdirSync(from, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return files.map((entry) => path.relative(from, path.join(entry.parentPath ?? entry.path, entry.name))).sort()
}
