'use strict'

// Where the values of a metric are: in a family of a collector. A metric of the default registry is in the collector that all threads
// share, one of another registry in that registry's, and one without a registry in its own.

const { Collector, instrumentsOf } = require('../record/collector')
const { isAlone, isTestRunner } = require('./sharing')

/** @typedef {import('../record/types').Family} Family */
/** @typedef {import('../record/types').Instruments} Instruments */

/** The key of the method with which a registry opens its collector. @type {unique symbol} */
const OPEN_COLLECTOR = Symbol('tallystick openCollector')
/**
 * The key of the method that says whether a metric that a registry does not list any more still has this name in its collector.
 * @type {unique symbol}
 */
const IS_TAKEN = Symbol('tallystick isTaken')
/** The key of the method with which a metric says what of it Rust shows. @type {unique symbol} */
const LISTED = Symbol('tallystick listed')
/** The key of the method that calls a metric's `collect`. @type {unique symbol} */
const COLLECT = Symbol('tallystick collect')
/** The key of the method that converts a reading. @type {unique symbol} */
const CONVERT = Symbol('tallystick convert')
/** The key of the method by which a metric learns that a registry has removed it. @type {unique symbol} */
const LEAVE = Symbol('tallystick leave')

/** The key of the method by which a metric without a home learns that a registry has removed it. @type {unique symbol} */
const LEAVE_EMPTY = Symbol('tallystick leaveEmpty')
/** The key of the method with which a metric takes what recording needs of its home. @type {unique symbol} */
const ATTACH = Symbol('tallystick attach')

class Home {
  /** @param {import('../..').Collector} collector @param {Family} family */
  constructor(collector, family) {
    // a collector is dropped when nothing holds it
    this.collector = collector
    this.instruments = instrumentsOf(collector)
    this.family = family
  }
}

/** @typedef {'counter' | 'gauge' | 'histogram'} Kind */
/** @typedef {[options: Record<string, unknown>, more?: import('../../binding').FamilyRequest]} Options of a family */

/**
 * Whether a metric can open its home at its first use, because no other thread shares the family. Not under a test runner: there a
 * timer may be the first to use the metric, when no more modules can be loaded.
 * @param {any} metric a counter or a gauge
 */
function canWaitForHome({ registers, labelNames, maxSeries, merge }) {
  if (isTestRunner || maxSeries !== undefined || merge !== undefined) return false
  const isShared = !isAlone && registers.some((/** @type {any} */ register) => register?.isGlobal)
  return !isShared && labelNames.every((/** @type {unknown} */ name) => typeof name === 'string')
}

/** @param {any[]} registers of the metric @param {Kind} kind @param {Options} options */
function openHome(registers, kind, options) {
  const owners = registers.filter((register) => typeof register?.[OPEN_COLLECTOR] === 'function')
  const owner = owners.find((register) => register.isGlobal) ?? owners[0]
  if (owner === undefined || owner[IS_TAKEN](options[0].name)) return newHome(kind, options)
  const collector = owner[OPEN_COLLECTOR]()
  try {
    return new Home(collector, instrumentsOf(collector).family(kind, ...options))
  } catch (error) {
    // another thread, or another copy of the package, has this name with other options
    const { code, message } = /** @type {any} */ (error)
    if (code !== 'ERR_TALLYSTICK_CONFLICT') throw error
    if (owner.isGlobal) warnOfConflict(message)
    return newHome(kind, options)
  }
}

/** @param {string} conflict */
function warnOfConflict(conflict) {
  const message = `a metric is not shared with other threads, because its options differ: ${conflict}`
  process.emitWarning(message, { type: 'TallystickWarning', code: 'TALLYSTICK_CONFLICT' })
}

/** @param {Kind} kind @param {Options} options */
function newHome(kind, options) {
  const collector = new Collector({ selfMetrics: false })
  return new Home(collector, instrumentsOf(collector).family(kind, ...options))
}

module.exports = {
  ATTACH: /** @type {typeof ATTACH} */ (ATTACH),
  COLLECT: /** @type {typeof COLLECT} */ (COLLECT),
  CONVERT: /** @type {typeof CONVERT} */ (CONVERT),
  IS_TAKEN: /** @type {typeof IS_TAKEN} */ (IS_TAKEN),
  LEAVE: /** @type {typeof LEAVE} */ (LEAVE),
  LEAVE_EMPTY: /** @type {typeof LEAVE_EMPTY} */ (LEAVE_EMPTY),
  LISTED: /** @type {typeof LISTED} */ (LISTED),
  OPEN_COLLECTOR: /** @type {typeof OPEN_COLLECTOR} */ (OPEN_COLLECTOR),
  canWaitForHome,
  newHome,
  openHome,
}
