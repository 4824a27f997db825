'use strict'

// Pushes the metrics of a registry to a Pushgateway.

// biome-ignore lint/style/useNodejsImportProtocol: users' tests mock the name that prom-client requires
const http = require('http')
// biome-ignore lint/style/useNodejsImportProtocol: as above
const https = require('https')
const { urlToHttpOptions } = require('node:url')
const { gzipSync } = require('node:zlib')
const { Registry, globalRegistry } = require('./registry')

/** @typedef {{ jobName?: string, groupings?: Record<string, string> }} Target */

class Pushgateway {
  /** @param {string} gatewayUrl @param {any} [options] of requests, and `requireJobName` @param {any} [registry] */
  constructor(gatewayUrl, options, registry) {
    const isRegistry = options instanceof Registry
    this.registry = (isRegistry ? options : registry) ?? globalRegistry
    this.gatewayUrl = gatewayUrl
    const { requireJobName = true, ...requestOptions } = isRegistry ? {} : (options ?? {})
    this.requireJobName = requireJobName
    this.requestOptions = requestOptions
  }

  /** Replaces the metrics of the same names. @param {Target} [target] */
  pushAdd(target = {}) {
    return this.#request('POST', target)
  }

  /** Replaces all metrics of the group. @param {Target} [target] */
  push(target = {}) {
    return this.#request('PUT', target)
  }

  /** Deletes all metrics of the group. @param {Target} [target] */
  delete(target = {}) {
    return this.#request('DELETE', target)
  }

  /** @param {string} method @param {Target} target */
  #request(method, target) {
    if (this.requireJobName && !target.jobName) throw new Error('Missing jobName parameter')
    return this.#send(method, urlOf(this.gatewayUrl, target))
  }

  /**
   * The arguments of `http.request`, at which users' mocks look: one object.
   * @param {URL} url
   * @param {any} options
   * @returns {any[]}
   */
  requestArguments(url, options) {
    return [{ ...urlToHttpOptions(url), ...options }]
  }

  /** @param {string} method @param {URL} url */
  async #send(method, url) {
    const options = { ...this.requestOptions, method }
    if (method === 'DELETE' && options.headers) delete options.headers['Content-Encoding']
    /** @type {any} */
    const client = url.protocol === 'https:' ? https : http
    const answer = new Promise((resolve, reject) => {
      const onResponse = (/** @type {any} */ resp) => readAnswer(resp, resolve, reject)
      const sent = client.request(...this.requestArguments(url, options), onResponse)
      sent.on('error', reject)
      sent.on('timeout', () => sent.destroy(new Error('Pushgateway request timed out')))
      if (method === 'DELETE') sent.end()
      else this.#write(sent, options).catch(reject)
    })
    return await answer
  }

  /** @param {http.ClientRequest} request @param {any} options */
  async #write(request, options) {
    const metrics = await this.registry.metrics()
    request.write(options.headers?.['Content-Encoding'] === 'gzip' ? gzipSync(metrics) : metrics)
    request.end()
  }
}

/** @param {any} resp @param {(value: any) => void} resolve @param {(error: Error) => void} reject */
function readAnswer(resp, resolve, reject) {
  let body = ''
  resp.setEncoding('utf8')
  resp.on('data', (/** @type {string} */ chunk) => {
    body += chunk
  })
  resp.on('end', () => {
    if (resp.statusCode >= 400) reject(new Error(`push failed with status ${resp.statusCode}, ${body}`))
    else resolve({ resp, body })
  })
}

/** @param {string} gateway @param {Target} target */
function urlOf(gateway, { jobName, groupings = {} }) {
  const url = new URL(gateway)
  const parts = Object.entries(groupings ?? {}).flat()
  const group = jobName ? ['job', jobName, ...parts].map((part) => `/${encodeURIComponent(part)}`).join('') : ''
  url.pathname = `${url.pathname === '/' ? '' : url.pathname}/metrics${group}`
  return url
}

module.exports = { Pushgateway }
