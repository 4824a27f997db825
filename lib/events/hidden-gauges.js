'use strict'

// Gauges that one aggregator hides until they are set again. Their cells are not changed.

/** @typedef {InstanceType<typeof import('./recording').Recording>} Recording */

class HiddenGauges {
  #recording
  /** @type {Map<string, { value: number, sets: number }>} what they were when they were hidden */
  #hidden = new Map()

  /** @param {Recording} recording */
  constructor(recording) {
    this.#recording = recording
  }

  /** @param {Record<string, number>} gauges all that are set */
  hide(gauges) {
    this.#hidden = new Map(
      Object.entries(gauges).map(([name, value]) => [name, { value, sets: this.#recording.gaugeSets(name) }]),
    )
  }

  /** Removes the gauges that are still hidden. @param {Record<string, number>} gauges */
  removeFrom(gauges) {
    for (const [name, { value, sets }] of this.#hidden) {
      // another thread's update is noticed only if the value differs
      const isSame = Object.is(gauges[name], value) && this.#recording.gaugeSets(name) === sets
      if (isSame) delete gauges[name]
      else this.#hidden.delete(name)
    }
  }
}

module.exports = { HiddenGauges }
