'use strict'

// Reproducible random values of different distributions.

/**
 * Numbers above 0 and below 1, by sfc32 (Chris Doty-Humphrey's small fast counter). Not `random` of `oracle.js`: the errors that
 * docs/histograms.md states are those of these values.
 * @param {number} seed
 */
function numbersFrom(seed) {
  let [a, b, c, counter] = [seed, 0x9e3779b9, 0x243f6a88, 1]
  return () => {
    const sum = (a + b + counter++) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return ((sum >>> 0) + 0.5) / 2 ** 32
  }
}

/** @type {Record<string, (next: () => number) => number>} one value each, most of them some hundreds */
const shapes = {
  uniform: (next) => next() * 1000,
  exponential: (next) => -Math.log(next()) * 200,
  bimodal: (next) => (next() < 0.7 ? 100 + 20 * next() : 900 + 50 * next()),
  constant: () => 250,
  'heavy-tailed': (next) => 50 * next() ** (-1 / 1.5),
  'below 1': (next) => -Math.log(next()) / 1000,
}

function valuesOf(shape, count, seed = 1) {
  const next = numbersFrom(seed)
  return Array.from({ length: count }, () => shapes[shape](next))
}

module.exports = { shapes, valuesOf }
