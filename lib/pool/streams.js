'use strict'

// The open streams of a service: one timer for all (and one for their heartbeat), started by the first and stopped by the last.
// Each view has a feed, which encodes what is told once for all its readers. Who does not read is cut off: for nobody more is kept
// than a bound.

// Captured at load, so that fake timers installed later stop no stream.
const { clearInterval, setInterval } = require('node:timers')
const { HEARTBEAT, retryLine } = require('./events')

/** @typedef {import('../http/types').Client} Client */
/** @typedef {import('./types').Feed} Feed */

/** So many bytes may wait for a client, beyond its largest event, when the next one comes: else it is dropped. */
const MAX_PENDING = 256 * 1024

/** A stream is silent for twice this at most, so that no server or proxy takes it for dead: Bun's ends an idle connection after 10 s. */
const HEARTBEAT_MILLIS = 4000

/** A client as feeds know it. */
class Reader {
  #client
  /** whether nothing was written since the last heartbeat */
  isSilent = false
  /** the size of its largest event, which takes a slow network longer than an interval */
  #largest = 0

  /** @param {Client} client */
  constructor(client) {
    this.#client = client
  }

  /** @param {Uint8Array} bytes */
  write(bytes) {
    if (this.#client.pending > MAX_PENDING + this.#largest) return this.#client.drop()
    this.#largest = Math.max(this.#largest, bytes.length)
    this.isSilent = false
    this.#client.write(bytes)
  }

  end() {
    this.#client.end()
  }

  /** @param {() => void} listener */
  onClose(listener) {
    this.#client.onClose(listener)
  }
}

class Streams {
  /** @type {Map<Reader, Feed>} */
  #readers = new Map()
  /** how many others want ticks */
  #holds = 0
  /** @type {NodeJS.Timeout | undefined} */
  #timer
  /** @type {NodeJS.Timeout | undefined} */
  #heart
  #ticking = false
  #interval
  #heartbeat
  #failed
  #prepare

  /**
   * @param {number} interval in milliseconds
   * @param {(feeds: Feed[]) => Feed[]} prepare called each tick with the feeds that have readers: those of them that have news
   * @param {(error: unknown) => void} failed called when a feed throws; the others are told all the same
   * @param {number} [heartbeat] in milliseconds
   */
  constructor(interval, prepare, failed, heartbeat = HEARTBEAT_MILLIS) {
    this.#interval = interval
    this.#heartbeat = heartbeat
    this.#prepare = prepare
    this.#failed = failed
  }

  get count() {
    return this.#readers.size
  }

  /** @param {number} interval in milliseconds */
  set interval(interval) {
    if (this.#interval === interval) return
    this.#interval = interval
    this.#stop()
    this.#startOrStop()
  }

  /**
   * Adds a client. It is told how things are, and what changes from then on.
   * @param {Client} client
   * @param {Feed} feed
   * @param {URLSearchParams} query
   * @param {string} [lastEventId]
   */
  async open(client, feed, query, lastEventId) {
    const reader = new Reader(client)
    this.#readers.set(reader, feed)
    client.onClose(() => this.#close(reader))
    this.#startOrStop()
    reader.write(retryLine(this.#interval))
    try {
      await feed.join(reader, query, lastEventId)
    } catch (error) {
      this.#failed(error)
      client.drop()
    }
    // one that closed meanwhile must not stay with its feed
    if (!this.#readers.has(reader)) feed.leave(reader)
  }

  /** Goes on ticking while it is held, also without a stream. @returns {() => void} release, to be called once */
  hold() {
    this.#holds++
    this.#startOrStop()
    return () => {
      this.#holds--
      this.#startOrStop()
    }
  }

  /** Ends the streams of some feeds. @param {Feed[]} feeds */
  end(feeds) {
    for (const [reader, feed] of [...this.#readers]) {
      if (feeds.includes(feed)) reader.end()
    }
  }

  endAll() {
    for (const reader of [...this.#readers.keys()]) reader.end()
  }

  /** @param {Reader} reader */
  #close(reader) {
    this.#readers.get(reader)?.leave(reader)
    this.#readers.delete(reader)
    this.#startOrStop()
  }

  #startOrStop() {
    if (this.#readers.size + this.#holds === 0) return this.#stop()
    if (this.#timer !== undefined) return
    this.#timer = setInterval(() => this.#tick(), this.#interval).unref()
    this.#heart = setInterval(() => this.#beat(), this.#heartbeat).unref()
  }

  #stop() {
    clearInterval(this.#timer)
    clearInterval(this.#heart)
    this.#timer = undefined
  }

  /** One that takes longer than the interval leaves the next one out. */
  async #tick() {
    if (this.#ticking) return
    this.#ticking = true
    try {
      const feeds = [...new Set(this.#readers.values())].filter((feed) => !feed.isEmpty)
      for (const feed of this.#prepare(feeds)) await this.#tell(feed)
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#ticking = false
    }
  }

  #beat() {
    for (const reader of [...this.#readers.keys()]) {
      if (reader.isSilent) reader.write(HEARTBEAT)
      reader.isSilent = true
    }
  }

  /** @param {Feed} feed */
  async #tell(feed) {
    try {
      await feed.tick()
    } catch (error) {
      this.#failed(error)
    }
  }
}

module.exports = { Streams }
