'use strict'

// Fields of workers, of any pool.

/** What a script is called, as the name of what a pool's threads run. @param {unknown} filename a path or a URL */
function scriptOf(filename) {
  if (typeof filename !== 'string') return undefined
  return filename.split(/[\\/]/).pop() || undefined
}

/** Without the fields that are not known. @template {object} Fields @param {Fields} fields @returns {Partial<Fields>} */
function definedFields(fields) {
  return /** @type {Partial<Fields>} */ (
    Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  )
}

module.exports = { definedFields, scriptOf }
