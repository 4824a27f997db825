'use strict'

// Metrics as other people's scripts get them: recording by name is lenient. Good values go straight on; instruments and readings
// are Metrics' own, and strict.

const { LenientCalls, fieldsOf } = require('./lenience')

/** @typedef {import('../..').Metrics} Metrics */
/** @typedef {InstanceType<typeof LenientCalls>} Lenience */

/**
 * @param {Metrics} metrics
 * @param {string} module its whole name
 * @returns {Metrics}
 */
function scriptMetrics(metrics, module) {
  const lenience = new LenientCalls(module)
  return /** @type {Metrics} */ ({ ...metrics, ...countingBy(metrics, lenience), ...timingBy(metrics, lenience) })
}

// What has the right types goes straight on. It may be wrong still, as NaN is: then it throws, before it records, and is converted.

/** @param {Metrics} metrics @param {Lenience} lenience */
function countingBy(metrics, lenience) {
  /** @param {any} name @param {any} [delta] @param {any} [labels] */
  function inc(name, delta, labels) {
    if (typeof name === 'string' && (delta === undefined || typeof delta === 'number')) {
      try {
        return metrics.inc(name, delta, labels)
      } catch (error) {
        lenience.passOn(error)
      }
    }
    incAny(name, delta, labels)
  }

  /** @param {unknown} name @param {unknown} [delta] @param {any} [labels] */
  function incAny(name, delta, labels) {
    const text = lenience.name(name, 'inc')
    if (text === undefined) return
    const number = lenience.delta(delta, 'inc')
    try {
      metrics.inc(text, number, labels)
    } catch (error) {
      lenience.excuse(error, 'labels', 'inc')
      metrics.inc(text, number)
    }
  }

  /** @param {any} name @param {any} [fields] */
  function trace(name, fields) {
    const text = lenience.name(name, 'trace')
    if (text === undefined) return
    try {
      metrics.trace(text, fieldsOf(fields))
    } catch (error) {
      lenience.excuse(error, 'fields', 'trace')
      metrics.trace(text)
    }
  }

  /** @param {any} name @param {any} fn */
  function counted(name, fn) {
    if (typeof fn !== 'function') return lenience.warn('function', 'counted')
    if (typeof name === 'string' && name !== '') metrics.inc(name)
    else incAny(name)
    return fn()
  }

  return { inc, trace, counted }
}

/** @param {Metrics} metrics @param {Lenience} lenience */
function timingBy(metrics, lenience) {
  /** @param {any} name @param {any} milliseconds @param {any} [labels] */
  function observeMillis(name, milliseconds, labels) {
    if (typeof name === 'string' && typeof milliseconds === 'number') {
      try {
        return metrics.observeMillis(name, milliseconds, labels)
      } catch (error) {
        lenience.passOn(error)
      }
    }
    observeAny('observeMillis', name, milliseconds, labels)
  }

  /** @param {any} name @param {any} nanoseconds @param {any} [labels] */
  function observeNanos(name, nanoseconds, labels) {
    if (typeof name === 'string' && (typeof nanoseconds === 'number' || typeof nanoseconds === 'bigint')) {
      try {
        return metrics.observeNanos(name, nanoseconds, labels)
      } catch (error) {
        lenience.passOn(error)
      }
    }
    observeAny('observeNanos', name, nanoseconds, labels)
  }

  /** @param {'observeMillis' | 'observeNanos'} method @param {unknown} name @param {unknown} duration @param {any} labels */
  function observeAny(method, name, duration, labels) {
    const text = lenience.name(name, method)
    const number = lenience.duration(duration, method)
    if (text === undefined || number === undefined) return
    try {
      metrics[method](text, number, labels)
    } catch (error) {
      lenience.excuse(error, 'labels', method)
      metrics[method](text, number)
    }
  }

  /** @param {any} name @param {any} fn @param {any} [labels] */
  function time(name, fn, labels) {
    if (labels === undefined && name && typeof name === 'string' && typeof fn === 'function')
      return metrics.time(name, fn)
    if (typeof fn !== 'function') return lenience.warn('function', 'time')
    const text = lenience.name(name, 'time')
    return text === undefined ? fn() : timeLabelled(text, fn, labels)
  }

  /** An error of the function's own passes through. @param {string} name @param {() => any} fn @param {any} labels */
  function timeLabelled(name, fn, labels) {
    let isCalled = false
    const noted = () => {
      isCalled = true
      return fn()
    }
    try {
      return metrics.time(name, noted, labels)
    } catch (error) {
      if (isCalled) throw error
      lenience.excuse(error, 'labels', 'time')
    }
    return metrics.time(name, fn)
  }

  return { observeMillis, observeNanos, time }
}

module.exports = { scriptMetrics }
