'use strict'

// Reads and validates the command line.

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
  --load                simulate visitors; a button on the map does the same
  --log-js-stats        print the activity of each interval
  --stats-interval T    length of an interval: 250ms, 1s, 2m (default 1s)
  --help                print this help`

const FLAGS = {
  port: { type: 'string', default: '8080' },
  host: { type: 'string', default: '127.0.0.1' },
  workers: { type: 'string', default: String(DEFAULT_WORKERS) },
  load: { type: 'boolean', default: false },
  'log-js-stats': { type: 'boolean', default: false },
  'stats-interval': { type: 'string', default: '1s' },
  help: { type: 'boolean', short: 'h', default: false },
}

/** An invalid command line. The message is for the user. */
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
  throw new OptionError(`--stats-interval must be a duration of at least 1ms, such as 250ms, 1s or 2m, not '${text}'`)
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
 * @throws OptionError for an unknown flag or an invalid value
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
