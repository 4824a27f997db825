'use strict'

// Recording and reading one collector by plain functions, which may be destructured.

const binding = require('./native')
const { callbacksOf } = require('./record/callbacks')
const { instrumentsOf } = require('./record/collector')
const { checkedDelta, checkedGauge, checkedNumber, nanosOf, nanosOfMillis } = require('./record/numbers')
const { checkedName, checkedString, readOptions, wellFormed } = require('./record/options')

/** @typedef {import('..').Metrics} Metrics */
/** @typedef {import('./exposition-options').Negotiated} Negotiated */

const valueErrors = () => require('./errors/values')

/** @type {typeof import('./record/exemplars') | undefined} loaded with the first options of a recording by name */
let exemplars

/** Throws if options of a recording are wrong. @param {unknown} options */
function checkOptions(options) {
  exemplars ??= require('./record/exemplars')
  exemplars.exemplarIn(options)
}

/** @typedef {InstanceType<typeof import('./readings').Readings>} Readings */

/** The readings of each collector, shared by all its Metrics objects. @type {WeakMap<object, Readings>} */
const known = new WeakMap()

/**
 * @param {import('..').Collector} collector
 * @returns {Metrics}
 */
function createMetrics(collector) {
  const instruments = instrumentsOf(collector)
  return /** @type {any} */ ({
    ...recordingBy(instruments),
    ...instruments.factories(),
    ...readingOf(instruments),
    read: collector.read.bind(collector),
    readSync: collector.readSync.bind(collector),
    collector,
  })
}

/** @type {typeof import('./record/clock') | undefined} Bun's could be mocked before its first use, and takes no time to load */
let clock = process.versions.bun === undefined ? undefined : require('./record/clock')

/** @type {Metrics['now']} */
function now() {
  clock ??= require('./record/clock')
  return clock.now()
}

/** @param {import('./record/types').Instruments} instruments */
function recordingBy(instruments) {
  const { counters, gauges, timings, histograms } = instruments

  /** @type {Metrics['inc']} */
  function inc(name, delta, labels, options) {
    if (options !== undefined) {
      const amount = checkedDelta(delta)
      seriesOf('counter', name, labels, options).inc(amount, options)
    } else if (labels === undefined || labels === null) {
      const counter = counters.get(name)
      if (counter !== undefined) return counter.inc(delta)
      // checked first: a wrong delta must not create a counter
      const amount = checkedDelta(delta)
      instruments.named('counter', checkedName(name)).inc(amount)
    } else {
      instruments.count(name, checkedDelta(delta), labels)
    }
  }

  /** @type {Metrics['set']} */
  function set(name, value, labels) {
    if (labels === undefined || labels === null) {
      const gauge = gauges.get(name)
      if (gauge !== undefined) return gauge.set(value)
      const checked = checkedGauge(value)
      instruments.named('gauge', checkedName(name)).set(checked)
    } else {
      instruments.set(name, checkedGauge(value), labels)
    }
  }

  /** @type {Metrics['observe']} */
  function observe(name, value, labels, options) {
    if (options !== undefined) {
      const checked = checkedNumber('histogram value', value)
      return seriesOf('histogram', name, labels, options).observe(checked, options)
    }
    const isPlain = labels === undefined || labels === null
    const histogram = isPlain ? histograms.get(name) : undefined
    if (histogram !== undefined) return histogram.observe(value)
    instruments.observe(name, checkedNumber('histogram value', value), isPlain ? undefined : labels)
  }

  /** @type {Metrics['observeMillis']} */
  function observeMillis(name, milliseconds, labels, options) {
    if (options === undefined && (labels === undefined || labels === null)) {
      const timing = timings.get(name)
      if (timing !== undefined) return timing.observeMillis(milliseconds)
    }
    duration(name, nanosOfMillis(milliseconds), labels, options)
  }

  /** @type {Metrics['observeNanos']} */
  function observeNanos(name, nanoseconds, labels, options) {
    duration(name, nanosOf(nanoseconds), labels, options)
  }

  /**
   * @param {string} name
   * @param {number} nanos within the range
   * @param {import('..').Labels | null} [labels]
   * @param {unknown} [options]
   */
  function duration(name, nanos, labels, options) {
    if (options !== undefined) seriesOf('timing', name, labels, options).observeNanos(nanos, options)
    else if (labels === undefined || labels === null) instruments.named('timing', checkedName(name)).observeNanos(nanos)
    else instruments.time(name, nanos, labels)
  }

  /**
   * Where a recording with options goes. Wrong options create nothing.
   * @param {'counter' | 'timing' | 'histogram'} kind
   * @param {string} name
   * @param {import('..').Labels | null | undefined} labels
   * @param {unknown} options
   * @returns {any}
   */
  function seriesOf(kind, name, labels, options) {
    checkedName(name)
    checkOptions(options)
    if (labels === undefined || labels === null) return instruments.named(kind, name)
    return instruments.labelled(kind, name, labels)
  }

  /** @type {Metrics['time']} */
  function time(name, fn, labels, options) {
    const timing = timings.get(name)
    if (timing !== undefined) return timing.time(fn, labels, options)
    checkedName(name)
    if (typeof fn !== 'function') throw valueErrors().notAFunction('fn', fn)
    if (labels !== undefined) require('./record/stopwatch').checkLabels(labels)
    if (options !== undefined) checkOptions(options)
    const made = instruments.named('timing', name)
    // where there is no room for the name, it is the series of all such names, which has its labels
    return made.time(fn, made.labels === undefined ? undefined : labels, options)
  }

  /** @type {Metrics['counted']} */
  function counted(name, fn) {
    if (typeof fn !== 'function') throw valueErrors().notAFunction('fn', fn)
    inc(name)
    return fn()
  }

  /** @type {Metrics['trace']} */
  function trace(name, fields) {
    binding.trace(instruments.reference, now(), checkedName(name), fieldTexts(fields))
  }

  return { inc, set, observe, observeMillis, observeNanos, time, counted, now, trace }
}

/** @param {import('./record/types').Instruments} instruments */
function readingOf(instruments) {
  const { reference } = instruments
  const callbacks = callbacksOf(instruments)

  /** @type {Metrics['describe']} */
  function describe(name, description) {
    const checked = checkedName(name)
    const { help, unit } = readOptions(description, ['help', 'unit'])
    instruments.describe(checked, { help: checkedString('help', help), unit: checkedString('unit', unit) })
  }

  /** @param {boolean} isReset */
  function snapshot(isReset) {
    callbacks.runSync()
    return require('./record/parsing').parsedSnapshot((longest) => binding.commonSnapshot(reference, isReset, longest))
  }

  async function json() {
    await callbacks.run()
    return await readingsOf(instruments).read('json', () => binding.json(reference))
  }

  /** @type {Metrics['prometheus']} */
  async function prometheus(options) {
    const asked = askedOf(options)
    await callbacks.run()
    return await exposed('prometheus', asked)
  }

  /** @type {Metrics['prometheusSync']} */
  function prometheusSync(options) {
    const asked = askedOf(options)
    callbacks.runSync()
    return exposition(reference, asked, binding.prometheusSync(reference, asked.options))
  }

  /** @type {ReturnType<typeof import('./route').createRoute> | undefined} */
  let served

  /** Loaded at the first request: not all processes are scraped. */
  function route() {
    served ??= require('./route').createRoute(scrape)
    return served
  }

  /** A separate reading for the routes: users may change the bytes that `prometheus()` returns. @param {Negotiated} asked */
  async function scrape(asked) {
    await callbacks.run()
    return await exposed('scrape', asked)
  }

  /** @param {string} reader who shares the bytes @param {Negotiated} asked */
  async function exposed(reader, asked) {
    const key = JSON.stringify([reader, asked.options])
    const bytes = await readingsOf(instruments).read(key, () => binding.prometheus(reference, asked.options))
    return exposition(reference, asked, bytes)
  }

  return {
    describe,
    /** @type {Metrics['value']} */
    value: (name, labels) => instruments.value(checkedName(name), labels),
    /** @type {Metrics['get']} */
    get: (name) => instruments.get(checkedName(name)),
    /** @type {Metrics['unregister']} */
    unregister: (name) => instruments.unregister(checkedName(name)),
    snapshot: () => snapshot(false),
    snapshotAndReset: () => snapshot(true),
    json,
    prometheus,
    prometheusSync,
    /** @type {Metrics['beforeRead']} */
    beforeRead: (fn, options) => callbacks.add(fn, options),
    /** @type {Metrics['handle']} */
    handle: async (req, res) => await route().handle(req, res),
    /** @type {Metrics['fetch']} */
    fetch: async (request) => await route().fetch(request),
  }
}

/** @param {import('./record/types').Instruments} instruments */
function readingsOf(instruments) {
  const readings = known.get(instruments) ?? new (require('./readings').Readings)()
  known.set(instruments, readings)
  return readings
}

/** Loaded when first asked, as the routes. @param {import('..').PrometheusOptions | undefined} options */
function askedOf(options) {
  return require('./exposition-options').expositionOptions(options)
}

/** @param {import('./record/types').Reference} reference @param {Negotiated} asked @param {Uint8Array} body */
function exposition(reference, { contentType }, body) {
  require('./name-clashes').warnOfClashes(reference)
  return { body, contentType }
}

/**
 * An event's fields as a flat list of names and texts.
 * @param {Record<string, unknown> | null | undefined} fields
 */
function fieldTexts(fields) {
  if (fields === undefined || fields === null) return []
  let entries
  try {
    entries = typeof fields === 'object' && !Array.isArray(fields) ? Object.entries(fields) : undefined
  } catch (cause) {
    throw valueErrors().invalidFields(fields, cause)
  }
  if (entries === undefined) throw valueErrors().invalidFields(fields)
  return entries.flatMap(([name, value]) => [wellFormed(name), fieldText(name, value)])
}

/** @param {string} name @param {unknown} value */
function fieldText(name, value) {
  try {
    return wellFormed(String(value))
  } catch (cause) {
    throw valueErrors().invalidFields(name, cause)
  }
}

module.exports = { createMetrics }
