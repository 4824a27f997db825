'use strict'

// The series of a family that have the same label names, as a Map of Maps: a step for each label's value, the handle at the end.
// V8's and JSC's Maps are fast from the first use on. The label with most values is the innermost, so that there are few Maps.

const { TINY, UNITS_PER_SERIES } = require('./layout')
const { GONE, NONE, Node, close, isPlainString, stringsOf } = require('./node')
const { ReservedCells } = require('./reserved-cells')
const { FOLDED, hashOf } = require('./room')
const { RESET, keyOf, move, nodeOf } = require('./series')
const { TreeRoom } = require('./tree-room')
const { empty, get, getOrAddForm, remove } = require('./value-maps')
const { leavesOf } = require('./walks')

/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').Leaf} Leaf */

/** With this many series, the tree first checks whether another label should be the innermost. */
const FIRST_CHECK = 16
/** The next check is when it has this many times as many series. */
const NEXT_CHECK = 8
/** With this many series for each Map, on average, the order stays as it is. */
const ENOUGH = 8
/** A node with this many series has a label set of its own: most series are made in few nodes. */
const MANY = TINY ? 2 : 8
/** What trees share whose labels always come in their order. @type {Set<import('./types').Order>} */
const NO_INDEXES = new Set()
/** A label becomes the innermost if it has this many times the values of the present one: moving all series costs something. */
const WORTH_MOVING = 2

class Tree {
  #nextCheck = FIRST_CHECK
  /** how many Maps there are */
  #nodes = 1
  /** cells that are reserved for the next series */
  #cells
  /** @type {Set<import('./types').Order>} other orders of the labels, which have the same handles */
  #indexes = NO_INDEXES
  /** @type {import('./types').BoundClass} */
  #Bound
  /** 0, 1, 2 … for each step */
  #inOrder
  /** @type {import('./types').Node | undefined} what `beyond()` returns, once it was needed */
  #beyond

  /**
   * @param {Family} family
   * @param {string[]} names of the labels, in the order of the steps
   * @param {string} id the sorted names as JSON: its key in the label table
   * @param {any} [root] a node, if it has one already
   */
  constructor(family, names, id, root) {
    this.family = family
    this.names = names
    /** the names in the order of the first call */
    this.given = names
    this.id = id
    /** @type {import('./types').Node} */
    this.root = root ?? new Node(this, undefined, '')
    this.size = 0
    this.shard = family.shard
    this.#cells = new ReservedCells(family, names)
    /** whether some values were given as numbers or booleans */
    this.isMixed = false
    this.#Bound = family.Bound
    this.#inOrder = names.map((_, at) => at)
    this.room = new TreeRoom(family, names, this.#cells)
  }

  /** How distributions are divided here. */
  get layout() {
    return this.family.layoutOf(this.names.length > 0)
  }

  /**
   * The handle of a series, made if it is new.
   * @param {string[]} strings the labels' values, in the order of the steps
   * @param {unknown[]} forms the same as they were given, where a Map can find them again
   * @returns {Leaf}
   */
  find(strings, forms) {
    const last = strings.length - 1
    /** @type {any} */
    let found = this.root
    let at = 0
    for (; at <= last && found !== undefined; at++) found = getOrAddForm(found, strings[at], forms[at])
    if (found !== undefined) return found
    if (!this.room.mayEnter(strings))
      return at <= last && this.family.overflows ? this.family.overflow() : this.family.folding.fold(this, strings)
    return this.#enterNew(this.#descend(strings, forms), strings[last], forms[last], strings, this.#inOrder)
  }

  /**
   * The same for values that are all strings, most of which lead to a new series. Undefined where one of them takes the slow path, or
   * where there is no room.
   * One function, because V8 compiles each at its first call, which takes longer than what it does.
   * @param {unknown[]} values in some order of the keys
   * @param {number[]} places for each step of the tree the place of its value
   * @returns {Leaf | undefined}
   */
  make(values, places) {
    if (this.room.namesCost > 0) return undefined
    const last = places.length - 1
    // all of them first, so that no step is made for values that take the slow path
    for (let step = 0; step <= last; step++) {
      const value = values[places[step]]
      if (!isPlainString(value) || value.length >= UNITS_PER_SERIES) return undefined
    }
    const strings = /** @type {string[]} */ (values)
    let node = this.root
    for (let step = 0; step < last; step++) {
      const value = strings[places[step]]
      const next = node.get(value)
      if (next !== undefined) node = next
      else if (node.isMixed) return undefined
      else if (this.room.hasRoom()) node = this.#newNode(node, value, value)
      else return this.#overflow(values)
    }
    const value = strings[places[last]]
    const known = node.get(value)
    if (known !== undefined) return known
    if (node.isMixed || !this.room.hasRoom()) return undefined
    return this.#enterNew(node, value, value, strings, places)
  }

  /**
   * The handle of all label sets that cannot be told apart, for one whose values are strings and that differs before the innermost label.
   * @param {unknown[]} values
   * @returns {Leaf | undefined} undefined if it may be told apart
   */
  #overflow(values) {
    return this.family.overflows && values.every(isPlainString) ? this.family.overflow() : undefined
  }

  /**
   * The node that stands for all values that a node lacks, once the family is so full that all further label sets are one overflow series.
   * Its `folded` is the handle of that series.
   * @param {import('./types').Node} node
   * @param {unknown} value
   * @returns {import('./types').Node | undefined} undefined if it may be told apart
   */
  beyond(node, value) {
    const { family } = this
    if (node.isMixed || this.#cells.reserveNext() || !family.overflows || !isPlainString(value)) return undefined
    if (this.#beyond === undefined) {
      this.#beyond = new Node(this, this.root, '')
      // it has no series of its own, also if there is room again before the call ends
      this.#beyond.labelSet = GONE
      this.#beyond.folded = family.folding.overflow
    }
    return this.#beyond
  }

  /** @param {import('./types').Node} node the last but one step @param {string} string @returns {Leaf | undefined} */
  makeIn(node, string) {
    if (string.length >= UNITS_PER_SERIES) return undefined
    const cell = this.#cells.take()
    if (cell === 0) return undefined
    this.shard.appendOne(node.labelSet, cell, string)
    /** @type {Leaf} */
    const leaf = new this.#Bound(node, string, cell)
    this.#enter(node, string, string, leaf)
    return leaf
  }

  /**
   * The same where the node has no label set: the log gets all values. With six labels, the first 1,000 series of a process take a
   * quarter less than if their values were looked up again (`labels-6`).
   * @param {import('./types').Node} node
   * @param {string} string
   * @returns {Leaf | undefined}
   */
  makeBelow(node, string) {
    if (string.length >= UNITS_PER_SERIES || this.room.namesCost > 0 || !this.room.hasRoom()) return undefined
    const { length } = this.#inOrder
    const strings = new Array(length)
    strings[length - 1] = string
    let above = node
    for (let at = length - 2; at >= 0; at--) {
      strings[at] = above.key
      above = /** @type {import('./types').Node} */ (above.parent)
    }
    return this.#enterNew(node, string, string, strings, this.#inOrder)
  }

  /**
   * Enters a new series.
   * @param {import('./types').Node} node
   * @param {string} string of the last step
   * @param {unknown} form
   * @param {string[]} strings of all labels
   * @param {number[]} places for each step the place of its value in `strings`
   */
  #enterNew(node, string, form, strings, places) {
    // before it is in the table: a series whose registration fails is not there
    const cell = this.#Bound.isLazy ? 0 : this.room.claim(strings, places)
    /** @type {Leaf} */
    const leaf = new this.#Bound(node, string, cell)
    if (form !== string) this.#mix(node)
    this.#enter(node, string, form, leaf)
    if (node.size === MANY && cell !== 0 && !node.isMixed && this.room.namesCost === 0) this.#openLabelSet(node)
    return leaf
  }

  /** Lets the log have only the last label's value of the series from here on. @param {import('./types').Node} node */
  #openLabelSet(node) {
    const values = []
    for (let at = node; at.parent !== undefined; at = at.parent) values.push(at.key)
    const set = this.#cells.labelSet
    node.labelSet = node === this.root ? set : (this.shard.labelSubset(set, values.reverse()) ?? NONE)
  }

  /** @param {import('./types').Node} node that has left the tree */
  #close(node) {
    if (node.labelSet !== NONE) this.shard.dropLabelSets([node.labelSet])
    close(node)
  }

  /** @param {import('./types').Node} node @param {string} string @param {unknown} form */
  #newNode(node, string, form) {
    const next = new Node(this, node, string)
    if (string === FOLDED) this.family.mayHaveOthers = true
    node.set(form, next)
    if (form !== string) this.#mix(node)
    this.#nodes++
    return next
  }

  /** @param {import('./types').Node} node that has a value that is no string */
  #mix(node) {
    node.isMixed = true
    this.isMixed = true
  }

  /** @param {string[]} strings @param {unknown[]} forms */
  #descend(strings, forms) {
    let node = this.root
    for (let at = 0; at < strings.length - 1; at++) {
      node = getOrAddForm(node, strings[at], forms[at]) ?? this.#newNode(node, strings[at], forms[at])
    }
    return node
  }

  /** @param {import('./types').Node} node @param {string} string @param {unknown} form @param {Leaf} leaf */
  #enter(node, string, form, leaf) {
    node.set(form, leaf)
    this.room.count(string, 1)
    if (++this.size >= this.#nextCheck) {
      this.#nextCheck = NEXT_CHECK * this.size
      if (this.size < ENOUGH * this.#nodes) this.#arrange()
    }
  }

  /** Whether a handle stands for several label sets, which have no room. @param {Leaf} handle */
  isShared(handle) {
    return !this.room.isCounted || (this.names.length > 0 && keyOf(handle) === FOLDED)
  }

  /** The handle of a series if it is in the table. @param {string[]} strings @returns {Leaf | undefined} */
  peek(strings) {
    let next = this.root
    for (const string of strings) {
      next = get(next, string)
      if (next === undefined) return undefined
    }
    return /** @type {any} */ (next)
  }

  /**
   * The current handle of the series of a handle without cells: the same one, put back into the table, or one that was made since.
   * Undefined if the family was unregistered: then nothing is recorded.
   * @param {Leaf} handle
   * @returns {any}
   */
  attach(handle) {
    this.shard.releaseRemoved()
    const { table, instrument, isUnregistered } = this.family.current()
    if (isUnregistered) return undefined
    if (this.names.length === 0) return instrument
    const tree = table.treeOf(this.names)
    const strings = stringsOf(handle, tree.names)
    const known = tree.peek(strings)
    if (known !== undefined && known !== handle) return known
    if (!tree.room.mayClaim(strings)) {
      tree.forget(strings)
      return tree.family.folding.fold(tree, strings)
    }
    if (known === handle) return handle
    if (table !== this.family.table) return tree.find(strings, strings)
    const node = tree.#descend(strings, strings)
    const key = strings[strings.length - 1]
    move(handle, node, key)
    tree.#enter(node, key, key, handle)
    return handle
  }

  /** Claims the cells of a series: the index of the first one. @param {Leaf} handle */
  register(handle) {
    return this.room.claim(stringsOf(handle, this.names), this.#inOrder)
  }

  /** The handle of a series, made in any case. @param {string[]} strings @returns {Leaf} */
  force(strings) {
    const last = strings[strings.length - 1]
    return this.peek(strings) ?? this.#enterNew(this.#descend(strings, strings), last, last, strings, this.#inOrder)
  }

  /**
   * The handle that stands for a value that has no room. Undefined if it may have some, or takes the slow path.
   * @param {import('./types').Node} node with such a handle
   * @param {unknown} value
   * @returns {Leaf | undefined}
   */
  foldIn(node, value) {
    const string = typeof value === 'number' ? String(value) : value
    if (this.#cells.hasReserved || !this.family.isFull || !isPlainString(string)) return undefined
    const found = string === value && !node.isMixed ? undefined : getOrAddForm(node, string, value)
    if (found !== undefined) return found
    const { family } = this
    if (family.hasOthers && family.room.mayKnow(node.hash + hashOf(string))) return undefined
    family.room.countFold()
    return node.folded
  }

  /** Counts one more in a page of a distribution. @param {number} head @param {number} entry @param {number} count */
  countInPage(head, entry, count) {
    this.shard.countInPage(this.#cells.labelSet, head, entry, count)
  }

  /** Flushes what is claimed at a cell. @param {number} cell */
  flush(cell) {
    this.shard.flush(cell)
  }

  /** Removes a handle from the table, and takes its cells from it. @param {string[]} strings */
  forget(strings) {
    const leaf = this.peek(strings)
    if (leaf === undefined) return
    leaf[RESET]()
    this.size--
    this.room.count(keyOf(leaf), -1)
    for (const index of this.#indexes) index.forget(strings)
    let node = nodeOf(leaf)
    if (node.folded === leaf) node.folded = undefined
    remove(node, keyOf(leaf))
    for (; node.size === 0 && node.parent !== undefined; node = node.parent) {
      remove(node.parent, node.key)
      this.#close(node)
      this.#nodes--
    }
  }

  /** Removes all handles. */
  clear() {
    for (const { leaf } of leavesOf(this)) {
      leaf[RESET]()
      this.room.count(keyOf(leaf), -1)
    }
    this.#newRoot()
    this.size = 0
    this.#nodes = 1
    this.#nextCheck = FIRST_CHECK
    this.#cells.forgetCells()
  }

  /** Rust has forgotten the label set, or all cells. */
  forgetCells() {
    this.#cells.forget()
  }

  /** Begins with an empty Map. The earlier ones are emptied: a call that is in the midst of its labels finds nothing there. */
  #newRoot() {
    const sets = close(this.root)
    if (sets.length > 0) this.shard.dropLabelSets(sets)
    empty(this.root)
    this.root = new Node(this, undefined, '')
    for (const index of this.#indexes) empty(index.root)
    this.#indexes.clear()
  }

  /** @param {import('./types').Order} index */
  addIndex(index) {
    if (this.#indexes === NO_INDEXES) this.#indexes = new Set()
    this.#indexes.add(index)
  }

  /** @param {import('./types').Order} index */
  dropIndex(index) {
    this.#indexes.delete(index)
  }

  /** Lets the label with most values be the innermost. */
  #arrange() {
    const last = this.names.length - 1
    // the label that is folded stays the innermost
    if (last < 1 || this.family.isFolding) return
    const all = leavesOf(this)
    let most = last
    let [size, least] = [0, 0]
    for (let at = last; at >= 0; at--) {
      const values = new Set()
      for (const { forms } of all) values.add(forms[at])
      if (at === last) least = WORTH_MOVING * values.size
      if (values.size > size) [most, size] = [at, values.size]
    }
    if (size >= least) this.reorder(most, all)
  }

  /** Lets a label be the innermost. @param {number} most its place @param {import('./walks').Found[]} all leaves */
  reorder(most, all = leavesOf(this)) {
    const last = this.names.length - 1
    this.names = moved(this.names, most)
    this.#cells.reorder(this.names)
    this.#newRoot()
    this.#nodes = 1
    for (const { leaf, forms: given } of all) {
      const forms = moved(given, most)
      const strings = this.isMixed ? forms.map(String) : /** @type {string[]} */ (forms)
      const node = this.#descend(strings, forms)
      node.set(forms[last], leaf)
      if (forms[last] !== strings[last]) node.isMixed = true
      move(leaf, node, strings[last])
    }
    this.family.table.relearn(this)
  }

  /** Frees what an empty tree has in Rust. It makes no series any more. */
  close() {
    close(this.root)
    this.#cells.close()
  }
}

/** With the element at a place at the end. @template T @param {T[]} list @param {number} place */
function moved(list, place) {
  const others = list.filter((_, at) => at !== place)
  others.push(list[place])
  return others
}

module.exports = { Tree }
