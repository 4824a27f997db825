'use strict'

// What the options of histogram objects have in common.

const { invalidOption, optionOutOfRange } = require('../errors/options')
const { notANumber, outOfRange } = require('../errors/values')
const { readOptions } = require('../record/options')

/** @param {unknown} options @param {string[]} names @returns {any} each option read once */
function checkedOptions(options, names) {
  if (options === undefined) return {}
  return readOptions(options, names)
}

/** @param {string} option @param {unknown} value @param {(value: number) => boolean} isRight @param {string} expected */
function checkNumber(option, value, isRight, expected) {
  if (typeof value !== 'number') throw invalidOption(option, value, `a number, ${expected}`)
  if (!isRight(value)) throw optionOutOfRange(option, value, expected)
}

/** @param {number} value */
function isPositive(value) {
  return value > 0 && value < Number.POSITIVE_INFINITY
}

/** A factor for values. @param {any} scale @returns {number} */
function checkedScale(scale) {
  checkNumber('scale', scale, isPositive, 'finite and above 0')
  return scale
}

/** The error for a value that is not a finite number of at least 0. @param {unknown} value */
function wrongValue(value) {
  if (typeof value !== 'number') return notANumber('histogram value', value)
  return outOfRange('histogram value', value, 'finite and at least 0')
}

module.exports = { checkNumber, checkedOptions, checkedScale, isPositive, wrongValue }
