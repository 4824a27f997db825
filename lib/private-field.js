'use strict'

// A private value on an object of someone else: no listing, inspection or proxy shows it, it ends with its object, and reading it
// costs a few nanoseconds, where a WeakMap costs hundreds.

/** Its subclasses define their private fields on the object that it returns. */
class Carrier {
  /** @param {object} object */
  constructor(object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is what puts a private field on the object
    return object
  }
}

/**
 * A new private field for objects of any class.
 * @template Value
 */
function createPrivateField() {
  class PrivateField extends Carrier {
    /** @type {Value} */
    #value

    /** @param {object} object @param {Value} value */
    constructor(object, value) {
      super(object)
      this.#value = value
    }

    /** @param {any} object @returns {Value | undefined} */
    static read(object) {
      return #value in object ? object.#value : undefined
    }

    /** @param {any} object @param {Value} value */
    static write(object, value) {
      if (#value in object) object.#value = value
      else new PrivateField(object, value)
    }
  }

  return { read: PrivateField.read, write: PrivateField.write }
}

module.exports = { createPrivateField }
