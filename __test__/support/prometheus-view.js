'use strict'

// An exposition as Prometheus sees it: families, and samples whose labels have no order.

const { samplesOf } = require('./exposition-samples')

/** @param {string} text */
function seenByPrometheus(text) {
  const titles = (/** @type {string} */ word) =>
    Object.fromEntries(
      [...text.matchAll(new RegExp(`^# ${word} (\\S+) (.*)$`, 'gm'))].map(([, name, rest]) => [name, rest]),
    )
  const samples = Object.entries(samplesOf(Buffer.from(text))).map(([sample, value]) => [sortedLabels(sample), value])
  return { types: titles('TYPE'), helps: titles('HELP'), samples: Object.fromEntries(samples) }
}

/** @param {string} sample whose label values have no comma */
function sortedLabels(sample) {
  return sample.replace(/\{(.*)\}$/, (_, labels) => `{${labels.split(',').sort().join(',')}}`)
}

module.exports = { seenByPrometheus }
