'use strict'

// Meters of a new provider, what Prometheus gets of them, and what the API's logger gets.

const { Collector, createMetrics } = require('../..')
const { MeterProvider } = require('../../opentelemetry')
const { samplesOf } = require('./exposition-samples')

const API = Symbol.for('opentelemetry.js.api.1')

/** Diagnostics that the API's logger got. @type {string[]} */
const logged = []
globalThis[API] = { diag: { warn: (message) => logged.push(message) } }

/** Forgets them. */
function forgetLogged() {
  logged.splice(0)
}

/** A meter without labels of a scope, and what Prometheus gets. @param {any} [options] */
function fresh(options) {
  const collector = new Collector()
  const provider = new MeterProvider({ collector, resource: {}, ...options })
  const metrics = createMetrics(collector)
  const meter = provider.getMeter('')
  // that it has no name
  forgetLogged()
  const text = async (accept) => Buffer.from((await metrics.prometheus(accept && { accept })).body).toString()
  return {
    collector,
    provider,
    metrics,
    meter,
    text,
    samples: async () => {
      const samples = Object.entries(samplesOf(Buffer.from(await text())))
      // without the collector's metrics of itself
      return Object.fromEntries(samples.filter(([name]) => !/^(target_info|tallystick_)/.test(name)))
    },
  }
}

module.exports = { forgetLogged, fresh, logged }
