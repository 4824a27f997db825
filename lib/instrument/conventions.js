'use strict'

// What OpenTelemetry's conventions recommend for servers and clients alike.

/** Bounds of durations, in milliseconds. */
const DURATION_BUCKETS = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000]

module.exports = { DURATION_BUCKETS }
