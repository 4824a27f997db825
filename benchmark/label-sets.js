'use strict'

// Sets of labels with one to six names, in the order in which people write them, which is not the alphabet's. The route is
// different in each set; the other labels repeat.

const { random } = require('./durations')

const NAMES = ['route', 'method', 'status', 'host', 'zone', 'app']
const METHODS = ['GET', 'POST', 'PUT', 'DELETE']
const STATUSES = ['200', '201', '304', '404', '500']
const HOSTS = ['web-1', 'web-2', 'web-3']
const ZONES = ['eu-west-1', 'us-east-1']
const QUERY = '?page=2'

const methodOf = (/** @type {number} */ at) => METHODS[at & 3]
const statusOf = (/** @type {number} */ at) => STATUSES[at % 5]
const hostOf = (/** @type {number} */ at) => HOSTS[at % 3]
const zoneOf = (/** @type {number} */ at) => ZONES[(at >>> 3) & 1]

/** Literals, as in a program. @type {Record<number, (route: string, at: number) => Record<string, string>>} */
const literals = {
  1: (route) => ({ route }),
  2: (route, at) => ({ route, method: methodOf(at) }),
  3: (route, at) => ({ route, method: methodOf(at), status: statusOf(at) }),
  4: (route, at) => ({ route, method: methodOf(at), status: statusOf(at), host: hostOf(at) }),
  6: (route, at) => ({
    route,
    method: methodOf(at),
    status: statusOf(at),
    host: hostOf(at),
    zone: zoneOf(at),
    app: 'shop',
  }),
}

/**
 * Labels whose route is a new string at each call, which no Map has hashed: one half are concatenated, one half are cut from a
 * URL. The parts are made beforehand, so that little of what is timed is making strings.
 * @param {number} names how many labels
 * @param {number} count of sets
 * @param {string} prefix of all routes
 * @returns {(at: number) => Record<string, string>}
 */
function freshLabels(names, count, prefix) {
  const make = literals[names]
  const ids = Array.from({ length: count }, (_, at) => String(at))
  // through a buffer, so that it is one string and not two joined ones
  const urls = ids.map((id) => Buffer.from(`${prefix}${id}${QUERY}`).toString())
  return (at) => make((at & 1) === 0 ? prefix + ids[at] : urls[at].slice(0, -QUERY.length), at)
}

/** Labels as objects that the program keeps and passes again. @param {number} names @param {number} count @param {string} prefix */
function keptLabels(names, count, prefix) {
  const fresh = freshLabels(names, count, prefix)
  const kept = Array.from({ length: count }, (_, at) => fresh(at))
  return (/** @type {number} */ at) => kept[at]
}

/** @param {number} names */
function labelNames(names) {
  return NAMES.slice(0, names)
}

/** 0, 1, 2 … @param {number} count */
function inOrder(count) {
  return Uint32Array.from({ length: count }, (_, at) => at)
}

/** Sets in random order, the same at each run. @param {number} calls @param {number} count of sets */
function shuffled(calls, count) {
  const next = random(5)
  return Uint32Array.from({ length: calls }, () => Math.floor(next() * count))
}

module.exports = { freshLabels, inOrder, keptLabels, labelNames, shuffled }
