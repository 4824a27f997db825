'use strict'

// Metrics for other people's scripts: recording by name converts wrong arguments or drops them. Instruments and readings are those
// of Metrics, and throw.

const { Coercion } = require('./coercion')

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

  /** @param {any} name @param {any} [delta] @param {any} [labels] @param {any} [options] */
  function inc(name, delta, labels, options) {
    if (typeof name !== 'string' || name === '' || labels !== undefined || options !== undefined)
      incAny(name, delta, labels, options)
    else if (delta === undefined) count(name)
    else if (Number.isFinite(delta)) count(name, delta)
    else incAny(name, delta, labels)
  }

  /** @param {unknown} name @param {any} delta @param {any} [labels] @param {any} [options] */
  function incAny(name, delta, labels, options) {
    const text = typeof name === 'string' && name !== '' ? name : coercion.name(name, 'inc')
    if (text === undefined) return
    const number = delta === undefined || Number.isFinite(delta) ? delta : coercion.delta(delta, 'inc')
    coercion.recordBest((...rest) => count(text, number, ...rest), labels, options, 'inc')
  }

  /** @param {any} name @param {any} [fields] */
  function trace(name, fields) {
    const text = coercion.name(name, 'trace')
    if (text !== undefined) coercion.trace((readable) => metrics.trace(text, readable), fields)
  }

  /** @param {any} name @param {any} fn */
  function counted(name, fn) {
    if (typeof fn !== 'function') return coercion.warn('function', 'counted')
    if (typeof name === 'string' && name !== '') count(name)
    else incAny(name, undefined)
    return fn()
  }

  return { inc, trace, counted }
}

/** @param {Metrics} metrics @param {CoercionType} coercion */
function timingBy(metrics, coercion) {
  const { observeMillis: observe } = metrics

  /** @param {any} name @param {any} milliseconds @param {any} [labels] @param {any} [options] */
  function observeMillis(name, milliseconds, labels, options) {
    const isGood = typeof name === 'string' && name !== '' && Number.isFinite(milliseconds)
    if (isGood && labels === undefined && options === undefined) observe(name, milliseconds)
    else observeAny('observeMillis', name, milliseconds, labels, options)
  }

  /** @param {any} name @param {any} nanoseconds @param {any} [labels] @param {any} [options] */
  function observeNanos(name, nanoseconds, labels, options) {
    observeAny('observeNanos', name, nanoseconds, labels, options)
  }

  /**
   * @param {'observeMillis' | 'observeNanos'} method
   * @param {unknown} name
   * @param {unknown} duration
   * @param {any} labels
   * @param {any} options
   */
  function observeAny(method, name, duration, labels, options) {
    const text = coercion.name(name, method)
    const number = coercion.duration(duration, method)
    if (text === undefined || number === undefined) return
    coercion.recordBest((...rest) => metrics[method](text, number, ...rest), labels, options, method)
  }

  /** @param {any} name @param {any} fn @param {any} [labels] @param {any} [options] */
  function time(name, fn, labels, options) {
    const isPlain = labels === undefined && options === undefined
    if (isPlain && name && typeof name === 'string' && typeof fn === 'function') return metrics.time(name, fn)
    if (typeof fn !== 'function') return coercion.warn('function', 'time')
    const text = coercion.name(name, 'time')
    return text === undefined ? fn() : timeLabelled(text, fn, labels, options)
  }

  /**
   * Errors of the function itself are passed on.
   * @param {string} name
   * @param {() => any} fn
   * @param {any} labels
   * @param {any} options
   */
  function timeLabelled(name, fn, labels, options) {
    let isCalled = false
    const noted = () => {
      isCalled = true
      return fn()
    }
    const record = (/** @type {any[]} */ ...rest) => metrics.time(name, noted, ...rest)
    return coercion.recordBest(record, labels, options, 'time', () => isCalled)
  }

  return { observeMillis, observeNanos, time }
}

/** @param {Metrics} metrics @param {CoercionType} coercion */
function valuesBy(metrics, coercion) {
  /** @param {any} name @param {any} value @param {any} [labels] */
  const set = (name, value, labels) => recordValue('set', name, value, labels)
  /** @param {any} name @param {any} value @param {any} [labels] @param {any} [options] */
  const observe = (name, value, labels, options) => recordValue('observe', name, value, labels, options)

  /** @param {'set' | 'observe'} method @param {unknown} name @param {unknown} value @param {any} labels @param {any} [options] */
  function recordValue(method, name, value, labels, options) {
    const text = coercion.name(name, method)
    const number = coercion.value(value, method)
    if (text === undefined || number === undefined) return
    /** @type {Metrics['observe']} */
    const record = metrics[method]
    try {
      coercion.recordBest((...rest) => record(text, number, ...rest), labels, options, method, isValueError)
    } catch (error) {
      coercion.warnOf(error, 'value', method)
    }
  }

  return { set, observe }
}

/** @param {any} error */
function isValueError(error) {
  return error?.code === 'ERR_TALLYSTICK_VALUE'
}

module.exports = { scriptMetrics }
