'use strict'

// Names of installed modules as URLs, and the sources that a runtime evaluates for them. A source only fetches the
// exports from the thread's table. Also loaded by the loader thread of older Node versions: it requires nothing of this
// package that has state.

const SCHEME = 'tallystick:'
// The thread's table stands in globalThis under the symbol of this key.
const TABLE_KEY = 'tallystick/modules/1'
const TABLE = `globalThis[Symbol.for('${TABLE_KEY}')]`

// Such a name cannot be written in a module.
const LONE_SURROGATE = /\p{Surrogate}/u

/** @param {string} name @param {number} failures */
function urlOf(name, failures) {
  return `${SCHEME}${failures}/${encodeURIComponent(name)}`
}

/** @param {string} url @returns {string | undefined} the module's name, when the URL is one of ours */
function nameOf(url) {
  if (!url.startsWith(SCHEME)) return undefined
  return decodeURIComponent(url.slice(url.indexOf('/') + 1))
}

/** @param {unknown} exports @returns {string[]} the names that an `import` may name, besides `default` */
function exportNames(exports) {
  if (exports === null || (typeof exports !== 'object' && typeof exports !== 'function')) return []
  return Object.keys(exports).filter((name) => name !== 'default' && !LONE_SURROGATE.test(name))
}

/** @param {string} name @param {string[]} names */
function esmSource(name, names) {
  const lines = [`const exports = ${TABLE}.require(${JSON.stringify(name)})`, 'export default exports']
  for (const [index, exported] of names.entries()) {
    const key = JSON.stringify(exported)
    lines.push(`const export${index} = exports[${key}]`, `export { export${index} as ${key} }`)
  }
  return lines.join('\n')
}

module.exports = { TABLE_KEY, esmSource, exportNames, nameOf, urlOf }
