'use strict'

// Reproducible random values of different distributions.

const { random } = require('./oracle')

/** @type {Record<string, (next: () => number) => number>} one value each, most of them some hundreds */
const shapes = {
  uniform: (next) => next() * 1000,
  exponential: (next) => -Math.log(1 - next()) * 200,
  bimodal: (next) => (next() < 0.7 ? 100 + 20 * next() : 900 + 50 * next()),
  constant: () => 250,
  'heavy-tailed': (next) => 50 * (1 - next()) ** (-1 / 1.5),
  'below 1': (next) => -Math.log(1 - next()) / 1000,
}

function valuesOf(shape, count, seed = 1) {
  const next = random(seed)
  return Array.from({ length: count }, () => shapes[shape](next))
}

module.exports = { shapes, valuesOf }
