'use strict'

// The load of `--load` and of the map's button: visitors who look at random tiles. Their number rises and falls every minute.

const { performance } = require('node:perf_hooks')
const { metrics } = require('tallystick')

const visitorsWanted = metrics.gauge({
  name: 'load.visitors',
  help: 'Visitors at the peak of the load; 0 without a load',
})

const DEEPEST = 10
const LONGEST_REST_MILLIS = 250
const WAVE_MILLIS = 60_000

/** Visitors at the peak, for each worker thread. */
const VISITORS_PER_WORKER = 2

function randomBelow(end) {
  return Math.floor(Math.random() * end)
}

function randomTile() {
  const z = randomBelow(DEEPEST + 1)
  return { z, x: randomBelow(2 ** z), y: randomBelow(2 ** z) }
}

/** The share of visitors that are active at a moment: from none to all, and back. */
function wave(millis) {
  return (1 - Math.cos((2 * Math.PI * millis) / WAVE_MILLIS)) / 2
}

/**
 * Makes a pool draw tiles for visitors.
 * @returns a function that stops it
 */
function driveLoad(pool, workers) {
  let isEnded = false
  const visitors = VISITORS_PER_WORKER * workers
  // starts on the rise, so that the load is visible at once
  const begun = performance.now() - WAVE_MILLIS / 4
  metrics.trace('load.begin', { visitors })
  visitorsWanted.set(visitors)

  function visit(visitor) {
    if (isEnded) return
    const isThere = visitor < Math.max(1, wave(performance.now() - begun) * visitors)
    // visitors never give up, so the signal is never aborted
    const looked = isThere ? pool.draw(randomTile(), new AbortController().signal) : Promise.resolve()
    const rest = () => setTimeout(visit, randomBelow(LONGEST_REST_MILLIS), visitor).unref()
    // the pool has ended
    looked.then(rest, () => {})
  }

  for (let visitor = 0; visitor < visitors; visitor++) visit(visitor)
  return () => {
    isEnded = true
    metrics.trace('load.end', {})
    visitorsWanted.set(0)
  }
}

/** A load on a pool, which can be switched on and off. */
class Load {
  #pool
  #workers
  #end

  constructor(pool, workers) {
    this.#pool = pool
    this.#workers = workers
  }

  get isOn() {
    return this.#end !== undefined
  }

  set isOn(isWanted) {
    if (isWanted === this.isOn) return
    if (isWanted) {
      this.#end = driveLoad(this.#pool, this.#workers)
    } else {
      this.#end()
      this.#end = undefined
    }
  }
}

module.exports = { Load }
