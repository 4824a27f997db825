'use strict'

// What keeps an event loop alive, by type: what handles, requests and resources have in common.

const { isBun } = require('./runtime')

/**
 * @param {string} what in the names
 * @param {[byType: string, total: string]} help
 * @param {() => string[] | undefined} typesOf one for each that is active; undefined in a runtime that does not tell
 * @returns {import('./types').Group}
 */
function activeGroup(what, [byTypeHelp, totalHelp], typesOf) {
  /** @type {import('./types').ThreadFamily} */
  const byType = { kind: 'gauge', name: `nodejs_active_${what}`, help: byTypeHelp, labelNames: ['type'] }
  /** @type {import('./types').ThreadFamily} */
  const total = { kind: 'gauge', name: `nodejs_active_${what}_total`, help: totalHelp }

  /** @param {import('./types').ThreadRecorder} recorder @returns {import('./types').Measurement | undefined} */
  function start(recorder) {
    if (isBun || typesOf() === undefined) return undefined
    /** @type {Map<string, number>} also of types that were active before: their series go back to 0 */
    const counts = new Map()
    return {
      sample() {
        const types = typesOf() ?? []
        for (const type of counts.keys()) counts.set(type, 0)
        for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1)
        for (const [type, count] of counts) recorder.series(byType, { type }).set(count)
        recorder.series(total).set(types.length)
      },
    }
  }

  return { families: [byType, total], start }
}

/** @param {unknown[] | undefined} objects */
function classNames(objects) {
  return objects?.map((object) => String(object?.constructor?.name))
}

module.exports = { activeGroup, classNames }
