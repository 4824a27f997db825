'use strict'

const { spawnSync } = require('node:child_process')
const path = require('node:path')
const { times } = require('../bars')

const BASELINE = 'empty process'
/** Not an empty script: Bun exits before it is ready to run one. */
const NOTHING = '0'
const modules = {
  tallystick: path.join(__dirname, '..', '..'),
  'prom-client': 'prom-client',
  '@prometheus-io/client': '@prometheus-io/client',
  '@platformatic/prom-client': '@platformatic/prom-client',
  opentelemetry: '@opentelemetry/sdk-metrics',
  metrix: 'metrix',
  'hdr-histogram-js': 'hdr-histogram-js',
}

/** A whole process that requires one module, from start to end. @param {string} code */
function processCase(code) {
  return () => ({
    measure: () => {
      const began = performance.now()
      const { status, stderr } = spawnSync(process.execPath, ['-e', code], { cwd: __dirname, encoding: 'utf8' })
      const took = performance.now() - began
      if (status !== 0) throw new Error(stderr)
      return took
    },
  })
}

const contenders = Object.entries(modules).map(([name, module]) => [
  name,
  processCase(`require(${JSON.stringify(module)})`),
])

module.exports = {
  name: 'require',
  unit: 'ms',
  rounds: 15,
  baseline: BASELINE,
  rows: [{ title: 'a process that calls `require`, less the time of an empty process', bars: [times(4)] }],
  contenders: { ...Object.fromEntries(contenders), [BASELINE]: processCase(NOTHING) },
}
