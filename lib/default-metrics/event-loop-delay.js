'use strict'

// How late each beat is. Of its latest minute Rust makes prom-client's gauges (min, max, mean, stddev, quantiles).

/** @typedef {import('./types').ThreadFamily} ThreadFamily */

/** @type {ThreadFamily} */
const DELAY = {
  kind: 'timing',
  name: 'nodejs_eventloop_delay',
  help: 'How late the event loop ran a timer, at each beat of the heartbeat.',
}

/** @param {import('./types').ThreadRecorder} recorder @returns {import('./types').Measurement} */
function start(recorder) {
  const delay = recorder.series(DELAY)
  return { beat: (_, lateness) => delay.observeMillis(lateness) }
}

module.exports = { families: [DELAY], start }
