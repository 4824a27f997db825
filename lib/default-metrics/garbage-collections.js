'use strict'

// The durations of garbage collections, by kind.

const { PerformanceObserver, constants } = require('node:perf_hooks')

/** @type {import('./types').ThreadFamily} */
const DURATION = {
  kind: 'timing',
  name: 'nodejs_gc_duration',
  help: 'Garbage collection duration by kind, one of major, minor, incremental or weakcb.',
  labelNames: ['kind'],
}

/** @type {Map<unknown, string>} */
const KINDS = new Map([
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
])

/** @param {import('./types').ThreadRecorder} recorder @returns {import('./types').Measurement | undefined} */
function start(recorder) {
  const { supportedEntryTypes } = /** @type {{ supportedEntryTypes?: readonly string[] }} */ (
    /** @type {unknown} */ (PerformanceObserver)
  )
  if (!supportedEntryTypes?.includes('gc')) return undefined
  const family = { ...DURATION, buckets: recorder.gcBuckets }
  const observer = new PerformanceObserver((list) => {
    // another thread has stopped the run, and removed the series, which would be made again
    if (recorder.isStopped) return
    for (const entry of /** @type {any[]} */ (list.getEntries())) {
      const kind = KINDS.get(entry.detail?.kind)
      if (kind !== undefined) recorder.series(family, { kind }).observeMillis(entry.duration)
    }
  })
  observer.observe({ entryTypes: ['gc'] })
  return { stop: () => observer.disconnect() }
}

module.exports = { families: [DURATION], start }
