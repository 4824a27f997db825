'use strict'

// The packed package, installed without a network into an empty folder and used as by its users.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { bunPath } = require('../../scripts/bun')
const { platformName, platforms } = require('../../lib/platform')
const { name, version } = require('../../package.json')
const { Project, platformPackage, root } = require('./project')

const recorded = 'recorded and read\n'
/** @type {Project} */
let project

describe('the packed package', () => {
  before(() => {
    project = new Project()
    project.copy('consumer')
    fs.cpSync(path.join(root, '__test__', 'types'), path.join(project.folder, 'types'), { recursive: true })
  })

  after(() => project.remove())

  test('consists of two tarballs, one of them for this platform', () => {
    assert.deepEqual(
      project.packed.map((each) => each.name),
      [name, platformPackage],
    )
  })

  test('contains what runs, without Rust sources, tests and scripts', () => {
    const files = filesUnder(path.join(project.folder, 'node_modules', name))
    const expected = [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'auto.d.ts',
      'auto.js',
      'binding.d.ts',
      'buntime.d.ts',
      'buntime.js',
      'index.d.ts',
      'index.js',
      'manifest.yaml',
      'opentelemetry.d.ts',
      'opentelemetry.js',
      path.join('opentelemetry', 'register.d.ts'),
      path.join('opentelemetry', 'register.js'),
      'package.json',
      'pool.d.ts',
      'pool.js',
      'prom-client.d.ts',
      'prom-client.js',
      'prometheus-io-client.d.ts',
      'prometheus-io-client.js',
    ]
    const page = files.filter((file) => file.startsWith(path.join('ui', path.sep)))
    assert.ok(page.includes(path.join('ui', 'dist', 'index.html')))
    assert.ok(page.every((file) => file.startsWith(path.join('ui', 'dist', path.sep))))
    const folders = ['docs', 'examples', 'lib', 'ui'].map((folder) => `${folder}${path.sep}`)
    assert.deepEqual(
      files.filter((file) => !folders.some((folder) => file.startsWith(folder))),
      expected,
    )
    assert.ok(files.filter((file) => file.startsWith(`lib${path.sep}`)).every((file) => file.endsWith('.js')))
  })

  test('contains every file that its README and guides link to', () => {
    const folder = path.join(project.folder, 'node_modules', name)
    for (const file of filesUnder(folder).filter((each) => each.endsWith('.md'))) {
      const text = fs.readFileSync(path.join(folder, file), 'utf8')
      for (const [, link] of text.matchAll(/\]\(([^)#]+)[^)]*\)/g)) {
        const target = path.join(folder, path.dirname(file), link)
        assert.ok(/^https?:/.test(link) || fs.existsSync(target), `${link} in ${file}`)
      }
    }
  })

  test('depends on the binary of every platform, in its own version, and on nothing else', () => {
    const manifest = JSON.parse(
      fs.readFileSync(path.join(project.folder, 'node_modules', name, 'package.json'), 'utf8'),
    )
    const packages = platforms.map((platform) => [`${name}-${platform}`, version])
    assert.deepEqual(manifest.optionalDependencies, Object.fromEntries(packages))
    assert.deepEqual(manifest.dependencies ?? {}, {})
    assert.equal(manifest.scripts, undefined)
  })

  test('can be required', () => assert.equal(project.node('records.cjs'), recorded))

  test('can be imported by name', () => assert.equal(project.node('records.mjs'), recorded))

  test('is the same under any conditions', () => {
    for (const conditions of ['development', 'production', 'browser', 'module', 'edge-light', 'react-server']) {
      for (const file of ['records.cjs', 'records.mjs']) {
        assert.equal(project.node(`--conditions=${conditions}`, file), recorded)
      }
    }
  })

  test('exports its package.json and hides its files', () => {
    assert.equal(project.node('--print', `require('${name}/package.json').version`), `${version}\n`)
    assert.throws(() => project.node('--eval', `require('${name}/lib/metrics.js')`), /ERR_PACKAGE_PATH_NOT_EXPORTED/)
  })

  test('exports at run time what index.d.ts declares', () => {
    const declared = [...contract().matchAll(/^export (?:declare )?(?:const|function|class) (\w+)/gm)].map(
      ([, word]) => word,
    )
    const exported = JSON.parse(project.node('--print', `JSON.stringify(Object.keys(require('${name}')))`))
    assert.deepEqual(exported.sort(), [...new Set(declared)].sort())
  })

  for (const module of ['node16', 'bundler']) {
    test(`is typed for ${module} resolution`, () => {
      // A bundler accepts modules only; Node treats a .ts file here as CommonJS, so it can run the result.
      const options =
        module === 'node16' ? ['--module', 'node16'] : ['--module', 'esnext', '--moduleResolution', 'bundler']
      typescript(...options, '--outDir', module)
      if (module === 'node16') assert.equal(project.node(path.join(module, 'records.js')), recorded)
    })
  }

  for (const file of ['records.cjs', 'records.mjs', 'records.ts']) {
    test(`runs ${file} in Bun`, { skip: bunPath() ? false : 'there is no bun for this platform' }, () => {
      assert.equal(project.run(String(bunPath()), [file]), recorded)
    })
  }

  test('names the platform and the missing package if there is no binary', () => {
    fs.renameSync(path.join(project.folder, 'node_modules', platformPackage), path.join(project.folder, 'away'))
    const error = JSON.parse(
      project.node(
        '--eval',
        `try { require('${name}') } catch (e) { console.log(JSON.stringify([e.code, e.message])) }`,
      ),
    )
    fs.renameSync(path.join(project.folder, 'away'), path.join(project.folder, 'node_modules', platformPackage))
    assert.equal(error[0], 'ERR_TALLYSTICK_BINARY')
    assert.ok(
      error[1].includes(`for ${platformName()} is missing: install the package ${platformPackage}@${version}`),
      error[1],
    )
  })
})

/** Compiles strictly, including our declarations. @param {string[]} options */
function typescript(...options) {
  const types = ['--types', 'node', '--typeRoots', path.join(root, 'node_modules', '@types')]
  const files = [
    'records.ts',
    ...fs
      .readdirSync(path.join(project.folder, 'types'))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `types/${file}`),
  ]
  const args = ['--strict', '--target', 'es2023', '--lib', 'es2023', ...types, ...options, ...files]
  return project.node(path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ...args)
}

function contract() {
  return ['index.d.ts', 'pool.d.ts'].map((file) => fs.readFileSync(path.join(root, file), 'utf8')).join('\n')
}

/** @param {string} from @returns {string[]} sorted, relative */
function filesUnder(from) {
  const entries = fs.readdirSync(from, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return files.map((entry) => path.relative(from, path.join(entry.parentPath ?? entry.path, entry.name))).sort()
}
