'use strict'

// Programs that tests validate expositions with: Python's prometheus_client, protobuf and opentelemetry-proto, in a virtual
// environment, and Prometheus with promtool, from Debian's package. Both are kept under target/; nothing is installed into the
// system. A set-up returns why it is not possible on this machine, or undefined.

const fs = require('node:fs')
const path = require('node:path')
const { isInstalled, root } = require('./command')
const { unpackPackages } = require('./debian')
const { programsOf, setUpPrograms } = require('./python')

const clients = ['prometheus_client==0.26.0', 'protobuf==7.36.2', 'opentelemetry-proto==1.45.2']
const promtoolFolder = path.join(root, 'target', 'promtool')

/** The virtual environment's Python, if it exists. */
function pythonPath() {
  const programs = programsOf('venv', clients)
  return programs && path.join(programs, process.platform === 'win32' ? 'python.exe' : 'python')
}

/** @returns {string | undefined} why it is unavailable */
function setUpPython() {
  const reason = setUpPrograms('venv', clients)
  return reason && `${reason}, so no test compares with prometheus_client`
}

/** The Debian package of each program, and where it is unpacked. VictoriaMetrics is what Prometheus writes to. */
const packages = {
  promtool: { name: 'prometheus', folder: promtoolFolder },
  prometheus: { name: 'prometheus', folder: promtoolFolder },
  'victoria-metrics': { name: 'victoria-metrics', folder: path.join(root, 'target', 'victoria-metrics') },
}

/** A program of the system or of Debian's package. @param {keyof typeof packages} program */
function programPath(program) {
  const unpacked = path.join(packages[program].folder, 'usr', 'bin', program)
  if (fs.existsSync(unpacked)) return unpacked
  return isInstalled(program) ? program : undefined
}

/** @returns {string | undefined} why it is unavailable */
function setUpPromtool() {
  return setUpProgram('promtool')
}

/** @returns {string | undefined} why it is unavailable */
function setUpPrometheus() {
  return setUpPromtool() ?? setUpProgram('prometheus')
}

/** @returns {string | undefined} why it is unavailable */
function setUpVictoriaMetrics() {
  return setUpProgram('victoria-metrics')
}

/** @param {keyof typeof packages} program @returns {string | undefined} why it is unavailable */
function setUpProgram(program) {
  if (programPath(program)) return undefined
  const { name, folder } = packages[program]
  // unpacked, not installed, because the package would start a server
  const reason = unpackPackages([name], folder)
  return reason && `${program} is not on the PATH, and ${reason}, so no test runs it`
}

/** The environment variables by which the tests find these programs. */
function environment() {
  return {
    TALLYSTICK_PYTHON: pythonPath(),
    TALLYSTICK_PROMTOOL: programPath('promtool'),
    TALLYSTICK_PROMETHEUS: programPath('prometheus'),
    TALLYSTICK_VICTORIA_METRICS: programPath('victoria-metrics'),
  }
}

module.exports = { environment, setUpPrometheus, setUpPromtool, setUpPython, setUpVictoriaMetrics }
