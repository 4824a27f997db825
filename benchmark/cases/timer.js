'use strict'

const { times } = require('../bars')
const { loopCase } = require('../loop')
const { clockTwice } = require('../contenders/bare')
const { openRecorder } = require('../contenders/metrix')
const { prometheusClients, timingTotals } = require('../contenders/prometheus')

module.exports = loopCase({
  name: 'timer',
  rows: [{ title: '`timing.start()` and its stop function; peers: `histogram.startTimer()()`', bars: [times(2)] }],
  contenders: {
    tallystick: () => {
      const { metrics, timingTotals } = require('../contenders/tallystick')
      const timing = metrics.timing('latency')
      return { record: () => timing.start()(), recorded: () => timingTotals().slice(0, 1) }
    },
    ...prometheusClients((client) => {
      const histogram = new client.Histogram({ name: 'latency', help: 'latency' })
      return { record: () => histogram.startTimer()(), recorded: async () => (await timingTotals(client)).slice(0, 1) }
    }),
    metrix: () => {
      const { recorder, timingCount } = openRecorder()
      const timer = recorder.timer('latency')
      return { record: () => timer.stop(timer.start()), recorded: timingCount }
    },
    'performance.now() twice': clockTwice,
  },
})
