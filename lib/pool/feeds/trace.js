'use strict'

// The view `trace`: events as they come. Readers may begin at different events; from the second tick on they are told the same.

const { broadcast } = require('../broadcast')
const { eventOf } = require('../events')

/** @typedef {import('../types').Reader} Reader */
/** @typedef {(after: number) => Promise<Uint8Array>} ReadTrace */

class TraceFeed {
  /** @type {Map<Reader, number>} readers to the latest event that they know */
  #readers = new Map()
  /** the latest event that was told to all */
  #seq = 0
  #read
  /** joining and telling, one after the other @type {Promise<void>} */
  #turn = Promise.resolve()

  /** @param {ReadTrace} read the events after a number as JSON */
  constructor(read) {
    this.#read = read
  }

  get isEmpty() {
    return this.#readers.size === 0
  }

  /** @param {Reader} reader @param {URLSearchParams} query @param {string | undefined} lastEventId of a client that comes back */
  join(reader, query, lastEventId) {
    const after = Number(/^\d{1,15}$/.test(lastEventId ?? '') ? lastEventId : (query.get('after') ?? 0))
    return this.#inTurn(async () => {
      const bytes = await this.#read(after)
      const { seq } = parsed(bytes)
      if (this.isEmpty) this.#seq = seq
      this.#readers.set(reader, seq)
      reader.write(eventOf(bytes, seq))
    })
  }

  /** @param {Reader} reader */
  leave(reader) {
    this.#readers.delete(reader)
  }

  tick() {
    return this.#inTurn(() => this.#tell())
  }

  async #tell() {
    const before = this.#seq
    const bytes = await this.#read(before)
    const news = parsed(bytes)
    if (news.seq === before) return
    this.#seq = news.seq
    const event = eventOf(bytes, news.seq)
    const inStep = [...this.#readers.keys()].filter((reader) => this.#readers.get(reader) === before)
    for (const [reader, known] of [...this.#readers]) {
      this.#readers.set(reader, news.seq)
      if (known > before && known < news.seq) reader.write(eventOf(JSON.stringify(after(known, news)), news.seq))
    }
    await broadcast(inStep, event)
  }

  /** @param {() => Promise<void>} action */
  #inTurn(action) {
    const done = this.#turn.then(action)
    this.#turn = done.catch(() => {})
    return done
  }
}

/** @param {Uint8Array} bytes @returns {import('../../../pool').TraceResponse} */
function parsed(bytes) {
  return JSON.parse(Buffer.from(bytes).toString())
}

/** What of the news a reader does not know. @param {number} known @param {import('../../../pool').TraceResponse} news */
function after(known, news) {
  const events = news.events.filter(({ seq }) => seq > known)
  return { ...news, missed: news.seq - known - events.length, events }
}

module.exports = { TraceFeed }
