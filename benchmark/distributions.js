'use strict'

// Values of six distributions, as milliseconds and as whole nanoseconds. The same ones at each run.

const { COUNT, random } = require('./durations')

/** @param {() => number} next @returns {number} of the standard normal distribution (Box and Muller's transform) */
function normal(next) {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
}

/** Milliseconds. @type {Record<string, { title: string, value: (next: () => number) => number }>} */
const distributions = {
  constant: { title: 'constant', value: () => 12.5 },
  'lognormal-1': { title: 'log-normal, σ 1', value: (next) => 10 * Math.exp(normal(next)) },
  'lognormal-2': { title: 'log-normal, σ 2', value: (next) => 10 * Math.exp(2 * normal(next)) },
  bimodal: { title: 'bimodal', value: (next) => (next() < 0.8 ? 0.3 : 80) * Math.exp(0.3 * normal(next)) },
  loguniform: { title: 'log-uniform', value: (next) => 0.05 * Math.exp(10 * next()) },
  uniform: { title: 'uniform', value: (next) => 0.1 + 100 * next() },
}

/**
 * @param {string} name of a distribution
 * @returns {{ millis: number[], nanos: number[], seconds: number[] }} the same values in three units
 */
function valuesOf(name) {
  const next = random(7)
  const nanos = Array.from({ length: COUNT }, () => Math.round(distributions[name].value(next) * 1e6))
  return { nanos, millis: nanos.map((value) => value / 1e6), seconds: nanos.map((value) => value / 1e9) }
}

module.exports = { distributions, valuesOf }
