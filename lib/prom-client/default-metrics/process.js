'use strict'

// What the process has used: processor time, memory, file descriptors; and when it started.

const fs = require('node:fs')
const { Counter } = require('../counter')
const { Gauge } = require('../gauge')
const { OF_PROCESS, settingsOf } = require('./settings')

const CPU = ['process_cpu_user_seconds_total', 'process_cpu_system_seconds_total', 'process_cpu_seconds_total']
const MEMORY = ['process_resident_memory_bytes', 'process_virtual_memory_bytes', 'process_heap_bytes']
const MICROS = 1e6

/** @param {any} [registry] @param {any} [config] */
function processCpuTotal(registry, config) {
  const { prefix, labels, labelNames, registers } = settingsOf(registry, config)
  const enableExemplars = Boolean(config?.enableExemplars)
  let earlier = process.cpuUsage()
  const helps = ['Total user CPU', 'Total system CPU', 'Total user and system CPU']
  const counters = CPU.map(
    (name, at) =>
      new Counter({
        name: prefix + name,
        help: `${helps[at]} time spent in seconds.`,
        enableExemplars,
        registers,
        labelNames,
      }),
  )
  counters[0].collect = () => {
    const now = process.cpuUsage()
    const [user, system] = [now.user - earlier.user, now.system - earlier.system]
    earlier = now
    for (const [at, micros] of [user, system, user + system].entries()) {
      // the clock of another thread's time may step back
      counters[at].incWithoutExemplar(labels, Math.max(micros, 0) / MICROS)
    }
  }
}

/** @param {any} [registry] @param {any} [config] */
function processStartTime(registry, config) {
  const { prefix, labels, labelNames, registers } = settingsOf(registry, config)
  const seconds = Math.round(Date.now() / 1000 - process.uptime())
  new Gauge({
    name: `${prefix}process_start_time_seconds`,
    help: 'Start time of the process since unix epoch in seconds.',
    registers,
    labelNames,
    aggregator: 'omit',
    collect() {
      this.set(labels, seconds)
    },
  })
}

/** @param {any} [registry] @param {any} [config] */
function osMemoryHeap(registry, config) {
  const { prefix, labels, labelNames, registers } = settingsOf(registry, config)
  const helps = ['Resident memory', 'Virtual memory', 'Process heap']
  const names = process.platform === 'linux' ? MEMORY : MEMORY.slice(0, 1)
  const gauges = names.map(
    (name, at) =>
      new Gauge({ name: prefix + name, help: `${helps[at]} size in bytes.`, registers, labelNames, ...OF_PROCESS }),
  )
  gauges[0].collect = () => {
    const sizes = process.platform === 'linux' ? linuxMemory() : [process.memoryUsage.rss()]
    for (const [at, size] of sizes.entries()) if (size !== undefined) gauges[at].set(labels, size)
  }
}

/** Resident, virtual and data size in bytes. @returns {(number | undefined)[]} */
function linuxMemory() {
  const status = readProc('status')
  return ['VmRSS', 'VmSize', 'VmData'].map((field) => {
    const kilobytes = new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
  })
}

/** A file about this process; empty where there is none. @param {string} name */
function readProc(name) {
  try {
    return fs.readFileSync(`/proc/self/${name}`, 'utf8')
  } catch {
    return ''
  }
}

/** @param {any} [registry] @param {any} [config] */
function processOpenFileDescriptors(registry, config) {
  if (process.platform !== 'linux') return
  const { prefix, labels, labelNames, registers } = settingsOf(registry, config)
  new Gauge({
    name: `${prefix}process_open_fds`,
    help: 'Number of open file descriptors.',
    registers,
    labelNames,
    ...OF_PROCESS,
    collect() {
      try {
        // without the one that reads the folder
        this.set(labels, fs.readdirSync('/proc/self/fd').length - 1)
      } catch {
        // as before
      }
    },
  })
}

/** @param {any} [registry] @param {any} [config] */
function processMaxFileDescriptors(registry, config) {
  const limit = /^Max open files +(\d+)/m.exec(readProc('limits'))?.[1]
  if (limit === undefined) return
  const { prefix, labels, labelNames, registers } = settingsOf(registry, config)
  new Gauge({
    name: `${prefix}process_max_fds`,
    help: 'Maximum number of open file descriptors.',
    registers,
    labelNames,
    ...OF_PROCESS,
    collect() {
      this.set(labels, Number(limit))
    },
  })
}

processCpuTotal.metricNames = CPU
processStartTime.metricNames = ['process_start_time_seconds']
osMemoryHeap.metricNames = process.platform === 'linux' ? MEMORY : MEMORY.slice(0, 1)
processOpenFileDescriptors.metricNames = ['process_open_fds']
processMaxFileDescriptors.metricNames = ['process_max_fds']

module.exports = {
  osMemoryHeap,
  processCpuTotal,
  processMaxFileDescriptors,
  processOpenFileDescriptors,
  processStartTime,
}
