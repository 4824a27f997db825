'use strict'

// Bundles apps that use the packed package, as docs/bundlers.md says, and runs the bundles.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { before, describe, test } = require('node:test')
const { bunPath } = require('../../scripts/bun')
const { Project, root } = require('./project')

const recorded = 'recorded and read\n'
// the variables of a CommonJS file, for a bundle that is an ES module
const commonjs = [
  "import { createRequire } from 'node:module'",
  'const require = createRequire(import.meta.url)',
  'const __dirname = import.meta.dirname',
].join('\n')
const noBun = bunPath() ? false : 'there is no bun for this platform'
/** @type {Project} */
let project

describe('an app is bundled', () => {
  before(() => {
    project = new Project('bundlers')
    project.copy('bundlers')
  })

  test('by esbuild, with the package external', () => {
    esbuild('app.mjs', '--format=esm', '--external:tallystick', '--outfile=external/app.mjs')
    assert.equal(project.node('external/app.mjs'), recorded)
  })

  test('by esbuild into one CommonJS file per thread and a copied binary, and runs elsewhere', () => {
    esbuild('threads.cjs', 'worker.cjs', '--loader:.node=copy', '--outdir=copied')
    runsElsewhere('copied', 'threads.js')
  })

  test('by esbuild into one ES module and a copied binary, and runs elsewhere', () => {
    esbuild('app.mjs', '--format=esm', '--loader:.node=copy', `--banner:js=${commonjs}`, '--outfile=copied-esm/app.mjs')
    runsElsewhere('copied-esm', 'app.mjs')
  })

  for (const config of ['vite', 'vite.everything']) {
    test(`by Vite for a server, with ${config}.config.mjs`, () => {
      project.node('node_modules/vite/bin/vite.js', 'build', '--config', `${config}.config.mjs`)
      assert.equal(project.node(`${config.replace('.', '-')}/app.mjs`), recorded)
    })
  }

  for (const target of ['node', 'bun']) {
    test(`by Bun for ${target}, with a copied binary, and runs elsewhere`, { skip: noBun }, () => {
      bun('build', 'app.mjs', `--target=${target}`, `--outdir=bun-${target}`)
      runsElsewhere(`bun-${target}`, 'app.js', target === 'bun' ? String(bunPath()) : process.execPath)
    })
  }

  test('by Bun into an executable', { skip: noBun }, () => {
    bun('build', '--compile', 'app.mjs', '--outfile=app.exe')
    assert.equal(project.run(path.join(project.folder, 'app.exe'), []), recorded)
  })

  test('as the guide says', () => {
    const guide = fs.readFileSync(path.join(root, 'docs', 'bundlers.md'), 'utf8')
    for (const said of [
      ...commonjs.split('\n'),
      '--external:tallystick',
      '--loader:.node=copy',
      "external: ['tallystick']",
    ]) {
      assert.ok(guide.includes(said), said)
    }
  })
})

/** @param {string[]} args */
function esbuild(...args) {
  project.run(path.join(project.folder, 'node_modules', 'esbuild', 'bin', 'esbuild'), [
    ...args,
    '--bundle',
    '--platform=node',
    '--log-level=warning',
  ])
}

/** @param {string[]} args */
function bun(...args) {
  project.run(String(bunPath()), args)
}

/** Runs a file where there is no node_modules. @param {string} folder @param {string} file @param {string} [runtime] */
function runsElsewhere(folder, file, runtime = process.execPath) {
  const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-bundle-'))
  try {
    fs.cpSync(path.join(project.folder, folder), elsewhere, { recursive: true })
    assert.equal(project.run(runtime, [path.join(elsewhere, file)]), recorded)
  } finally {
    fs.rmSync(elsewhere, { recursive: true })
  }
}
