'use strict'

// The view `series`: the series of the requested keys, then those that changed. All requested keys are read in one call a tick;
// readers of the same keys share an encoding.

const { broadcast } = require('../broadcast')
const { eventOf } = require('../events')
const { Turns } = require('../turns')

/** @typedef {import('../types').Reader} Reader */
/** @typedef {(keys: string[]) => Promise<string[]>} ReadSeries each key's series as JSON; empty if it does not exist */
/** @typedef {{ keys: string[], readers: Set<Reader> }} Group readers of the same keys */

class SeriesFeed {
  /** @type {Map<string, Group>} by their keys */
  #groups = new Map()
  /** @type {Map<Reader, Group>} */
  #readers = new Map()
  /** @type {Map<string, string>} what was last sent of each key */
  #texts = new Map()
  #read
  #id = 0
  /** of joins and ticks */
  #turns = new Turns()

  /** @param {ReadSeries} read */
  constructor(read) {
    this.#read = read
  }

  get isEmpty() {
    return this.#readers.size === 0
  }

  /** @param {Reader} reader @param {URLSearchParams} query */
  join(reader, query) {
    const keys = [...new Set(query.getAll('keys'))].sort()
    return this.#turns.run(async () => {
      const unread = keys.filter((key) => !this.#texts.has(key))
      const texts = unread.length === 0 ? [] : await this.#read(unread)
      unread.forEach((key, at) => {
        this.#texts.set(key, texts[at])
      })
      this.#add(reader, keys)
      const known = keys.map((key) => this.#texts.get(key)).filter(Boolean)
      reader.write(eventOf(seriesEvent(true, /** @type {string[]} */ (known), []), this.#id))
    })
  }

  /** @param {Reader} reader @param {string[]} keys */
  #add(reader, keys) {
    const name = JSON.stringify(keys)
    const group = this.#groups.get(name) ?? { keys, readers: new Set() }
    this.#groups.set(name, group)
    group.readers.add(reader)
    this.#readers.set(reader, group)
  }

  /** @param {Reader} reader */
  leave(reader) {
    const group = this.#readers.get(reader)
    if (group === undefined) return
    this.#readers.delete(reader)
    group.readers.delete(reader)
    if (group.readers.size === 0) this.#groups.delete(JSON.stringify(group.keys))
    if (this.isEmpty) this.#texts.clear()
  }

  tick() {
    return this.#turns.run(() => this.#send())
  }

  async #send() {
    const keys = [...this.#requested()]
    const texts = await this.#read(keys)
    const changed = new Set(keys.filter((key, at) => this.#texts.get(key) !== texts[at]))
    keys.forEach((key, at) => {
      this.#texts.set(key, texts[at])
    })
    this.#id++
    for (const group of [...this.#groups.values()]) await this.#sendGroup(group, changed)
    const requested = this.#requested()
    for (const key of [...this.#texts.keys()].filter((key) => !requested.has(key))) this.#texts.delete(key)
  }

  /** @param {Group} group @param {Set<string>} changed */
  async #sendGroup({ keys, readers }, changed) {
    const news = keys.filter((key) => changed.has(key))
    if (news.length === 0) return
    const texts = news.map((key) => this.#texts.get(key) ?? '')
    const gone = news.filter((_key, at) => texts[at] === '')
    const event = eventOf(seriesEvent(false, texts.filter(Boolean), gone), this.#id)
    await broadcast(readers, event)
  }

  /** The keys that readers requested. */
  #requested() {
    return new Set([...this.#groups.values()].flatMap((group) => group.keys))
  }
}

/** @param {boolean} full @param {string[]} series as JSON @param {string[]} gone keys */
function seriesEvent(full, series, gone) {
  const timestamp = new Date().toISOString()
  return `{"full":${full},"series":[${series.join(',')}],"gone":${JSON.stringify(gone)},"timestamp":"${timestamp}"}`
}

module.exports = { SeriesFeed }
