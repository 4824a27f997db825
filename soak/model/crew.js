'use strict'

// The threads of a run: the main thread and the workers. A batch and its results are messages, which are the only synchronisation.

const { once } = require('node:events')
const path = require('node:path')
const { Worker } = require('node:worker_threads')
const { Executor } = require('./executor')

/** @typedef {import('./types').Operation} Operation */
/** @typedef {import('./types').Result} Result */

/** A worker, which replies once to each message. */
class Thread {
  #worker
  /** @type {(answer: any) => void} */
  #resolve = () => {}
  /** @type {(error: unknown) => void} */
  #reject = () => {}
  #exited

  /** @param {object} workerData */
  constructor(workerData) {
    this.#worker = new Worker(path.join(__dirname, 'thread.js'), { workerData })
    this.#exited = once(this.#worker, 'exit')
    this.#exited.catch(() => {})
    this.#worker.on('message', (answer) => this.#resolve(answer))
    this.#worker.on('error', (error) => this.#reject(error))
    this.#worker.on('exit', () => this.#reject(new Error('a thread has ended')))
    this.ready = this.#answer()
  }

  #answer() {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
  }

  /** @param {Operation[]} batch @returns {Promise<Result[]>} */
  run(batch) {
    const answer = this.#answer()
    this.#worker.postMessage({ batch })
    return answer
  }

  /** @param {import('./types').Ending} how */
  async end(how) {
    if (how === 'terminated') await this.#worker.terminate()
    else this.#worker.postMessage({ end: how })
    await this.#exited
  }
}

class Crew {
  /** @type {Thread[]} */
  #threads = []
  #workerData
  #over
  #own

  /** @param {import('../..').Metrics} metrics @param {{ threads: number, mayInherit: boolean, losesOne: boolean }} options */
  constructor(metrics, { threads, mayInherit, losesOne }) {
    this.#over = new Int32Array(new SharedArrayBuffer(4))
    const options = { mayInherit, losesOne, over: this.#over }
    this.#own = new Executor(metrics, options)
    this.#workerData = { collector: metrics.collector.id, options }
    this.#threads = Array.from({ length: threads - 1 }, () => new Thread(this.#workerData))
  }

  async ready() {
    await Promise.all(this.#threads.map(({ ready }) => ready))
  }

  /**
   * Runs batches at the same time. Threads that watch continue until all others have finished.
   * @param {Operation[][]} batches by thread
   * @returns {Promise<Result[][]>}
   */
  async run(batches) {
    Atomics.store(this.#over, 0, 0)
    const isWatching = batches.map((batch) => batch.some((operation) => operation.do === 'watch'))
    const others = batches.map((batch, thread) =>
      thread === 0 || batch.length === 0 ? [] : this.#threads[thread - 1].run(batch),
    )
    const own = this.#own.run(batches[0])
    const running = [own, ...others.slice(1)]
    await Promise.all(running.filter((_, thread) => !isWatching[thread]))
    Atomics.store(this.#over, 0, 1)
    return Promise.all(running)
  }

  /** Ends a worker and starts a replacement. @param {number} thread @param {import('./types').Ending} how */
  async replace(thread, how) {
    await this.#threads[thread - 1].end(how)
    this.#threads[thread - 1] = new Thread(this.#workerData)
    await this.#threads[thread - 1].ready
  }

  async end() {
    await Promise.all(this.#threads.map((thread) => thread.end('terminated')))
  }
}

module.exports = { Crew }
