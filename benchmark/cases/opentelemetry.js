'use strict'

// OpenTelemetry's calls over its SDK, and over `tallystick/opentelemetry`.

const { atMost } = require('../bars')
const { evenly, loopCase } = require('../loop')
const { openMeter } = require('../contenders/opentelemetry')
const { SERIES, methodOf, statusOf } = require('../request-labels')

const MOST_WITH_TWO = 50
const MOST_WITH_FOUR = 60

/** @param {number} turn */
const two = (turn) => ({ 'http.request.method': methodOf(turn), 'http.response.status_code': statusOf(turn) })

/** @param {number} turn */
const four = (turn) => ({
  'http.request.method': methodOf(turn),
  'http.response.status_code': statusOf(turn),
  'http.route': '/orders/:id',
  'url.scheme': 'https',
})

/**
 * @param {string} name
 * @param {string} title
 * @param {number} most
 * @param {(turn: number) => Record<string, string>} attributesOf
 */
function adding(name, title, most, attributesOf) {
  return loopCase({
    name,
    rows: [{ title, bars: [atMost(most)] }],
    contenders: {
      tallystick: () => {
        const { counterValues } = require('../contenders/tallystick')
        const { MeterProvider } = require('../../opentelemetry')
        const counter = new MeterProvider().getMeter('benchmark').createCounter('requests')
        return {
          record: (turn) => counter.add(1, attributesOf(turn)),
          recorded: counterValues,
          expected: evenly(SERIES),
        }
      },
      opentelemetry: () => {
        const meter = openMeter()
        const counter = meter.counter('requests')
        return {
          record: (turn) => counter.add(1, attributesOf(turn)),
          recorded: meter.counterValues,
          expected: evenly(SERIES),
        }
      },
    },
  })
}

module.exports = [
  adding('opentelemetry-two', "OpenTelemetry's `counter.add(1, { … })` with two attributes", MOST_WITH_TWO, two),
  adding('opentelemetry-four', 'the same with four attributes', MOST_WITH_FOUR, four),
]
