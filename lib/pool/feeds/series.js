'use strict'

// The view `series`: the series of some keys, and then those of them that changed. All keys that anybody asks for are read in one
// call a tick; readers of the same keys share an encoding.

const { broadcast } = require('../broadcast')
const { eventOf } = require('../events')

/** @typedef {import('../types').Reader} Reader */
/** @typedef {(keys: string[]) => Promise<string[]>} ReadSeries each key's series as JSON; empty for one that is not there */
/** @typedef {{ keys: string[], readers: Set<Reader> }} Group readers of the same keys */

class SeriesFeed {
  /** @type {Map<string, Group>} by their keys */
  #groups = new Map()
  /** @type {Map<Reader, Group>} */
  #readers = new Map()
  /** @type {Map<string, string>} what was told of each key */
  #texts = new Map()
  #read
  #id = 0
  /** joining and telling, one after the other @type {Promise<void>} */
  #turn = Promise.resolve()

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
    return this.#inTurn(async () => {
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
    return this.#inTurn(() => this.#tell())
  }

  async #tell() {
    const keys = [...this.#asked()]
    const texts = await this.#read(keys)
    const changed = new Set(keys.filter((key, at) => this.#texts.get(key) !== texts[at]))
    keys.forEach((key, at) => {
      this.#texts.set(key, texts[at])
    })
    this.#id++
    for (const group of [...this.#groups.values()]) await this.#tellGroup(group, changed)
    const asked = this.#asked()
    for (const key of [...this.#texts.keys()].filter((key) => !asked.has(key))) this.#texts.delete(key)
  }

  /** @param {Group} group @param {Set<string>} changed */
  async #tellGroup({ keys, readers }, changed) {
    const news = keys.filter((key) => changed.has(key))
    if (news.length === 0) return
    const texts = news.map((key) => this.#texts.get(key) ?? '')
    const gone = news.filter((_key, at) => texts[at] === '')
    const event = eventOf(seriesEvent(false, texts.filter(Boolean), gone), this.#id)
    await broadcast(readers, event)
  }

  /** All keys that some reader asks for. */
  #asked() {
    return new Set([...this.#groups.values()].flatMap((group) => group.keys))
  }

  /** @param {() => Promise<void>} action */
  #inTurn(action) {
    const done = this.#turn.then(action)
    this.#turn = done.catch(() => {})
    return done
  }
}

/** @param {boolean} full @param {string[]} series as JSON @param {string[]} gone keys */
function seriesEvent(full, series, gone) {
  const timestamp = new Date().toISOString()
  return `{"full":${full},"series":[${series.join(',')}],"gone":${JSON.stringify(gone)},"timestamp":"${timestamp}"}`
}

module.exports = { SeriesFeed }
