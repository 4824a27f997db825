'use strict'

// The worker threads that draw tiles. A tile that no client waits for any more leaves the queue. A tile that a thread is drawing is
// finished, because Piscina could stop it only by ending the thread.

const path = require('node:path')
const { Piscina } = require('piscina')
const { metrics, trackedWorkers } = require('tallystick')

const { queueOptionsSymbol } = Piscina

const wait = metrics.timing({ name: 'tiles.wait', help: 'Time that a tile waited for a free thread.' })
const inFlight = metrics.gauge({ name: 'tiles.inFlight', help: 'Tiles that are waiting or being drawn.' })
const aborted = metrics.counter({ name: 'tiles.aborted', help: 'Tiles that were requested and not drawn.' })

/** Assigns the task to any idle thread. Piscina calls this when a task would leave the queue. */
function chooseWorker(task, workers) {
  const idle = workers.find((worker) => worker.currentUsage === 0)
  if (idle) task[queueOptionsSymbol].leaveQueue()
  return idle ?? null
}

/** A tile in the queue, which can be cancelled until it leaves the queue. */
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
    // an idle thread returns to its event loop, instead of waiting without it as is Piscina's default: its lag would look like that of
    // a stuck thread
    const options = { loadBalancer: chooseWorker, recordTiming: false, atomics: 'disabled' }
    this.#piscina = new Piscina({ filename, ...threads, ...options })
    metrics.trace('pool.started', { workers })
  }

  /** The pool for its metrics: the threads report their own state, and Piscina reports the queue. */
  get source() {
    const { maxThreads } = this.#piscina.options
    const extra = () => ({ queued: this.#piscina.queueSize })
    return { size: maxThreads, workers: trackedWorkers(), extra }
  }

  /**
   * Draws a tile.
   * @param signal cancels the tile while it waits in the queue
   * @returns a promise of the PNG's bytes, or of `undefined` for a tile that was cancelled or ended by `destroy`
   */
  async draw(tile, signal) {
    inFlight.inc()
    try {
      return await this.#run(tile, signal)
    } finally {
      inFlight.dec()
    }
  }

  /** Makes a thread spin. @returns a promise that it has recovered, or that the pool has ended */
  async spin(millis) {
    const ticket = new Ticket()
    const task = { spin: millis, [queueOptionsSymbol]: ticket }
    await this.#piscina.run(task).catch((error) => {
      if (!this.#isEnded) throw error
    })
  }

  /** Ends all threads, even while they draw. What they recorded stays. */
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
