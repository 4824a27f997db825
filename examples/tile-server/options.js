'use strict'

// What the command line says, checked.

const { availableParallelism } = require('node:os')
const { parseArgs } = require('node:util')
const { parseDuration } = require('./duration.js')

const MAX_WORKERS = 64
const MAX_INTERVAL_MILLIS = 2 ** 31 - 1
const DEFAULT_WORKERS = Math.min(availableParallelism(), 8)

const HELP = `A tile server that draws the Mandelbrot set in worker threads and measures itself with Tallystick.

  npm start -- [options]

  --port N              port to listen on, 0 for any free one (default 8080)
  --host NAME           address to listen on (default 127.0.0.1)
  --workers N           threads that draw tiles, 1 to ${MAX_WORKERS} (default ${DEFAULT_WORKERS} on this machine)
  --load                draw tiles as if many looked at them; a button on the map does so too
  --log-js-stats        print what each interval recorded
  --stats-interval T    how long an interval is: 250ms, 1s, 2m (default 1s)
  --help                print this`

const FLAGS = {
  port: { type: 'string', default: '8080' },
  host: { type: 'string', default: '127.0.0.1' },
  workers: { type: 'string', default: String(DEFAULT_WORKERS) },
  load: { type: 'boolean', default: false },
  'log-js-stats': { type: 'boolean', default: false },
  'stats-interval': { type: 'string', default: '1s' },
  help: { type: 'boolean', short: 'h', default: false },
}

/** A command line that cannot be obeyed. The message is for the one who typed it. */
class OptionError extends Error {
  name = 'OptionError'
}

function wholeNumber(flag, text, least, most) {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw new OptionError(`--${flag} must be a whole number from ${least} to ${most}, not '${text}'`)
}

function interval(text) {
  const millis = parseDuration(text)
  if (millis >= 1 && millis <= MAX_INTERVAL_MILLIS) return millis
  throw new OptionError(`--stats-interval must be a duration of 1ms or more like 250ms, 1s or 2m, not '${text}'`)
}

function parseFlags(args) {
  try {
    return parseArgs({ args, options: FLAGS }).values
  } catch (error) {
    throw new OptionError(error.message)
  }
}

/**
 * Reads the command line.
 * @throws OptionError for an unknown flag, or a value that it cannot have
 */
function parseOptions(args) {
  const flags = parseFlags(args)
  return {
    port: wholeNumber('port', flags.port, 0, 65_535),
    host: flags.host,
    workers: wholeNumber('workers', flags.workers, 1, MAX_WORKERS),
    load: flags.load,
    logStats: flags['log-js-stats'],
    statsInterval: interval(flags['stats-interval']),
    help: flags.help,
  }
}

module.exports = { HELP, OptionError, parseOptions }
