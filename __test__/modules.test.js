'use strict'

// A registry's own `require` is tested in this process; install() is tested in new processes, with real files.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const Module = require('node:module')
const os = require('node:os')
const path = require('node:path')
const { describe, test } = require('node:test')
const vm = require('node:vm')
const { Collector, ModuleRegistry, createMetrics, metrics, registerModules } = require('..')

/** A registry with the modules of `myapp` on a new collector. */
function host() {
  const collector = new Collector()
  const registry = new ModuleRegistry()
  registerModules(registry, 'myapp', { collector })
  return { collector, registry }
}

function runScript(registry, script) {
  return vm.runInNewContext(script, { require: registry.require })
}

describe('ModuleRegistry', () => {
  test('require returns the same result of the loader each time', () => {
    const registry = new ModuleRegistry()
    registry.register('made', () => ({ made: true }))
    const { require: requireModule } = registry
    assert.deepEqual(requireModule('made'), { made: true })
    assert.equal(requireModule('made'), requireModule('made'))
  })

  test('a loader runs at the first require and never again, whatever it returned', () => {
    const registry = new ModuleRegistry()
    let runs = 0
    registry.register('nothing', () => {
      runs += 1
    })
    assert.equal(runs, 0)
    assert.equal(registry.require('nothing'), undefined)
    assert.equal(registry.require('nothing'), undefined)
    assert.equal(runs, 1)
  })

  test('a loader that threw is called again', () => {
    const registry = new ModuleRegistry()
    const error = new Error('not yet')
    const outcomes = [error, error, 'loaded']
    registry.register('late', () => {
      const outcome = outcomes.shift()
      if (outcome === error) throw error
      return outcome
    })
    assert.throws(() => registry.require('late'), error)
    assert.throws(() => registry.require('late'), error)
    assert.equal(registry.require('late'), 'loaded')
  })

  test('a loader may require other modules of its registry', () => {
    const registry = new ModuleRegistry()
    registry.register('outer', () => ({ inner: registry.require('inner') }))
    registry.register('inner', () => 'found')
    assert.deepEqual(registry.require('outer'), { inner: 'found' })
  })

  test('each registry creates its own exports', () => {
    const [one, other] = [new ModuleRegistry(), new ModuleRegistry()]
    for (const registry of [one, other]) registry.register('made', () => ({}))
    assert.notEqual(one.require('made'), other.require('made'))
  })

  for (const name of ['missing', '', 'constructor', '__proto__', undefined, null, 5, {}, Symbol('x')]) {
    test(`require of ${String(name)}, which is not registered, is ERR_TALLYSTICK_MODULE`, () => {
      const { registry } = host()
      assert.throws(() => registry.require(name), { name: 'Error', code: 'ERR_TALLYSTICK_MODULE' })
    })
  }

  for (const name of [undefined, null, '', 5, {}, Symbol('x')]) {
    test(`register of the name ${String(name)} is ERR_TALLYSTICK_NAME`, () => {
      assert.throws(() => new ModuleRegistry().register(name, () => {}), {
        name: 'TypeError',
        code: 'ERR_TALLYSTICK_NAME',
      })
    })
  }

  for (const loader of [undefined, null, {}, 'loader']) {
    test(`register of the loader ${JSON.stringify(loader)} is ERR_TALLYSTICK_MODULE and registers nothing`, () => {
      const registry = new ModuleRegistry()
      assert.throws(() => registry.register('made', loader), { name: 'TypeError', code: 'ERR_TALLYSTICK_MODULE' })
      registry.register('made', () => 'later')
      assert.equal(registry.require('made'), 'later')
    })
  }

  test('a name can be registered once, and keeps its first loader', () => {
    const registry = new ModuleRegistry()
    registry.register('made', () => 'first')
    assert.throws(() => registry.register('made', () => 'second'), { code: 'ERR_TALLYSTICK_MODULE' })
    assert.equal(registry.require('made'), 'first')
  })
})

describe('registerModules', () => {
  test('gives scripts a metrics module that records into the collector', () => {
    const { collector, registry } = host()
    runScript(
      registry,
      `const metrics = require('myapp/metrics'); metrics.inc('jobs', 2); metrics.observeMillis('run', 3)`,
    )
    const { counters, timings } = createMetrics(collector).snapshot()
    assert.equal(counters.jobs, 2)
    assert.equal(timings.run.count, 1)
  })

  test('gives scripts a scene-metrics module that records into the collector', () => {
    const { collector, registry } = host()
    const rendered = runScript(
      registry,
      `require('myapp/scene-metrics').create('map').recordRebuild('initial', () => 'rendered')`,
    )
    assert.equal(rendered, 'rendered')
    assert.deepEqual(Object.keys(createMetrics(collector).snapshot().counters), [
      'map.renderAll.calls',
      'map.renderAll.reason.initial',
      'map.renderAll.reasonExact.initial',
    ])
  })

  for (const [prefix, name] of [
    ['myapp', 'myapp/metrics'],
    [' myapp ', 'myapp/metrics'],
    ['/myapp/', 'myapp/metrics'],
    ['\t// my app/x / ', 'my app/x/metrics'],
    ['@scope/app', '@scope/app/metrics'],
    ['', 'metrics'],
    [' / ', 'metrics'],
    [undefined, 'metrics'],
    [null, 'metrics'],
  ]) {
    test(`with the prefix ${JSON.stringify(prefix)} registers ${name}`, () => {
      const registry = new ModuleRegistry()
      registerModules(registry, prefix)
      assert.equal(typeof registry.require(name).inc, 'function')
    })
  }

  test('trims a prefix with a megabyte of spaces quickly', () => {
    const registry = new ModuleRegistry()
    const prefix = `a${' '.repeat(1e6)}b`
    registerModules(registry, `${prefix}  `)
    assert.equal(typeof registry.require(`${prefix}/metrics`).inc, 'function')
  })

  test('uses the default collector if none is given', () => {
    const registry = new ModuleRegistry()
    registerModules(registry, 'myapp')
    registry.require('myapp/metrics').inc('modules.default')
    assert.equal(metrics.value('modules.default'), 1)
  })

  test('calls a collector function when a module is first required, and not again', () => {
    const registry = new ModuleRegistry()
    const collector = new Collector()
    let asked = 0
    registerModules(registry, 'myapp', {
      collector() {
        asked += 1
        return collector
      },
    })
    assert.equal(asked, 0)
    registry.require('myapp/metrics').inc('jobs')
    registry.require('myapp/metrics').inc('jobs')
    assert.equal(asked, 1)
    assert.equal(createMetrics(collector).value('jobs'), 2)
  })

  for (const [module, none] of [
    ['metrics', undefined],
    ['metrics', null],
    ['scene-metrics', undefined],
    ['scene-metrics', null],
  ]) {
    test(`require of ${module} with no collector (${none}) reports what is missing, and calls the function again later`, () => {
      const registry = new ModuleRegistry()
      let collector = none
      registerModules(registry, 'myapp', { collector: () => collector })
      for (let i = 0; i < 2; i += 1) {
        assert.throws(
          () => registry.require(`myapp/${module}`),
          (error) =>
            error.code === 'ERR_TALLYSTICK_COLLECTOR' &&
            error.message.startsWith(`${module} module requires collector binding`),
        )
      }
      collector = new Collector()
      assert.equal(typeof registry.require(`myapp/${module}`), 'object')
    })
  }

  test('passes errors of the collector function through', () => {
    const registry = new ModuleRegistry()
    const error = new Error('no environment')
    registerModules(registry, 'myapp', {
      collector() {
        throw error
      },
    })
    assert.throws(
      () => registry.require('myapp/metrics'),
      (each) => each === error,
    )
  })

  for (const collector of [null, {}, 'default', 1]) {
    test(`with the collector ${JSON.stringify(collector)} is ERR_TALLYSTICK_COLLECTOR at once`, () => {
      const registry = new ModuleRegistry()
      assert.throws(() => registerModules(registry, 'myapp', { collector }), {
        name: 'TypeError',
        code: 'ERR_TALLYSTICK_COLLECTOR',
      })
      assert.throws(() => registry.require('myapp/metrics'), { code: 'ERR_TALLYSTICK_MODULE' })
    })
  }

  test('with a function that returns no Collector is ERR_TALLYSTICK_COLLECTOR at the require', () => {
    const registry = new ModuleRegistry()
    registerModules(registry, 'myapp', { collector: () => ({}) })
    assert.throws(() => registry.require('myapp/metrics'), { name: 'TypeError', code: 'ERR_TALLYSTICK_COLLECTOR' })
  })

  test('keeps two hosts with two collectors apart', () => {
    const [one, other] = [host(), host()]
    runScript(one.registry, `require('myapp/metrics').inc('jobs')`)
    runScript(other.registry, `require('myapp/scene-metrics').create().recordLoopTick()`)
    assert.deepEqual({ ...createMetrics(one.collector).snapshot().counters }, { jobs: 1 })
    assert.deepEqual({ ...createMetrics(other.collector).snapshot().counters }, { 'scene.loopTicks': 1 })
  })

  for (const [what, call, code] of [
    ['no registry', () => registerModules(), 'ERR_TALLYSTICK_MODULE'],
    ['a registry that is none', () => registerModules({}, 'myapp'), 'ERR_TALLYSTICK_MODULE'],
    ['a prefix that is no string', () => registerModules(new ModuleRegistry(), 5), 'ERR_TALLYSTICK_NAME'],
    ['options of null', () => registerModules(new ModuleRegistry(), 'myapp', null), 'ERR_TALLYSTICK_OPTIONS'],
    ['options that are no object', () => registerModules(new ModuleRegistry(), 'myapp', 1), 'ERR_TALLYSTICK_OPTIONS'],
  ]) {
    test(`with ${what} is ${code}`, () => {
      assert.throws(call, { name: 'TypeError', code })
    })
  }
})

const root = path.resolve(__dirname, '..')

// Each host is a file that this runtime runs, starting with this.
const prelude = `
const { Collector, ModuleRegistry, createMetrics, registerModules } = require(${JSON.stringify(root)})
const collector = new Collector()
const registry = new ModuleRegistry()
registerModules(registry, 'myapp', { collector })
const outcome = async run => {
  try {
    return await run()
  } catch (error) {
    return { type: error instanceof TypeError ? 'TypeError' : error.name, code: error.code, message: error.message }
  }
}
const answer = value => console.log(JSON.stringify(value))
`

/**
 * Runs a host among files in a new folder.
 * @param {string} main the body of an async function, whose result is returned
 * @param {Record<string, string>} [files]
 */
function runHost(main, files = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-modules-'))
  try {
    // Without such a folder Bun would look for missing modules in the registry.
    fs.mkdirSync(path.join(folder, 'node_modules'))
    const source = `${prelude}\n;(async () => {\n${main}\n})()`
    for (const [name, text] of Object.entries({ ...files, 'host.cjs': source })) {
      fs.writeFileSync(path.join(folder, name), text)
    }
    const output = execFileSync(process.execPath, ['host.cjs'], { cwd: folder, encoding: 'utf8', timeout: 60_000 })
    return JSON.parse(output)
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

const isBun = process.versions.bun !== undefined
const hasHooks = 'registerHooks' in Module
const imports = { skip: isBun || hasHooks || 'register' in Module ? false : 'this Node cannot answer import' }
const importsWhenRequired = {
  skip: isBun || hasHooks ? false : 'this Node does not ask for what a required ES module imports',
}

describe('after install()', () => {
  test('require returns the exports of the registry', () => {
    const answers = runHost(
      `registry.install()
       const found = require('./plugin.cjs')
       answer([found === registry.require('myapp/metrics'), found === require('myapp/metrics')])`,
      { 'plugin.cjs': `module.exports = require('myapp/metrics')` },
    )
    assert.deepEqual(answers, [true, true])
  })

  test('what required scripts record is in the collector', () => {
    const counters = runHost(
      `registry.install()
       require('./plugin.cjs')
       answer(createMetrics(collector).snapshot().counters)`,
      {
        'plugin.cjs': `
          require('myapp/metrics').inc('jobs')
          require('myapp/scene-metrics').create('map').recordLoopTick()`,
      },
    )
    assert.deepEqual(counters, { jobs: 1, 'map.loopTicks': 1 })
  })

  test('import finds the default and the named exports', imports, () => {
    const counters = runHost(
      `registry.install()
       await import('./plugin.mjs')
       answer(createMetrics(collector).snapshot().counters)`,
      {
        'plugin.mjs': `
          import metrics, { inc } from 'myapp/metrics'
          import { create } from 'myapp/scene-metrics'
          import * as all from 'myapp/metrics'
          metrics.inc('default')
          inc('named')
          all.inc('namespace')
          create('map').recordLoopTick()`,
      },
    )
    assert.deepEqual(counters, { default: 1, 'map.loopTicks': 1, named: 1, namespace: 1 })
  })

  test('import finds each export of the metrics module by name', imports, () => {
    const { imported, own } = runHost(
      `registry.install()
       const names = object => Object.keys(object).filter(name => name !== '__esModule').sort()
       answer({ imported: names(await import('myapp/metrics')), own: names(registry.require('myapp/metrics')) })`,
    )
    assert.ok(own.includes('observeMillis'))
    assert.deepEqual(imported, [...own, 'default'].sort())
  })

  test('import has the exports of the registry as its default', imports, () => {
    const same = runHost(
      `registry.install()
       const first = await import('myapp/metrics')
       answer([first.default === registry.require('myapp/metrics'), first === await import('myapp/metrics')])`,
    )
    assert.deepEqual(same, [true, true])
  })

  test('modules are found whatever their loader exports', imports, () => {
    const found = runHost(
      `const make = () => 'called'
       make.extra = 1
       registry.register('odd', () => ({ 'not-a-name': 1, default: 2, 'Ünï"\\n\\u2028': 3, '\\ud800': 4 }))
       registry.register('text', () => 'a string')
       registry.register('function', () => make)
       registry.install()
       const odd = await import('odd')
       answer([
         odd['not-a-name'], odd.default === require('odd'), odd['Ünï"\\n\\u2028'],
         (await import('text')).default, require('text'),
         (await import('function')).default(), (await import('function')).extra, require('function')(),
       ])`,
    )
    assert.deepEqual(found, [1, true, 3, 'a string', 'a string', 'called', 1, 'called'])
  })

  test('modules that are registered later are found', imports, () => {
    const found = runHost(
      `registry.install()
       const before = [await outcome(() => require('later/required')), await outcome(() => import('later/imported'))]
       registry.register('later/required', () => ({ value: 1 }))
       registry.register('later/imported', () => ({ value: 2 }))
       answer({ before: before.map(({ value }) => value ?? 'none'),
         after: [require('later/required').value, (await import('./plugin.mjs')).value] })`,
      { 'plugin.mjs': `export { value } from 'later/imported'` },
    )
    assert.deepEqual(found, { before: ['none', 'none'], after: [1, 2] })
  })

  test('an imported file that requires finds them', () => {
    const found = runHost(
      `registry.register('made', () => 'made')
       registry.install()
       answer((await import('./plugin.cjs')).default)`,
      { 'plugin.cjs': `module.exports = require('made')` },
    )
    assert.equal(found, 'made')
  })

  test("an imported file that another's hook has changed finds them", { skip: !hasHooks }, () => {
    const found = runHost(
      `const load = (url, context, nextLoad) => {
         const loaded = nextLoad(url, context)
         return url.endsWith('plugin.cjs') ? { ...loaded, source: loaded.source + 'made later")' } : loaded
       }
       registry.register('made later', () => 'made')
       registry.install()
       require('node:module').registerHooks({ load })
       answer((await import('./plugin.cjs')).default)`,
      { 'plugin.cjs': `module.exports = require("` },
    )
    assert.equal(found, 'made')
  })

  test('createRequire finds them', () => {
    const found = runHost(
      `registry.register('made', () => 'made')
       registry.install()
       answer((await import('./plugin.mjs')).default)`,
      {
        'plugin.mjs': `
          import { createRequire } from 'node:module'
          export default createRequire(import.meta.url)('made')`,
      },
    )
    assert.equal(found, 'made')
  })

  test('an ES module that is required finds them', importsWhenRequired, () => {
    const found = runHost(
      `registry.register('made', () => ({ value: 'made' }))
       registry.install()
       answer(require('./plugin.mjs').value)`,
      { 'plugin.mjs': `export { value } from 'made'` },
    )
    assert.equal(found, 'made')
  })

  test('other modules are found as before', () => {
    const found = runHost(
      `registry.install()
       const none = await outcome(() => require('myapp/other'))
       const noneImported = await outcome(() => import('myapp/other'))
       answer([require('./plugin.cjs'), (await import('./plugin.mjs')).default, none.code, noneImported.code])`,
      {
        'plugin.cjs': `module.exports = typeof require('node:fs').readFileSync + typeof require('path').join`,
        'plugin.mjs': `
          import fs from 'fs'
          import found from './plugin.cjs'
          export default typeof fs.readFileSync + found`,
      },
    )
    assert.deepEqual(found, [
      'functionfunction',
      'functionfunctionfunction',
      'MODULE_NOT_FOUND',
      'ERR_MODULE_NOT_FOUND',
    ])
  })

  test('require and import report a missing collector, and find a later one', imports, () => {
    const { failures, found } = runHost(
      `let late
       registerModules(registry, 'late', { collector: () => late })
       registry.install()
       const attempts = [
         () => require('late/metrics'), () => require('late/metrics'),
         () => import('late/scene-metrics'), () => import('./plugin.mjs?1'), () => import('./plugin.mjs?2'),
       ]
       const failures = []
       for (const attempt of attempts) failures.push(await outcome(attempt))
       late = collector
       require('late/metrics').inc('required')
       ;(await import('late/scene-metrics')).create('imported').recordLoopTick()
       await import('./plugin.mjs?3')
       answer({ failures, found: createMetrics(collector).snapshot().counters })`,
      { 'plugin.mjs': `import { create } from 'late/scene-metrics'; create('plugin').inc('loaded')` },
    )
    assert.deepEqual(
      failures.map(({ type, code, message }) => [type, code, message.split(':')[0]]),
      ['metrics', 'metrics', 'scene-metrics', 'scene-metrics', 'scene-metrics'].map((module) => [
        'TypeError',
        'ERR_TALLYSTICK_COLLECTOR',
        `${module} module requires collector binding`,
      ]),
    )
    assert.deepEqual(found, { 'imported.loopTicks': 1, 'plugin.loaded': 1, required: 1 })
  })

  test('imports that start together get the same exports', imports, () => {
    const same = runHost(
      `let runs = 0
       registry.register('made', () => ({ run: runs += 1 }))
       registry.install()
       const [first, second, third] = await Promise.all(['made', 'made', './plugin.mjs'].map(name => import(name)))
       answer([first.run, second.run, third.run, runs])`,
      { 'plugin.mjs': `export { run } from 'made'` },
    )
    assert.deepEqual(same, [1, 1, 1, 1])
  })

  test('two registries with different names are both found, each with its collector', imports, () => {
    const found = runHost(
      `const other = new ModuleRegistry()
       const otherCollector = new Collector()
       registerModules(other, 'other', { collector: otherCollector })
       registry.install()
       other.install()
       require('myapp/metrics').inc('mine')
       ;(await import('other/metrics')).inc('theirs')
       answer([collector, otherCollector].map(each => createMetrics(each).snapshot().counters))`,
    )
    assert.deepEqual(found, [{ mine: 1 }, { theirs: 1 }])
  })

  test('a second registry with an installed name is rejected completely', () => {
    const { refused, refusedLater, found } = runHost(
      `const other = new ModuleRegistry()
       other.register('free', () => 'free')
       registerModules(other, 'myapp', { collector: new Collector() })
       const third = new ModuleRegistry()
       registry.install()
       third.install()
       const refused = await outcome(() => other.install())
       const refusedLater = await outcome(() => third.register('myapp/metrics', () => 'taken'))
       require('myapp/metrics').inc('mine')
       const codes = [await outcome(() => require('free')), await outcome(() => third.require('myapp/metrics'))]
       answer({ refused, refusedLater,
         found: [createMetrics(collector).value('mine'), ...codes.map(({ code }) => code)] })`,
    )
    assert.equal(refused.code, 'ERR_TALLYSTICK_MODULE')
    assert.match(refused.message, /'myapp\/metrics' is taken by another installed registry/)
    assert.equal(refusedLater.code, 'ERR_TALLYSTICK_MODULE')
    assert.deepEqual(found, [1, 'MODULE_NOT_FOUND', 'ERR_TALLYSTICK_MODULE'])
  })

  test('built-in names and paths are rejected', () => {
    const codes = runHost(
      `registry.install()
       const codes = []
       for (const name of ['fs', 'node:fs', './metrics', '/metrics', '#metrics']) {
         codes.push((await outcome(() => registry.register(name, () => ({})))).code)
       }
       answer([...codes, typeof require('fs').readFileSync])`,
    )
    assert.deepEqual(codes, [...Array(5).fill('ERR_TALLYSTICK_MODULE'), 'function'])
  })

  test('a second install() of the same registry changes nothing', () => {
    const found = runHost(
      `registry.install()
       registry.install()
       answer(require('myapp/metrics') === registry.require('myapp/metrics'))`,
    )
    assert.equal(found, true)
  })

  test('a worker thread installs its own modules', imports, () => {
    const found = runHost(
      `registry.install()
       const { Worker } = require('node:worker_threads')
       const worker = new Worker(require('node:path').resolve('worker.cjs'))
       answer(await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject)))`,
      {
        'worker.cjs': `${prelude}
          ;(async () => {
            const before = [await outcome(() => require('myapp/metrics')), await outcome(() => import('myapp/metrics'))]
            registry.install()
            const { inc } = await import('myapp/metrics')
            inc('imported')
            require('myapp/metrics').inc('required')
            const counters = { ...createMetrics(collector).snapshot().counters }
            require('node:worker_threads').parentPort.postMessage([...before.map(({ code }) => code), counters])
          })()`,
      },
    )
    assert.deepEqual(found, ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND', { imported: 1, required: 1 }])
  })

  test('the process is not kept alive, and ends with its own exit code', imports, () => {
    assert.equal(
      runHost(
        `registry.install()
         await import('myapp/metrics')
         process.exitCode = 0
         answer('done')`,
      ),
      'done',
    )
  })
})

test('before install() neither require nor import finds a registered module', () => {
  const codes = runHost(
    `const failures = [await outcome(() => require('myapp/metrics')), await outcome(() => import('myapp/metrics'))]
     answer(failures.map(({ code }) => code))`,
  )
  assert.deepEqual(codes, ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'])
})
