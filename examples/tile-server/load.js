'use strict'

// What `--load` and the map's button drive: visitors who look at tiles here and there. More of them come and go with each minute, so that something moves.

const { performance } = require('node:perf_hooks')
const { metrics } = require('tallystick')

const visitorsWanted = metrics.gauge({
  name: 'load.visitors',
  help: 'Visitors at the crest of the load; 0 without one',
})

const DEEPEST = 10
const LONGEST_REST_MILLIS = 250
const WAVE_MILLIS = 60_000

/** Visitors at the crest of the wave, for each worker thread. */
const VISITORS_PER_WORKER = 2

function randomBelow(end) {
  return Math.floor(Math.random() * end)
}

function randomTile() {
  const z = randomBelow(DEEPEST + 1)
  return { z, x: randomBelow(2 ** z), y: randomBelow(2 ** z) }
}

/** How many of all visitors are there at a moment: from none to all, and back. */
function wave(millis) {
  return (1 - Math.cos((2 * Math.PI * millis) / WAVE_MILLIS)) / 2
}

/**
 * Has a pool draw tiles for visitors.
 * @returns a function that ends it
 */
function driveLoad(pool, workers) {
  let isEnded = false
  const visitors = VISITORS_PER_WORKER * workers
  // on the way up: who asked for a load wants to see one
  const begun = performance.now() - WAVE_MILLIS / 4
  metrics.trace('load.begin', { visitors })
  visitorsWanted.set(visitors)

  function visit(visitor) {
    if (isEnded) return
    const isThere = visitor < Math.max(1, wave(performance.now() - begun) * visitors)
    // who looks is patient: no signal is ever given
    const looked = isThere ? pool.draw(randomTile(), new AbortController().signal) : Promise.resolve()
    const rest = () => setTimeout(visit, randomBelow(LONGEST_REST_MILLIS), visitor).unref()
    // a pool that has ended draws no more
    looked.then(rest, () => {})
  }

  for (let visitor = 0; visitor < visitors; visitor++) visit(visitor)
  return () => {
    isEnded = true
    metrics.trace('load.end', {})
    visitorsWanted.set(0)
  }
}

/** A load on a pool that is switched on and off. */
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
