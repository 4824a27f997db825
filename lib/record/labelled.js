'use strict'

// What instruments of all kinds have beyond one series: a name, and the removal of series. `labels()` is in each kind's own
// class: shared here, V8 sees the private fields of four classes in one place, which makes `timing.labels()` a tenth slower in a
// process that uses every kind.

/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').Leaf} Leaf */
/** @typedef {import('./types').Node} Node */
/**
 * @typedef {{
 *   readonly name: string,
 *   readonly kind: string,
 *   remove(labels?: import('../..').Labels): number,
 *   reset(): void,
 * }} Named
 */

/**
 * A base class for the instruments of a kind: each is the series without labels, too.
 * @template {Leaf} Bound
 * @param {new (node: Node, key: string) => Bound} Series of the kind
 * @returns {new (family: Family) => Bound & Named}
 */
function labelled(Series) {
  const Base = /** @type {new (node: Node, key: string) => Leaf} */ (Series)
  const Labelled = class extends Base {
    #family

    /** @param {Family} family */
    constructor(family) {
      super(/** @type {any} */ (family.plain), '')
      this.#family = family
    }

    get name() {
      return this.#family.name
    }

    get kind() {
      return this.#family.word
    }

    /** @param {import('../..').Labels} [labels] */
    remove(labels) {
      return this.#family.remove(labels)
    }

    reset() {
      this.#family.reset()
    }
  }
  return /** @type {any} */ (Labelled)
}

module.exports = { labelled }
