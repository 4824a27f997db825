'use strict'

// `pushGateway`: metrics to a Prometheus Pushgateway, for jobs that end before they are scraped.

const { invalidOption } = require('../errors/options')
const binding = require('../native')
const { expositionOptions } = require('../exposition-options')
const { Readings } = require('../readings')
const { callbacksOf } = require('../record/callbacks')
const { Collector, instrumentsOf } = require('../record/collector')
const { labelPairs } = require('../record/label-strings')
const { checkedMillis, readOptions, wellFormed } = require('../record/options')
const { Delivery } = require('./delivery')
const { DEFAULT_INTERVAL_MILLIS, DEFAULT_TIMEOUT_MILLIS, Pusher, checkedHeaders, checkedUrl } = require('./pusher')

const OPTIONS = ['url', 'job', 'groupings', 'headers', 'interval', 'timeout', 'method', 'collector']
/** POST replaces metrics of the same names only, PUT the whole group. */
const METHODS = ['PUT', 'POST']

/** @param {import('../..').PushGatewayOptions} options @returns {import('../..').PushToGateway} */
function pushGateway(options) {
  const given = checked(options)
  const pusher = new Pusher(() => requestOf(given), given.interval)
  return {
    flush: () => pusher.flush(),
    stop: () => pusher.stop(),
    remove: async () => {
      const { url, headers, timeout } = given
      const request = { action: 'the removal of metrics', url, method: 'DELETE', headers, timeout }
      await new Delivery(request).send(new AbortController().signal)
    },
  }
}

/** @param {any} options */
function checked(options) {
  const given = readOptions(options, OPTIONS)
  const { job, groupings = {}, method = METHODS[0], collector = Collector.default } = given
  if (typeof job !== 'string' || job === '') throw invalidOption('job', job, 'a non-empty string')
  if (!METHODS.includes(method)) throw invalidOption('method', method, `one of ${METHODS.join(', ')}`)
  const instruments = instrumentsOf(collector)
  return {
    url: groupUrl(checkedUrl(given.url), [['job', wellFormed(job)], ...labelPairs(groupings)]),
    headers: checkedHeaders(given.headers),
    interval: checkedMillis('interval', given.interval ?? DEFAULT_INTERVAL_MILLIS),
    timeout: checkedMillis('timeout', given.timeout ?? DEFAULT_TIMEOUT_MILLIS),
    method,
    instruments,
    readings: new Readings(),
  }
}

/** The address of a group of metrics. @param {URL} url @param {[string, string][]} labels */
function groupUrl(url, labels) {
  const path = labels.map(([name, value]) => segmentsOf(name, value)).join('')
  return new URL(`${url.pathname.replace(/\/$/, '')}/metrics${path}`, url).href
}

/** A value with a slash, or none, or that a path would take for a folder, is Base64. @param {string} name @param {string} value */
function segmentsOf(name, value) {
  const key = encodeURIComponent(name)
  if (value === '') return `/${key}@base64/=`
  if (!/\/|^\.{1,2}$/.test(value)) return `/${key}/${encodeURIComponent(value)}`
  return `/${key}@base64/${Buffer.from(value).toString('base64url')}`
}

/** @param {ReturnType<typeof checked>} options */
async function requestOf({ url, headers, timeout, method, instruments, readings }) {
  await callbacksOf(instruments).run()
  const { contentType, options } = expositionOptions(undefined)
  const body = await readings.read('gateway', () => binding.prometheus(instruments.reference, options))
  return {
    action: 'the push of metrics',
    url,
    method,
    headers: { ...headers, 'content-type': contentType },
    body,
    timeout,
  }
}

module.exports = { pushGateway }
