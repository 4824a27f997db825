'use strict'

// Families that other threads, or the instruments of `tallystick` itself, have in the default registry, as `getMetricsAsJSON()` returns
// metrics.

/** @typedef {import('./types').OtherFamilyValues} FamilyValues */

/** @param {FamilyValues} family @returns {import('./types').MetricReading} */
function readingOf(family) {
  const [name, help, type, aggregator] = family.about
  return { name, help, type, values: family.series.flatMap((series) => samplesOf(family, series)), aggregator }
}

/** @param {FamilyValues} family @param {import('./types').SeriesValues} series @returns {any[]} */
function samplesOf({ about: [name, , type], bounds }, { names, values, numbers }) {
  const labels = Object.fromEntries(names.map((label, at) => [label, values[at]]))
  if (type === 'counter' || type === 'gauge') return [{ value: numbers[0], labels }]
  const [sum, count] = numbers.slice(-2)
  const ends = [
    { metricName: `${name}_sum`, value: sum, labels },
    { metricName: `${name}_count`, value: count, labels },
  ]
  if (type === 'summary') {
    return [...bounds.map((quantile, at) => ({ value: numbers[at] || 0, labels: { quantile, ...labels } })), ...ends]
  }
  const bucket = (/** @type {number | string} */ le, /** @type {number} */ value) => ({
    metricName: `${name}_bucket`,
    value,
    labels: { le, ...labels },
  })
  return [...bounds.map((bound, at) => bucket(bound, numbers[at])), bucket('+Inf', count), ...ends]
}

module.exports = { readingOf }
