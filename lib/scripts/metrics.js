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

// Each hot function is small, so that V8 puts the one that it wraps in its place: good values without labels go straight on.

/** @param {Metrics} metrics @param {Lenience} lenience */
function countingBy(metrics, lenience) {
  const { inc: count } = metrics

  /** @param {any} name @param {any} [delta] @param {any} [labels] */
  function inc(name, delta, labels) {
    if (typeof name !== 'string' || name === '' || labels !== undefined) incAny(name, delta, labels)
    else if (delta === undefined) count(name)
    else if (Number.isFinite(delta)) count(name, delta)
    else incAny(name, delta, labels)
  }

  /** @param {unknown} name @param {any} delta @param {any} labels */
  function incAny(name, delta, labels) {
    const text = typeof name === 'string' && name !== '' ? name : lenience.name(name, 'inc')
    if (text === undefined) return
    const number = delta === undefined || Number.isFinite(delta) ? delta : lenience.delta(delta, 'inc')
    try {
      count(text, number, labels)
    } catch (error) {
      lenience.excuse(error, 'labels', 'inc')
      count(text, number)
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
    if (typeof name === 'string' && name !== '') count(name)
    else incAny(name, undefined, undefined)
    return fn()
  }

  return { inc, trace, counted }
}

/** @param {Metrics} metrics @param {Lenience} lenience */
function timingBy(metrics, lenience) {
  const { observeMillis: observe } = metrics

  /** @param {any} name @param {any} milliseconds @param {any} [labels] */
  function observeMillis(name, milliseconds, labels) {
    const isGood = typeof name === 'string' && name !== '' && Number.isFinite(milliseconds)
    if (isGood && labels === undefined) observe(name, milliseconds)
    else observeAny('observeMillis', name, milliseconds, labels)
  }

  /** @param {any} name @param {any} nanoseconds @param {any} [labels] */
  function observeNanos(name, nanoseconds, labels) {
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
