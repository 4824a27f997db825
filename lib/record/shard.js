'use strict'

// This thread's memory for one collector. It is the only place that holds the arrays of cells; instruments borrow them into
// private fields. Whoever could reach an array could transfer or detach it, and every later write would vanish silently.

const binding = require('../native')
const { CHUNK_BITS, CHUNK_MASK, ENTRIES_PER_CELL, EXEMPLAR_RECORD, FAR, FULL } = require('./layout')
const { LARGE, UNITS_PER_SERIES } = require('./layout')
const { pageOf } = require('./directory')

/** @typedef {import('./types').Reference} Reference */

/** The key of a method that returns an instrument's pages to HdrHistogram; only this package has it. */
const HDR_PAGES = Symbol('tallystick hdrPages')

/** The longest value that goes through the log, in UTF-16 units: a longer one would need as large a buffer, and takes more room. */
const MOST_UNITS = UNITS_PER_SERIES - 1
/** A UTF-16 unit is at most this many bytes of UTF-8. */
const MOST_BYTES = 3
/** An exemplar's value and time as the words of the log. */
const exemplarNumbers = new Float64Array(2)
const exemplarWords = new Uint32Array(exemplarNumbers.buffer)
const EXEMPLAR_WORDS = exemplarWords.length

/**
 * Writes a string as UTF-8.
 * @type {(this: Buffer, string: string, offset: number, length: number) => number}
 */
const writeUtf8 =
  /** @type {any} */ (Buffer.prototype).utf8Write ??
  function (string, offset, length) {
    return this.write(string, offset, length, 'utf8')
  }

/**
 * A buffer of the log. A record is a run of 32-bit words: the cell, the label set, and for each value its length in bytes and its UTF-8,
 * padded to whole words (`src/cells/log.rs`).
 */
class Log {
  /** @param {Uint32Array} words */
  constructor({ buffer, byteOffset, length }) {
    /** the first word: the end of the records */
    this.end = new Int32Array(buffer, byteOffset, 1)
    /** the words after it */
    this.words = new Uint32Array(buffer, byteOffset + 4, length - 1)
    /** the same memory as bytes, for strings */
    this.bytes = Buffer.from(buffer, byteOffset + 4, 4 * (length - 1))
  }
}

const NO_LOG = new Log(new Uint32Array(1))

class Shard {
  /** @type {Reference} */
  #reference
  /** @type {Uint32Array} keeps the collector; its word is 0 until another thread removes something that this one holds */
  #removals
  /**
   * keeps all instruments alive while this thread holds one of them: so `Collector.attach` finds them, and opens no second shard
   */
  #instruments
  /** @type {(Float64Array | undefined)[]} by chunk number */
  #chunks = withoutPrototype()
  /** @type {(Int32Array | undefined)[]} the same memory as 32-bit words: the counts of distributions */
  #words = withoutPrototype()
  /** @type {(Int16Array | undefined)[]} the same memory as directories' entries */
  #entries = withoutPrototype()
  /** @type {number[][]} by chunk: the pages that its heads have in other chunks, by their numbers */
  #far = withoutPrototype()
  /** @type {Log[]} buffers for the names of new series, by their numbers */
  #logs = withoutPrototype()
  #log = NO_LOG
  /** how many words of it are written */
  #end = 0
  /** @type {import('./types').ExemplarSampler | undefined} where the collector has a function for exemplars */
  sampler = undefined

  /** @param {Reference} reference @param {{ forget(removed: import('../../binding').RemovedNames[]): void }} instruments */
  constructor(reference, instruments) {
    this.#reference = reference
    this.#instruments = instruments
    const anchor = withExternalMemory(() => binding.anchor(reference))
    if (anchor === null) throw require('../errors/internal').internalError('a reference was opened twice')
    this.#removals = anchor
  }

  /** The first argument of calls into Rust. */
  get reference() {
    return this.#reference
  }

  /** Its word is 0 until another thread removes something that this one holds. */
  get removals() {
    return this.#removals
  }

  /** Resets the handles of series that other threads have removed, and releases their cells. */
  releaseRemoved() {
    if (this.#removals[0] === 0) return
    // first, because a later removal changes the word again
    Atomics.exchange(this.#removals, 0, 0)
    this.#instruments.forget(binding.releaseRemoved(this.#reference))
  }

  /** The chunk of a cell. @param {number} cell */
  cellsOf(cell) {
    return this.#chunks[cell >>> CHUNK_BITS] ?? this.#fetch(cell >>> CHUNK_BITS)
  }

  /** The chunk of a cell as 32-bit words. @param {number} cell */
  wordsOf(cell) {
    this.cellsOf(cell)
    return /** @type {Int32Array} */ (this.#words[cell >>> CHUNK_BITS])
  }

  /** The chunk of a cell as directories' entries. @param {number} cell */
  entriesOf(cell) {
    const number = cell >>> CHUNK_BITS
    const { buffer, byteOffset, length } = this.cellsOf(cell)
    this.#entries[number] ??= new Int16Array(buffer, byteOffset, length * ENTRIES_PER_CELL)
    return this.#entries[number]
  }

  /** @param {number} number */
  #fetch(number) {
    const cells = withExternalMemory(() => binding.chunk(this.#reference, number))
    if (!cells) throw require('../errors/internal').internalError(`there is no chunk ${number}`)
    this.#chunks[number] = cells
    this.#words[number] = new Int32Array(cells.buffer, cells.byteOffset, cells.length * 2)
    return cells
  }

  /** Adds to a cell by its index. @param {number} cell @param {number} delta */
  add(cell, delta) {
    const cells = this.cellsOf(cell)
    const sum = cells[cell & CHUNK_MASK] + delta
    cells[cell & CHUNK_MASK] = sum
    if (sum > LARGE) this.flush(cell)
  }

  /** Claims a counter's cell of decrements. @param {number} cell a counter's */
  decrements(cell) {
    return binding.sibling(this.#reference, cell, false)
  }

  /** Claims a counter's cell of increments by zero. @param {number} cell a counter's */
  zeros(cell) {
    return binding.sibling(this.#reference, cell, true)
  }

  /** Moves what is claimed at a cell into Rust's totals: a count of it is full, or its sum is large. @param {number} cell */
  flush(cell) {
    binding.flush(this.#reference, cell)
  }

  /**
   * Counts one more in a page, which is made if it is new and may be in another chunk than its head.
   * @param {number} set the label set of the distribution
   * @param {number} head
   * @param {number} entry of its directory
   * @param {number} count which of the page's
   */
  countInPage(set, head, entry, count) {
    const offset = head & CHUNK_MASK
    const known = pageOf(this.entriesOf(head), offset, entry)
    const page = known > 0 ? head - offset + known : this.#farPage(set, head, entry, known)
    this.count(head, page, count)
  }

  /** Counts one more. @param {number} head of a distribution @param {number} page @param {number} count which of the page's */
  count(head, page, count) {
    const counts = this.wordsOf(page)
    const at = 2 * (page & CHUNK_MASK) + count
    counts[at] += 1
    if (counts[at] === FULL) this.flush(head)
  }

  /**
   * A page that is new, or in another chunk than its head.
   * @param {number} set
   * @param {number} head
   * @param {number} entry
   * @param {number} known what the directory has: 0, or below 0 with the number of a page
   * @returns {number} the page's cell
   */
  #farPage(set, head, entry, known) {
    const chunk = head >>> CHUNK_BITS
    this.#far[chunk] ??= withoutPrototype()
    if (known < 0) return this.#far[chunk][known & ~FAR & 0xffff]
    const page = binding.page(this.#reference, set, head, entry)
    const made = pageOf(this.entriesOf(head), head & CHUNK_MASK, entry)
    if (made < 0) this.#far[chunk][made & ~FAR & 0xffff] = page
    return page
  }

  /** A number for the series of a family with these labels. @param {number} family @param {string[]} names */
  labelSet(family, names) {
    return binding.labelSet(this.#reference, family, names)
  }

  /**
   * A number for those series of a label set whose first labels have these values.
   * @param {number} set
   * @param {string[]} values
   * @returns {number | null}
   */
  labelSubset(set, values) {
    return binding.labelSubset(this.#reference, set, values)
  }

  /** Frees the numbers of label sets. @param {number[]} numbers */
  dropLabelSets(numbers) {
    binding.dropLabelSets(this.#reference, numbers)
  }

  /**
   * Claims cells, as many as the array has room for, for series of a label set that the log will name.
   * @param {number} set
   * @param {Uint32Array} cells
   * @returns {number} how many: fewer where the family has no room for more series
   */
  reserve(set, cells) {
    return binding.reserve(this.#reference, set, cells)
  }

  /** Whether the series of a label set with these values exists, in any thread. @param {number} set @param {string[]} values */
  isKnown(set, values) {
    return binding.isKnown(this.#reference, set, values)
  }

  /**
   * Writes to the log which series has a reserved cell. This calls nothing: Rust reads the log before it reads cells.
   * @param {number} set
   * @param {number} cell
   * @param {string[]} values of its labels
   * @param {number[]} places of those values, in the set's order
   * @returns {boolean} false where a value is too long for the log
   */
  append(set, cell, values, places) {
    let size = 2
    for (let at = 0; at < places.length; at++) {
      const { length } = values[places[at]]
      if (length > MOST_UNITS) return false
      size += mostWordsOf(length)
    }
    let end = this.#startRecord(set, cell, size)
    for (let number = 0; number < places.length; number++) end = this.#write(end, values[places[number]])
    this.#endRecord(end)
    return true
  }

  /**
   * The same for a label set whose series differ in one value, which is not too long. Most new series come here: it calls none
   * of our functions, because a process makes its first ones before V8 inlines calls (`labels-2`).
   * @param {number} set
   * @param {number} cell
   * @param {string} string
   */
  appendOne(set, cell, string) {
    const size = 3 + ((MOST_BYTES * string.length + 3) >>> 2)
    if (this.#end + size > this.#log.words.length) this.#openLog(size)
    const { bytes, words } = this.#log
    const end = this.#end
    const length = writeUtf8.call(bytes, string, 4 * end + 12, MOST_BYTES * string.length)
    words[end] = cell
    words[end + 1] = set
    words[end + 2] = length
    this.#end = end + 3 + ((length + 3) >>> 2)
    Atomics.store(this.#log.end, 0, this.#end)
  }

  /**
   * Writes to the log that a recording is an exemplar. Like a new series, this calls nothing.
   * @param {number} cell of its series
   * @param {number} value
   * @param {string[]} strings names and values in turn
   */
  appendExemplar(cell, value, strings) {
    // first, because a clock may be replaced by one that records
    const now = Date.now()
    let size = 2 + EXEMPLAR_WORDS + 1
    for (const string of strings) size += mostWordsOf(string.length)
    let end = this.#startRecord(EXEMPLAR_RECORD, cell, size)
    const { words } = this.#log
    exemplarNumbers[0] = value
    exemplarNumbers[1] = now
    for (let at = 0; at < EXEMPLAR_WORDS; at++) words[end + at] = exemplarWords[at]
    end += EXEMPLAR_WORDS
    words[end++] = strings.length / 2
    for (const string of strings) end = this.#write(end, string)
    this.#endRecord(end)
  }

  /** @param {number} set @param {number} cell @param {number} size in words @returns {number} where the values go */
  #startRecord(set, cell, size) {
    if (this.#end + size > this.#log.words.length) this.#openLog(size)
    const { words } = this.#log
    const end = this.#end
    words[end] = cell
    words[end + 1] = set
    return end + 2
  }

  /** @param {number} at @param {string} string @returns {number} the end of the value */
  #write(at, string) {
    const { bytes, words } = this.#log
    const length = writeUtf8.call(bytes, string, 4 * at + 4, MOST_BYTES * string.length)
    words[at] = length
    return at + 1 + ((length + 3) >>> 2)
  }

  /** A reader that sees the end sees the record. @param {number} end */
  #endRecord(end) {
    this.#end = end
    Atomics.store(this.#log.end, 0, end)
  }

  /** @param {number} size in words */
  #openLog(size) {
    const number = binding.nextLog(this.#reference, size)
    this.#logs[number] ??= new Log(/** @type {Uint32Array} */ (binding.logBuffer(this.#reference, number)))
    this.#log = this.#logs[number]
    this.#end = 0
  }

  /**
   * Claims the cells of a series that does not go through the log.
   * @param {number} set
   * @param {string[]} values
   * @returns {number} the first cell
   */
  register(set, values) {
    return binding.registerValues(this.#reference, set, values)
  }

  /** The current value, over all threads, of the series that has this cell. @param {number} cell @returns {any} */
  value(cell) {
    return require('./parsing').parsedValue(binding.valueAt(this.#reference, cell))
  }
}

/** The most words that a value takes in the log. @param {number} length in UTF-16 units */
function mostWordsOf(length) {
  return 1 + ((MOST_BYTES * length + 3) >>> 2)
}

/** An array whose elements no setter on `Array.prototype` can intercept. @returns {any[]} */
function withoutPrototype() {
  return Object.setPrototypeOf([], null)
}

/** @type {Float64Array} what an instrument has for cells before its first use */
const NO_CELLS = new Float64Array(1)
/** @type {Int32Array} what a distribution has for counts before its first use */
const NO_WORDS = new Int32Array(1)
/** @type {Int16Array} what it has for directories */
const NO_ENTRIES = new Int16Array(1)
/**
 * What stands for the word of removals before the first use: there is something to do before a value can be recorded.
 * @type {Uint32Array}
 */
const NO_REMOVALS = new Uint32Array([1])

/** @template T @param {() => T} make what shares memory of Rust's @returns {T} */
function withExternalMemory(make) {
  try {
    return make()
  } catch (cause) {
    throw require('../errors/binary').noExternalMemory(cause)
  }
}

module.exports = { HDR_PAGES, NO_CELLS, NO_ENTRIES, NO_REMOVALS, NO_WORDS, Shard }
