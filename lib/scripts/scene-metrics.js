'use strict'

// Scene metrics as other people's scripts get them: lenient in all that they record.

const { LenientCalls, fieldsOf } = require('./lenience')

/** @typedef {import('../..').SceneMetrics} SceneMetrics */
/** @typedef {import('../..').SceneMetricsFactory} SceneMetricsFactory */
/** @typedef {InstanceType<typeof LenientCalls>} Lenience */

/**
 * @param {SceneMetricsFactory} scenes
 * @param {string} module its whole name
 * @returns {SceneMetricsFactory}
 */
function scriptSceneMetrics(scenes, module) {
  const lenience = new LenientCalls(module)
  /** @param {any} [reason] */
  const reasonCategory = (reason) => scenes.reasonCategory(reasonOf(reason, lenience, 'reasonCategory'))
  return {
    create(prefix) {
      const scene = scenes.create(prefixOf(prefix, lenience))
      return { ...scene, ...recordingBy(scene, lenience), ...timingBy(scene, lenience), reasonCategory }
    },
    reasonCategory,
  }
}

/** @param {any} prefix @param {Lenience} lenience */
function prefixOf(prefix, lenience) {
  if (prefix === undefined || prefix === null) return undefined
  return lenience.prefix(prefix, 'create')
}

/** @param {any} reason @param {Lenience} lenience @param {string} method */
function reasonOf(reason, lenience, method) {
  if (typeof reason === 'string' || reason === undefined || reason === null) return reason
  return lenience.reason(reason, method)
}

/** @param {SceneMetrics} scene @param {Lenience} lenience */
function recordingBy(scene, lenience) {
  const { inc, observeMillis } = scene

  /** @param {unknown} suffix @param {unknown} delta */
  const incAny = (suffix, delta) => {
    const text = lenience.suffix(suffix, 'inc')
    if (text !== undefined) inc(text, lenience.delta(delta, 'inc'))
  }

  /** @param {unknown} suffix @param {unknown} milliseconds */
  const observeAny = (suffix, milliseconds) => {
    const text = lenience.suffix(suffix, 'observeMillis')
    const number = lenience.duration(milliseconds, 'observeMillis')
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
      const text = lenience.suffix(suffix, 'trace')
      if (text === undefined) return
      try {
        scene.trace(text, fieldsOf(fields))
      } catch (error) {
        lenience.excuse(error, 'fields', 'trace')
        scene.trace(text)
      }
    },

    /** @param {any} [reason] */
    recordActivation(reason) {
      scene.recordActivation(reasonOf(reason, lenience, 'recordActivation'))
    },
  }
}

/** @param {SceneMetrics} scene @param {Lenience} lenience */
function timingBy(scene, lenience) {
  return {
    /** @param {any} suffix @param {any} fn */
    time(suffix, fn) {
      if (typeof suffix === 'string' && typeof fn === 'function') return scene.time(suffix, fn)
      if (typeof fn !== 'function') return lenience.warn('function', 'time')
      const text = lenience.suffix(suffix, 'time')
      return text === undefined ? fn() : scene.time(text, fn)
    },

    /** @param {any} name @param {any} fn */
    timeTile(name, fn) {
      if (typeof name === 'string' && name !== '' && typeof fn === 'function') return scene.timeTile(name, fn)
      if (typeof fn !== 'function') return lenience.warn('function', 'timeTile')
      const text = lenience.suffix(name, 'timeTile')
      if (text === undefined) return fn()
      return text === '' ? scene.time('tile.', fn) : scene.timeTile(text, fn)
    },

    /** It is counted, also where what should be timed is no function. @param {any} [reason] @param {any} [fn] */
    recordRebuild(reason, fn) {
      const text = reasonOf(reason, lenience, 'recordRebuild')
      if (typeof fn === 'function') return scene.recordRebuild(text, fn)
      if (fn !== undefined && fn !== null) lenience.warn('function', 'recordRebuild')
      return scene.recordRebuild(text)
    },
  }
}

module.exports = { scriptSceneMetrics }
