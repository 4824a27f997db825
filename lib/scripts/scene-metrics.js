'use strict'

// Scene metrics for other people's scripts: they convert wrong arguments or drop them.

const { Coercion } = require('./coercion')

/** @typedef {import('../..').SceneMetrics} SceneMetrics */
/** @typedef {import('../..').SceneMetricsFactory} SceneMetricsFactory */
/** @typedef {InstanceType<typeof Coercion>} CoercionType */

/**
 * @param {SceneMetricsFactory} scenes
 * @param {string} module its whole name
 * @returns {SceneMetricsFactory}
 */
function scriptSceneMetrics(scenes, module) {
  const coercion = new Coercion(module)
  /** @param {any} [reason] */
  const reasonCategory = (reason) => scenes.reasonCategory(reasonOf(reason, coercion, 'reasonCategory'))
  return {
    create(prefix) {
      const scene = scenes.create(prefixOf(prefix, coercion))
      return { ...scene, ...recordingBy(scene, coercion), ...timingBy(scene, coercion), reasonCategory }
    },
    reasonCategory,
  }
}

/** @param {any} prefix @param {CoercionType} coercion */
function prefixOf(prefix, coercion) {
  if (prefix === undefined || prefix === null) return undefined
  return coercion.prefix(prefix, 'create')
}

/** @param {any} reason @param {CoercionType} coercion @param {string} method */
function reasonOf(reason, coercion, method) {
  if (typeof reason === 'string' || reason === undefined || reason === null) return reason
  return coercion.reason(reason, method)
}

/** @param {SceneMetrics} scene @param {CoercionType} coercion */
function recordingBy(scene, coercion) {
  const { inc, observeMillis } = scene

  /** @param {unknown} suffix @param {unknown} delta */
  const incAny = (suffix, delta) => {
    const text = coercion.suffix(suffix, 'inc')
    if (text !== undefined) inc(text, coercion.delta(delta, 'inc'))
  }

  /** @param {unknown} suffix @param {unknown} milliseconds */
  const observeAny = (suffix, milliseconds) => {
    const text = coercion.suffix(suffix, 'observeMillis')
    const number = coercion.duration(milliseconds, 'observeMillis')
    if (text !== undefined && number !== undefined) observeMillis(text, number)
  }

  return {
    /** @param {any} suffix @param {any} [delta] */
    inc(suffix, delta) {
      if (typeof suffix === 'string' && (delta === undefined || Number.isFinite(delta))) inc(suffix, delta)
      else incAny(suffix, delta)
    },

    /** @param {any} suffix @param {any} milliseconds */
    observeMillis(suffix, milliseconds) {
      if (typeof suffix === 'string' && Number.isFinite(milliseconds)) observeMillis(suffix, milliseconds)
      else observeAny(suffix, milliseconds)
    },

    /** @param {any} suffix @param {any} [fields] */
    trace(suffix, fields) {
      const text = coercion.suffix(suffix, 'trace')
      if (text !== undefined) coercion.trace((readable) => scene.trace(text, readable), fields)
    },

    /** @param {any} [reason] */
    recordActivation(reason) {
      scene.recordActivation(reasonOf(reason, coercion, 'recordActivation'))
    },
  }
}

/** @param {SceneMetrics} scene @param {CoercionType} coercion */
function timingBy(scene, coercion) {
  return {
    /** @param {any} suffix @param {any} fn */
    time(suffix, fn) {
      if (typeof suffix === 'string' && typeof fn === 'function') return scene.time(suffix, fn)
      if (typeof fn !== 'function') return coercion.warn('function', 'time')
      const text = coercion.suffix(suffix, 'time')
      return text === undefined ? fn() : scene.time(text, fn)
    },

    /** @param {any} name @param {any} fn */
    timeTile(name, fn) {
      if (typeof name === 'string' && name !== '' && typeof fn === 'function') return scene.timeTile(name, fn)
      if (typeof fn !== 'function') return coercion.warn('function', 'timeTile')
      const text = coercion.suffix(name, 'timeTile')
      if (text === undefined) return fn()
      return text === '' ? scene.time('tile.', fn) : scene.timeTile(text, fn)
    },

    /** Counts the rebuild even if `fn` is not a function. @param {any} [reason] @param {any} [fn] */
    recordRebuild(reason, fn) {
      const text = reasonOf(reason, coercion, 'recordRebuild')
      if (typeof fn === 'function') return scene.recordRebuild(text, fn)
      if (fn !== undefined && fn !== null) coercion.warn('function', 'recordRebuild')
      return scene.recordRebuild(text)
    },
  }
}

module.exports = { scriptSceneMetrics }
