'use strict'

// The open streams of a service. They share one timer (and one for the heartbeat), which the first starts and the last stops. Each
// view has a feed, which encodes an event once for all its readers. A client that does not read is disconnected at a limit of
// pending bytes.

// Captured at load, so that fake timers installed later do not stop a stream.
const { clearInterval, setInterval } = require('node:timers')
const { HEARTBEAT, retryLine } = require('./events')

/** @typedef {import('../http/types').Client} Client */
/** @typedef {import('./types').Feed} Feed */

/** A client with more pending bytes than this, beyond its largest event, is dropped at the next event. */
const MAX_PENDING = 256 * 1024

/** A stream is silent for at most twice this time. Servers and proxies close idle connections, Bun's after 10 s. */
const HEARTBEAT_MILLIS = 4000

/** A client as feeds know it. */
class Reader {
  #client
  /** whether nothing was written since the last heartbeat */
  isSilent = false
  /** the size of its largest event: a slow network may take longer than an interval for it */
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
  /** how many callers of `hold` need ticks */
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
   * @param {(feeds: Feed[]) => Feed[]} prepare called at each tick with the feeds that have readers; returns those to tick
   * @param {(error: unknown) => void} failed called when a feed throws; the others still tick
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
   * Adds a client. It receives the present state, and then the changes.
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
    // a reader that closed in the meantime must leave its feed
    if (!this.#readers.has(reader)) feed.leave(reader)
  }

  /** Keeps ticking until it is released, even without a stream. @returns {() => void} release, to be called once */
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

  /** Skipped while the last tick is still running. */
  async #tick() {
    if (this.#ticking) return
    this.#ticking = true
    try {
      const feeds = [...new Set(this.#readers.values())].filter((feed) => !feed.isEmpty)
      for (const feed of this.#prepare(feeds)) await this.#tickFeed(feed)
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
  async #tickFeed(feed) {
    try {
      await feed.tick()
    } catch (error) {
      this.#failed(error)
    }
  }
}

module.exports = { Streams }
