'use strict'

// The view `trace`: new events at each tick. Readers may start at different events; from their second tick on they receive the same.
// The id of a message is the number of its last event and the epoch, because each collector of each process has its own numbers.

const { broadcast } = require('../broadcast')
const { eventOf } = require('../events')
const { parseJson } = require('../responses')
const { Turns } = require('../turns')

/** @typedef {import('../types').Reader} Reader */
/** @typedef {(after: number) => Promise<Uint8Array>} ReadTrace */

class TraceFeed {
  /** @type {Map<Reader, number>} readers, to the number of the last event that they have */
  #readers = new Map()
  /** the number of the last event that was sent to all */
  #seq = 0
  #read
  #epoch
  /** of joins and ticks */
  #turns = new Turns()

  /**
   * @param {ReadTrace} read the events after a number as JSON
   * @param {() => string} [epoch] unique to this collector in this process
   */
  constructor(read, epoch = () => '0.0') {
    this.#read = read
    this.#epoch = epoch
  }

  get isEmpty() {
    return this.#readers.size === 0
  }

  /** @param {Reader} reader @param {URLSearchParams} query @param {string | undefined} lastEventId of a client that reconnects */
  join(reader, query, lastEventId) {
    const after = this.#numberOf(lastEventId) ?? Number(query.get('after') ?? 0)
    return this.#turns.run(async () => {
      const bytes = await this.#readFrom(after)
      const { seq } = parseJson(bytes)
      if (this.isEmpty) this.#seq = seq
      this.#readers.set(reader, seq)
      reader.write(this.#eventOf(bytes, seq))
    })
  }

  /**
   * The number in an id; 0 if it is of another epoch, so that the client gets all events.
   * @param {string | undefined} lastEventId
   */
  #numberOf(lastEventId = '') {
    const [, seq, epoch] = /^(\d{1,15})(?:-([\da-f]+\.\d+))?$/.exec(lastEventId) ?? []
    if (seq === undefined) return undefined
    return epoch === undefined || epoch === this.#epoch() ? Number(seq) : 0
  }

  /** The events after a number; all events if the number is too large, as it is of an earlier process. @param {number} after */
  async #readFrom(after) {
    const bytes = await this.#read(after)
    return after > parseJson(bytes).seq ? this.#read(0) : bytes
  }

  /** @param {string | Uint8Array} json @param {number} seq */
  #eventOf(json, seq) {
    return eventOf(json, `${seq}-${this.#epoch()}`)
  }

  /** @param {Reader} reader */
  leave(reader) {
    this.#readers.delete(reader)
  }

  tick() {
    return this.#turns.run(() => this.#send())
  }

  async #send() {
    const before = this.#seq
    const bytes = await this.#read(before)
    const news = parseJson(bytes)
    if (news.seq === before) return
    this.#seq = news.seq
    const event = this.#eventOf(bytes, news.seq)
    const upToDate = [...this.#readers.keys()].filter((reader) => this.#readers.get(reader) === before)
    for (const [reader, known] of [...this.#readers]) {
      this.#readers.set(reader, news.seq)
      if (known > before && known < news.seq) this.#sendRest(reader, known, news)
    }
    await broadcast(upToDate, event)
  }

  /**
   * Sends the new events that a reader does not have yet.
   * @param {Reader} reader
   * @param {number} known
   * @param {import('../../../pool').TraceResponse} news
   */
  #sendRest(reader, known, news) {
    const events = news.events.filter(({ seq }) => seq > known)
    const rest = { ...news, missed: news.seq - known - events.length, events }
    reader.write(this.#eventOf(JSON.stringify(rest), news.seq))
  }
}

module.exports = { TraceFeed }
