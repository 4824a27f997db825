'use strict'

// Events that users emit themselves, for example from their own instruments. They are recorded as the default instruments record, so
// that default reports include them.

const { notAnEvent } = require('../errors/events')
const { checkedGauge, checkedNumber } = require('../record/numbers')
const { checkedName } = require('../record/options')
const { isUnregistered } = require('../record/series')
const { copiedTags } = require('./tags')

/** @typedef {InstanceType<typeof import('./recording').Recording>} Recording */
/** @typedef {import('./hub').EventKind} EventKind */
/** @typedef {import('../..').Labels} Labels */

class Emissions {
  #recording
  /** @type {Map<string, any>} instruments by kind and name, so that only the first event of a name may call Rust */
  #instruments = new Map()

  /** @param {Recording} recording */
  constructor(recording) {
    this.#recording = recording
  }

  /** @param {EventKind} kind @param {any} event */
  record(kind, event) {
    const { name, tags, ...fields } = fieldsOf(kind, event)
    const value = numberOf(kind, fields)
    const copy = copiedTags(tags)
    const series = this.#series(kind, checkedName(name), copy)
    write(kind, series, value)
    if (kind === 'gauge') this.#recording.noteGauge(checkedName(name))
  }

  /** @param {EventKind} kind @param {string} name @param {Labels | undefined} tags */
  #series(kind, name, tags) {
    const known = this.#known(kind, name)
    if (known === undefined) {
      // names may come from outside the program: those without room share a series
      const folded = this.#recording.folded(kind, name)
      if (folded !== undefined) return folded
    }
    const instrument = known ?? this.#make(kind, name)
    return tags === undefined ? instrument : instrument.labels(tags)
  }

  /** @param {EventKind} kind @param {string} name */
  #known(kind, name) {
    const known = this.#instruments.get(`${kind} ${name}`)
    return known === undefined || isUnregistered(known) ? undefined : known
  }

  /** @param {EventKind} kind @param {string} name */
  #make(kind, name) {
    const made = this.#recording.instrument(kind, name)
    this.#instruments.set(`${kind} ${name}`, made)
    return made
  }
}

/**
 * Reads each field once. The other keys of a timer's event are its tags.
 * @param {EventKind} kind
 * @param {any} event
 * @returns {any}
 */
function fieldsOf(kind, event) {
  if (typeof event !== 'object' || event === null) throw notAnEvent(kind, event)
  try {
    if (kind !== 'timer') return { name: event.name, tags: event.tags, increment: event.increment, value: event.value }
    const { name, startTs, stopTs, ...tags } = event
    return { name, startTs, stopTs, tags: Object.keys(tags).length === 0 ? undefined : tags }
  } catch (cause) {
    throw notAnEvent(kind, event, cause)
  }
}

/** @param {EventKind} kind @param {any} fields @returns {number} */
function numberOf(kind, { increment, value, startTs, stopTs }) {
  if (kind === 'counter') return checkedNumber('the increment of an event', increment)
  if (kind === 'gauge') return checkedGauge(value, 'the value of an event')
  if (kind === 'histogram') return checkedNumber('the value of an event', value)
  return checkedNumber('stopTs', stopTs) - checkedNumber('startTs', startTs)
}

/** @param {EventKind} kind @param {any} series @param {number} value */
function write(kind, series, value) {
  if (kind === 'counter') series.inc(value)
  else if (kind === 'gauge') series.set(value)
  else if (kind === 'histogram') series.observe(value)
  else series.observeMillis(value)
}

module.exports = { Emissions }
