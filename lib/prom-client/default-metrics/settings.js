'use strict'

// What default metrics have in common.

/**
 * @param {any} registry or nothing, for the default one
 * @param {any} config of `collectDefaultMetrics`
 */
function settingsOf(registry, config) {
  const labels = config?.labels ?? {}
  return {
    prefix: config?.prefix ?? '',
    /** @type {Record<string, any>} */
    labels,
    labelNames: Object.keys(labels),
    registers: registry ? [registry] : undefined,
  }
}

/** The process has one value, not one for each thread that has set it. */
const OF_PROCESS = { merge: 'last' }

module.exports = { OF_PROCESS, settingsOf }
