'use strict'

// The most memory that a process has resident while something runs. Linux keeps it and can reset it.

const fs = require('node:fs')

const STATUS = '/proc/self/status'
const RESET = '/proc/self/clear_refs'
/** Resets the peak, and nothing else. */
const PEAK = '5'
const KIBIBYTE = 1024

const canMeterPeak = fs.existsSync(RESET)

/** @returns {(() => number) | undefined} a function that returns the bytes by which the peak since now is above the present */
function meterPeak() {
  if (!canMeterPeak) return undefined
  fs.writeFileSync(RESET, PEAK)
  const before = bytesOf('VmRSS')
  // less where the collector has returned memory meanwhile
  return () => Math.max(bytesOf('VmHWM') - before, 0)
}

/** @param {string} name */
function bytesOf(name) {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(fs.readFileSync(STATUS, 'utf8'))
  return Number(found?.[1]) * KIBIBYTE
}

module.exports = { canMeterPeak, meterPeak }
