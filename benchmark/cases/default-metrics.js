'use strict'

const { setTimeout } = require('node:timers/promises')
const { prometheusClients } = require('../contenders/prometheus')
const { share } = require('../bars')

const MOST = '0.1 % of a core'
const MOST_MICROS = 1000

/** Until what was loaded is compiled, and its garbage collected. */
const SETTLING_MILLIS = 2000
const IDLE_MILLIS = 6000

/**
 * The processor time that an idle process takes, without scrapes, in microseconds a second: beyond what it took before, which is the
 * runtime's and the machine's.
 * @param {() => void} collect
 */
function idle(collect) {
  return {
    measure: async () => {
      const before = await microsASecond()
      collect()
      return Math.max((await microsASecond()) - before, 0)
    },
  }
}

async function microsASecond() {
  await setTimeout(SETTLING_MILLIS)
  globalThis.gc?.()
  await setTimeout(SETTLING_MILLIS)
  const began = performance.now()
  const before = process.cpuUsage()
  await setTimeout(IDLE_MILLIS)
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1000) / (performance.now() - began)
}

module.exports = {
  name: 'default-metrics',
  unit: 'µs',
  rounds: 3,
  isFresh: true,
  flags: ['--expose-gc'],
  rows: [
    {
      title: 'default metrics of an idle process: more processor time a second',
      bars: [share(0.5), share(1, [MOST])],
    },
  ],
  contenders: {
    tallystick: () => idle(() => require('../..').collectDefaultMetrics()),
    ...prometheusClients((client) => idle(() => client.collectDefaultMetrics())),
    'no metrics': () => idle(() => {}),
    [MOST]: () => ({ measure: async () => MOST_MICROS }),
  },
}
