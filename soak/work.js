'use strict'

// The recordings of each thread, in rounds: every kind of series, by name, by kept handle and by labels, chosen by a seed and tallied.

const { Recorder, createSceneMetrics } = require('..')
const { Connections } = require('./connections')

/** @typedef {InstanceType<typeof import('./random').Random>} Random */
/** @typedef {InstanceType<typeof import('./tally').Tally>} Tally */

const STEPS = 20
const METHODS = ['GET', 'PUT', 'POST']
const STATUSES = [200, 404, 500]
const ROUTES = ['/', '/tiles', '/a "quoted" path\\']
/** Powers of two of nanoseconds, enough for their pages to fill more than a chunk. */
const POWERS = 41
const BOUNDS = [10, 100, 1000]
const CONNECTIONS = 60
const LEFT = 3

class Work {
  #metrics
  #random
  #tally
  #jobs
  #requests
  #wait
  #sizes
  #bounded
  #busy
  #peak
  #latest
  #scene
  #recorder
  #rounds = 0
  /** @type {Map<string, import('..').BoundCounter>} */
  #handles = new Map()

  /** @type {Record<string, number>} the gauges that this thread has set */
  gauges = {}

  /** @param {import('..').Metrics} metrics @param {Random} random @param {Tally} tally @param {string} owner */
  constructor(metrics, random, tally, owner) {
    this.#metrics = metrics
    this.#random = random
    this.#tally = tally
    this.#jobs = metrics.counter('jobs')
    this.#requests = metrics.counter({ name: 'requests', labelNames: ['method', 'status'] })
    this.#wait = metrics.timing('wait')
    this.#sizes = metrics.histogram({ name: 'sizes', unit: 'bytes' })
    this.#bounded = metrics.histogram({ name: 'bounded', buckets: BOUNDS })
    this.#busy = metrics.gauge('busy')
    this.#peak = metrics.gauge({ name: 'peak', merge: 'max' })
    this.#latest = metrics.gauge({ name: 'latest', merge: 'last' })
    this.#scene = createSceneMetrics(metrics.collector).create('scene')
    this.#recorder = new Recorder({ collector: metrics.collector })
    this.connections = new Connections(metrics, owner)
  }

  /** @returns {string[]} the ids of connections for others to remove */
  round() {
    this.#rounds++
    for (let step = 0; step < STEPS; step++) {
      this.#count()
      this.#request()
      this.#time()
      this.#measure()
    }
    this.#tell()
    this.#set()
    this.#metrics.trace('round', { at: this.#rounds })
    this.#tally.trace()
    this.connections.comeAndGo(CONNECTIONS)
    this.connections.revive()
    this.#tally.did('connections made and removed', CONNECTIONS + 1)
    this.#tally.did('connections removed by another thread', LEFT)
    return this.connections.leave(LEFT)
  }

  #count() {
    const amount = 1 + this.#random.below(9)
    this.#jobs.inc()
    this.#tally.count('jobs')
    this.#metrics.inc('by.name', amount)
    this.#tally.count('by.name', amount)
    this.#metrics.inc('level', amount - 5)
    this.#tally.count('level', amount - 5)
    this.#scene.recordLoopTick()
    this.#tally.count('scene.loopTicks')
  }

  #request() {
    const [method, status] = [this.#random.pick(METHODS), this.#random.pick(STATUSES)]
    const key = `requests{method="${method}",status="${status}"}`
    const ways = [
      () => this.#requests.labels({ method, status }).inc(),
      () => this.#requests.labels({ status: String(status), method }).inc(),
      () => this.#metrics.inc('requests', 1, { method, status }),
      () => this.#handle(key, { method, status }).inc(),
    ]
    this.#random.pick(ways)()
    this.#tally.count(key)
  }

  /** A handle that is kept until the end. @param {string} key @param {{ method: string, status: number }} labels */
  #handle(key, labels) {
    const known = this.#handles.get(key)
    if (known !== undefined) return known
    const handle = this.#requests.labels(labels)
    this.#handles.set(key, handle)
    return handle
  }

  #time() {
    const power = this.#random.below(POWERS)
    const nanos = 2 ** power + this.#random.below(2 ** Math.min(power, 31))
    const route = this.#random.pick(ROUTES)
    this.#wait.observeNanos(BigInt(nanos))
    this.#tally.observe('timings', 'wait', nanos)
    this.#wait.labels({ route }).observeNanos(nanos)
    this.#tally.observe('timings', `wait{route=${quoted(route)}}`, nanos)
    this.#metrics.time('timed', () => route)
    this.#tally.observe('timings', 'timed')
  }

  #measure() {
    const [size, bounded] = [this.#random.below(2 ** 20) / 8, this.#random.below(2000)]
    this.#sizes.observe(size)
    this.#tally.observe('histograms', 'sizes', size)
    this.#bounded.labels({ by: 'bounds' }).observe(bounded)
    this.#tally.observe('histograms', 'bounded{by="bounds"}', bounded)
  }

  /** Records events, with new instruments each time. */
  #tell() {
    const size = this.#random.below(1000)
    this.#recorder.counter('events').incr(2)
    this.#tally.count('events', 2)
    this.#recorder.scope('events').histogram('size').add(size)
    this.#tally.observe('histograms', 'events/size', size)
    const timer = this.#recorder.timer('events')
    timer.stop(timer.start())
    this.#tally.observe('timings', 'events')
  }

  #set() {
    this.#busy.set(this.#rounds)
    this.#busy.dec(2)
    this.gauges.busy = this.#rounds - 2
    const slot = this.#random.below(4)
    const level = this.#random.below(100)
    this.#busy.labels({ slot }).set(level)
    this.gauges[`busy{slot="${slot}"}`] = level
    this.#peak.set(this.#rounds)
    this.gauges.peak = this.#rounds
    this.#latest.set(level)
    this.gauges.latest = level
    this.#tally.did('gauges set', 4)
  }
}

/** A label's value as in the keys of a snapshot. @param {string} value */
function quoted(value) {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`
}

module.exports = { Work }
