'use strict'

// The resource: what produces the metrics, by default from OpenTelemetry's environment variables.

const { randomUUID } = require('node:crypto')
const { version } = require('../../package.json')
const { workerThreads } = require('../copies')
const { variable } = require('../environment')
const { invalidOption } = require('../errors/options')
const { messageOf } = require('../thrown')
const { stringOf } = require('./attribute-values')
const { parsedPairs } = require('./environment')
const { warnOnce } = require('./warnings')

/** @typedef {Record<string, unknown>} Attributes */

/**
 * Where the random id of this process is: for all copies of this code in a thread, and for the workers that the thread starts
 * later.
 */
const INSTANCE = 'tallystick/1/instance'

/** The attributes by default. @returns {Attributes} */
function defaultAttributes() {
  const given = parsedAttributes(variable('OTEL_RESOURCE_ATTRIBUTES') ?? '')
  const name = variable('OTEL_SERVICE_NAME')
  return {
    'service.name': `unknown_service:${process.argv0 || 'node'}`,
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'tallystick',
    'telemetry.sdk.version': version,
    ...given,
    ...(name === undefined ? {} : { 'service.name': name }),
  }
}

/** If one pair is invalid, all are ignored. @param {string} text @returns {Attributes} */
function parsedAttributes(text) {
  let isValid = true
  const pairs = parsedPairs(text, (pair) => {
    isValid = false
    warnOnce(`OTEL_RESOURCE_ATTRIBUTES is ignored: ${JSON.stringify(pair)} is not key=value, percent-encoded`)
  })
  return isValid ? Object.fromEntries(pairs) : {}
}

/**
 * A resource's attributes with the defaults, and those that it gets later.
 * @param {any} resource of the SDK's package `@opentelemetry/resources`, or plain attributes
 * @returns {{ attributes: Attributes, schemaUrl: string, later: Promise<Attributes> | undefined }}
 */
function resourceOf(resource) {
  if (resource === undefined) return { attributes: defaultAttributes(), schemaUrl: '', later: undefined }
  if (typeof resource !== 'object' || resource === null) {
    throw invalidOption('resource', resource, 'an object of attributes, or a Resource')
  }
  const isResource = typeof resource.attributes === 'object' && resource.attributes !== null
  const own = () => ({ ...defaultAttributes(), ...convertible(isResource ? resource.attributes : resource) })
  const isPending = isResource && resource.asyncAttributesPending === true
  return {
    attributes: isPending ? synchronous(own()) : own(),
    schemaUrl: isResource && typeof resource.schemaUrl === 'string' ? resource.schemaUrl : '',
    later: isPending ? Promise.resolve(resource.waitForAsyncAttributes?.()).then(own, own) : undefined,
  }
}

/** Those that have a text. @param {Attributes} attributes @returns {Attributes} */
function convertible(attributes) {
  return Object.fromEntries(
    Object.entries(attributes).filter(([key, value]) => {
      try {
        stringOf(value)
        return true
      } catch (error) {
        warnOnce(`the attribute ${JSON.stringify(key)} of a resource is ignored: ${messageOf(error)}`)
        return false
      }
    }),
  )
}

/** @param {Attributes} attributes @returns {Attributes} */
function synchronous(attributes) {
  const isPending = (/** @type {any} */ value) => typeof value?.then === 'function'
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => !isPending(value)))
}

/**
 * Adds `service.instance.id`, without which backends mix up the processes of one service.
 * @param {Attributes} attributes
 * @returns {Attributes}
 */
function withInstance(attributes) {
  return { 'service.instance.id': instanceId(), ...attributes }
}

function instanceId() {
  const { getEnvironmentData, setEnvironmentData } = workerThreads()
  if (getEnvironmentData(INSTANCE) === undefined) setEnvironmentData(INSTANCE, randomUUID())
  return getEnvironmentData(INSTANCE)
}

module.exports = { resourceOf, withInstance }
