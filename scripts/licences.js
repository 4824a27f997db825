'use strict'

// Whether all that is built in, and all that is used to build and test, has a licence that lets us.

const fs = require('node:fs')
const path = require('node:path')
const { root, runCargo } = require('./command')
const { setUpPage } = require('./page')

/** SPDX identifiers: they ask for no more than that their text is kept. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'Apache-2.0 WITH LLVM-exception',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'PSF-2.0',
  'Unicode-3.0',
  'Unlicense',
  'Zlib',
])

/** @typedef {{ name: string, licence: string | undefined }} Dependency */

/** @throws Error that lists the dependencies whose licence is not allowed */
function checkLicences() {
  const dependencies = [...crates(), ...packages(), ...packagesOfPage()]
  const refused = dependencies.filter(({ licence }) => !licence || !isAllowed(licence))
  if (refused.length > 0) {
    const list = refused.map(({ name, licence }) => `${name}: ${licence ?? 'no licence'}`)
    throw new Error(`licences that scripts/licences.js does not allow:\n${list.join('\n')}`)
  }
  console.log(`${dependencies.length} licences are allowed`)
}

/** What Cargo.lock has, for every platform. @returns {Dependency[]} */
function crates() {
  const metadata = JSON.parse(runCargo(['metadata', '--format-version', '1', '--locked'], { capture: true }))
  return metadata.packages.map((/** @type {any} */ { name, version, license }) => ({
    name: `crate ${name} ${version}`,
    licence: license ?? undefined,
  }))
}

/** What is installed of package-lock.json: the other platforms' packages are not. @returns {Dependency[]} */
function packages() {
  const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
  return Object.keys(lock.packages)
    .map((folder) => path.join(root, folder, 'package.json'))
    .filter((file) => fs.existsSync(file))
    .map((file) => {
      const { name, version, license } = JSON.parse(fs.readFileSync(file, 'utf8'))
      return { name: `package ${name} ${version}`, licence: license?.type ?? license }
    })
}

/** What is built into the page, whose licences stand beside it. @returns {Dependency[]} */
function packagesOfPage() {
  setUpPage()
  const text = fs.readFileSync(path.join(root, 'ui', 'dist', 'licences.md'), 'utf8')
  const found = [...text.matchAll(/^## (\S+) - (\S+) \((.+)\)$/gm)]
  if (found.length === 0) throw new Error('ui/dist/licences.md names no package')
  return found.map(([, name, version, licence]) => ({ name: `package ${name} ${version} of the page`, licence }))
}

/**
 * Whether an SPDX expression can be satisfied; old crates write `/` for OR.
 * @param {string} expression
 */
function isAllowed(expression) {
  const tokens = expression.replaceAll('/', ' OR ').match(/[()]|[^\s()]+/g) ?? []
  const satisfied = any(tokens)
  if (tokens.length > 0) throw new Error(`not an SPDX expression: ${expression}`)
  return satisfied
}

/** Each of these takes what it reads from the front. @param {string[]} tokens @returns {boolean} */
function any(tokens) {
  let satisfied = all(tokens)
  while (take(tokens, 'OR')) satisfied = all(tokens) || satisfied
  return satisfied
}

/** @param {string[]} tokens @returns {boolean} */
function all(tokens) {
  let satisfied = one(tokens)
  while (take(tokens, 'AND')) satisfied = one(tokens) && satisfied
  return satisfied
}

/** @param {string[]} tokens @returns {boolean} */
function one(tokens) {
  if (take(tokens, '(')) {
    const satisfied = any(tokens)
    take(tokens, ')')
    return satisfied
  }
  const licence = tokens.shift()
  return allowed.has(take(tokens, 'WITH') ? `${licence} WITH ${tokens.shift()}` : String(licence))
}

/** @param {string[]} tokens @param {string} token */
function take(tokens, token) {
  const found = tokens[0] === token
  if (found) tokens.shift()
  return found
}

module.exports = { checkLicences, isAllowed }
