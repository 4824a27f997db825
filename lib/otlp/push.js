'use strict'

// `pushOtlp`: metrics to an OpenTelemetry receiver, in OTLP over HTTP. Values are cumulative, so a message that is sent again, or
// whose predecessor was lost, counts nothing twice and misses nothing.

const { invalidOption } = require('../errors/options')
const { gzipFast } = require('../gzip')
const { resourceOf, withInstance } = require('./resource')
const {
  DEFAULT_INTERVAL_MILLIS,
  DEFAULT_TIMEOUT_MILLIS,
  Pusher,
  checkedHeaders,
  checkedUrl,
} = require('../push/pusher')
const { Collector, instrumentsOf } = require('../record/collector')
const { checkedMillis, readOptions } = require('../record/options')
const { PATH, environmentOptions } = require('./environment')
const { Messages } = require('./messages')
const { Message, readFields } = require('./wire')

const OPTIONS = ['url', 'headers', 'interval', 'timeout', 'resource', 'compression', 'timings', 'collector']
/** What receivers take at most, by the specification. */
const LONGEST_MESSAGE = 64 * 1024 * 1024
const PROTOBUF = 'application/x-protobuf'

/** @param {import('../..').PushOtlpOptions} [options] @returns {import('../..').Push} */
function pushOtlp(options = {}) {
  const given = checked(options)
  const messages = new Messages(instrumentsOf(given.collector), false)
  const pusher = new Pusher(() => requestOf(messages, given), given.interval, warningOf)
  return { flush: () => pusher.flush(), stop: () => pusher.stop() }
}

/** @param {any} options */
function checked(options) {
  const given = readOptions(options, OPTIONS)
  const environment = environmentOptions()
  const pick = (/** @type {'interval' | 'timeout' | 'compression' | 'timings'} */ name, /** @type {any} */ fallback) =>
    given[name] ?? environment[name] ?? fallback
  const collector = given.collector ?? Collector.default
  instrumentsOf(collector) // throws if it is not a Collector
  return {
    url: withPath(checkedUrl(given.url ?? environment.url)),
    headers: { ...environment.headers, ...checkedHeaders(given.headers) },
    interval: checkedMillis('interval', pick('interval', DEFAULT_INTERVAL_MILLIS)),
    timeout: checkedMillis('timeout', pick('timeout', DEFAULT_TIMEOUT_MILLIS)),
    compression: checkedWord('compression', pick('compression', 'gzip'), ['gzip', 'none']),
    timings: checkedWord('timings', pick('timings', 'exponential'), ['exponential', 'explicit']),
    resource: resourceOf(given.resource),
    collector,
  }
}

/** @param {string} option @param {any} word @param {string[]} words */
function checkedWord(option, word, words) {
  if (words.includes(word)) return word
  throw invalidOption(option, word, `one of ${words.join(', ')}`)
}

/** The address of a receiver alone means its path for metrics. @param {URL} url */
function withPath(url) {
  return url.pathname === '/' ? new URL(PATH, url).href : url.href
}

/** @param {import('../opentelemetry/types').Messages} messages @param {ReturnType<typeof checked>} options */
async function requestOf(messages, { url, headers, timeout, compression, timings, resource }) {
  const attributes = withInstance((await resource.later) ?? resource.attributes)
  const { schemaUrl } = resource
  const message = await messages.next(attributes, { schemaUrl, explicit: timings === 'explicit' })
  if (message.length === 0) return undefined
  if (message.length > LONGEST_MESSAGE) throw tooLong(message.length)
  const isCompressed = compression === 'gzip'
  const body = isCompressed ? await gzipFast(message) : message
  const own = { 'content-type': PROTOBUF, ...(isCompressed ? { 'content-encoding': 'gzip' } : {}) }
  return { action: 'the push of metrics', url, headers: { ...headers, ...own }, body, timeout }
}

/** @param {number} length */
function tooLong(length) {
  const { pushFailed } = require('../errors/push')
  return pushFailed(
    'the push of metrics',
    `a message of ${length} bytes is longer than receivers take: limit the series`,
  )
}

/** What a receiver did not take. @param {import('../push/types').ReceiverResponse} response */
function warningOf({ body, header }) {
  try {
    const { rejected, message } = header('content-type')?.startsWith('application/json')
      ? jsonPartial(body)
      : partialOf(body)
    if (rejected === 0 && message === '') return undefined
    return `the OTLP receiver rejected ${rejected} data points${message === '' ? '' : `: ${message.slice(0, 500)}`}`
  } catch {
    // not what the protocol demands, but a success
    return undefined
  }
}

/** @param {Uint8Array} body */
function partialOf(body) {
  const partial = { rejected: 0, message: '' }
  readFields(new Message(body), {
    1: (field) =>
      readFields(field.message(), {
        1: (rejected) => (partial.rejected = rejected.int()),
        2: (message) => (partial.message = message.text()),
      }),
  })
  return partial
}

/** @param {Uint8Array} body */
function jsonPartial(body) {
  const { partialSuccess = {} } = JSON.parse(new TextDecoder().decode(body))
  const { rejectedDataPoints = 0, errorMessage = '' } = partialSuccess
  return { rejected: Number(rejectedDataPoints), message: String(errorMessage) }
}

module.exports = { pushOtlp }
