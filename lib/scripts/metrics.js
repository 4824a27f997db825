'use strict'

// Metrics for other people's scripts: recording by name converts wrong arguments or drops them. Instruments and readings are those
// of Metrics, and throw.

const { Coercion, fieldsOf } = require('./coercion')

/** @typedef {import('../..').Metrics} Metrics */
/** @typedef {InstanceType<typeof Coercion>} CoercionType */

/**
 * @param {Metrics} metrics
 * @param {string} module its whole name
 * @returns {Metrics}
 */
function scriptMetrics(metrics, module) {
  const coercion = new Coercion(module)
  return /** @type {Metrics} */ ({
    ...metrics,
    ...countingBy(metrics, coercion),
    ...timingBy(metrics, coercion),
    ...valuesBy(metrics, coercion),
  })
}

// The hot functions are small, so that V8 inlines them: valid values without labels are passed on at once.

/** @param {Metrics} metrics @param {CoercionType} coercion */
function countingBy(metrics, coercion) {
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
    const text = typeof name === 'string' && name !== '' ? name : coercion.name(name, 'inc')
    if (text === undefined) return
    const number = delta === undefined || Number.isFinite(delta) ? delta : coercion.delta(delta, 'inc')
    try {
      count(text, number, labels)
    } catch (error) {
      coercion.warnOf(error, 'labels', 'inc')
      count(text, number)
    }
  }

  /** @param {any} name @param {any} [fields] */
  function trace(name, fields) {
    const text = coercion.name(name, 'trace')
    if (text === undefined) return
    try {
      metrics.trace(text, fieldsOf(fields))
    } catch (error) {
      coercion.warnOf(error, 'fields', 'trace')
      metrics.trace(text)
    }
  }

  /** @param {any} name @param {any} fn */
  function counted(name, fn) {
    if (typeof fn !== 'function') return coercion.warn('function', 'counted')
    if (typeof name === 'string' && name !== '') count(name)
    else incAny(name, undefined, undefined)
    return fn()
  }

  return { inc, trace, counted }
}

/** @param {Metrics} metrics @param {CoercionType} coercion */
function timingBy(metrics, coercion) {
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
    const text = coercion.name(name, method)
    const number = coercion.duration(duration, method)
    if (text === undefined || number === undefined) return
    try {
      metrics[method](text, number, labels)
    } catch (error) {
      coercion.warnOf(error, 'labels', method)
      metrics[method](text, number)
    }
  }

  /** @param {any} name @param {any} fn @param {any} [labels] */
  function time(name, fn, labels) {
    if (labels === undefined && name && typeof name === 'string' && typeof fn === 'function')
      return metrics.time(name, fn)
    if (typeof fn !== 'function') return coercion.warn('function', 'time')
    const text = coercion.name(name, 'time')
    return text === undefined ? fn() : timeLabelled(text, fn, labels)
  }

  /** Errors of the function itself are passed on. @param {string} name @param {() => any} fn @param {any} labels */
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
      coercion.warnOf(error, 'labels', 'time')
    }
    return metrics.time(name, fn)
  }

  return { observeMillis, observeNanos, time }
}

/** @param {Metrics} metrics @param {CoercionType} coercion */
function valuesBy(metrics, coercion) {
  /** @param {any} name @param {any} value @param {any} [labels] */
  const set = (name, value, labels) => record('set', name, value, labels)
  /** @param {any} name @param {any} value @param {any} [labels] */
  const observe = (name, value, labels) => record('observe', name, value, labels)

  /** @param {'set' | 'observe'} method @param {unknown} name @param {unknown} value @param {any} labels */
  function record(method, name, value, labels) {
    const text = coercion.name(name, method)
    const number = coercion.value(value, method)
    if (text === undefined || number === undefined) return
    try {
      metrics[method](text, number, labels)
    } catch (/** @type {any} */ error) {
      const isValue = error?.code === 'ERR_TALLYSTICK_VALUE'
      coercion.warnOf(error, isValue ? 'value' : 'labels', method)
      if (!isValue) record(method, text, number, undefined)
    }
  }

  return { set, observe }
}

module.exports = { scriptMetrics }
