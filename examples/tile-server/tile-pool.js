'use strict'

// The worker threads that draw tiles. A tile that nobody waits for any more leaves the queue; one that a thread is drawing is
// finished, as Piscina could stop it only together with its thread.

const path = require('node:path')
const { Piscina } = require('piscina')
const { metrics, trackedWorkers } = require('tallystick')

const { queueOptionsSymbol } = Piscina

const wait = metrics.timing({ name: 'tiles.wait', help: 'How long a tile waited for a free thread.' })
const inFlight = metrics.gauge({ name: 'tiles.inFlight', help: 'Tiles that are waiting or being drawn.' })
const aborted = metrics.counter({ name: 'tiles.aborted', help: 'Tiles that were asked for and not drawn.' })

/** Gives the task to any idle thread. Piscina asks this at the moment when a task would leave the queue. */
function chooseWorker(task, workers) {
  const idle = workers.find((worker) => worker.currentUsage === 0)
  if (idle) task[queueOptionsSymbol].leaveQueue()
  return idle ?? null
}

/** A tile's place in the queue: until it leaves, it can be given up. */
class Ticket {
  #queued = true
  #controller = new AbortController()
  #stopWaiting = wait.start()

  get signal() {
    return this.#controller.signal
  }

  leaveQueue() {
    this.#queued = false
    this.#stopWaiting()
  }

  giveUp() {
    if (this.#queued) this.#controller.abort()
  }
}

class TilePool {
  #piscina
  #isEnded = false

  constructor(workers) {
    const filename = path.join(__dirname, 'worker.js')
    const threads = { minThreads: workers, maxThreads: workers }
    this.#piscina = new Piscina({ filename, ...threads, loadBalancer: chooseWorker, recordTiming: false })
    metrics.trace('pool.started', { workers })
  }

  /** The pool as its metrics tell it: the threads tell of themselves, Piscina of the queue before them. */
  get source() {
    const { maxThreads } = this.#piscina.options
    const extra = () => ({ queued: this.#piscina.queueSize })
    return { size: maxThreads, workers: trackedWorkers(), extra }
  }

  /**
   * Draws a tile.
   * @param signal gives the tile up, as long as it waits in the queue
   * @returns a promise of the PNG's bytes, or of `undefined` for a tile that was given up or cut off by `destroy`
   */
  async draw(tile, signal) {
    inFlight.inc()
    try {
      return await this.#run(tile, signal)
    } finally {
      inFlight.dec()
    }
  }

  /** Ends all threads, also in the middle of a tile. What they recorded stays. */
  destroy() {
    this.#isEnded = true
    return this.#piscina.destroy()
  }

  async #run(tile, signal) {
    const ticket = new Ticket()
    signal.addEventListener('abort', () => ticket.giveUp(), { once: true })
    try {
      return await this.#piscina.run({ ...tile, [queueOptionsSymbol]: ticket }, { signal: ticket.signal })
    } catch (error) {
      if (!ticket.signal.aborted && !this.#isEnded) throw error
      aborted.inc()
    }
  }
}

module.exports = { TilePool }
