'use strict'

// Where and when a table was made.

const os = require('node:os')
const { spawnSync } = require('node:child_process')
const { versions } = require('./peers')

/** @param {string} program Node's or Bun's */
function describeMachine(program) {
  const cpus = os.cpus()
  return {
    machine: `${cpus[0]?.model.trim() ?? 'an unknown CPU'}, ${cpus.length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()} ${os.arch()}`,
    runtime: runtimeVersion(program),
    peers: Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', '),
  }
}

/** @param {string} program */
function runtimeVersion(program) {
  const code =
    "console.log(process.versions.bun ? 'Bun ' + process.versions.bun : 'Node.js ' + process.versions.node + ' (V8 ' + process.versions.v8 + ')')"
  return spawnSync(program, ['-e', code], { encoding: 'utf8' }).stdout.trim()
}

/** The load of the last minute: other work on the machine shows here. Windows has none. */
function load() {
  return os.loadavg()[0].toFixed(2)
}

module.exports = { describeMachine, load }
