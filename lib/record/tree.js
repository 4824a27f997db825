'use strict'

// The series of a family that have the same label names, as a Map of Maps: a step for each label's value, the handle at the end.
// V8's and JSC's Maps are fast from the first use on. The label with most values is the innermost, so that there are few Maps.

const binding = require('../native')
const { TINY } = require('./layout')
const { RESET, keyOf, move, nodeOf } = require('./series')
const { empty, get, remove, step } = require('./value-maps')

/** @typedef {import('./types').Family} Family */
/** @typedef {import('./types').Leaf} Leaf */

/** The order of the steps is reconsidered at this size, and whenever the tree is eight times as large, */
const FIRST_LOOK = 16
const NEXT_LOOK = 8
/** unless the innermost Maps have this many values each. */
const ENOUGH = 8
/** A node with this many series has a label set of its own: most series are made in few nodes. */
const MANY = TINY ? 2 : 8
/** At most this many cells are reserved at once. */
const MOST_CELLS = 256
const MOST_HEADS = 8
/** A label becomes the innermost if it has this many times the values of the present one: moving all series costs something. */
const WORTH_MOVING = 2
const NO_CELLS = new Uint32Array(0)
const NONE = -1

/** A step: the values of a label as they were given, to nodes or to the handles of series. @extends {Map<unknown, any>} */
class Node extends Map {
  /** @param {Tree} tree @param {Node | undefined} parent @param {string} key */
  constructor(tree, parent, key) {
    super()
    this.tree = tree
    this.parent = parent
    this.key = key
    /** of the steps from here on, if this is a root: a handle that left the table goes by the order that it had there */
    this.names = tree.names
    /** whether some keys are no texts: then a text may be here in its other form */
    this.isMixed = false
    /** the number in Rust of the series from here on, once there are some: the log then has their last value only */
    this.labelSet = NONE
  }

  /** A new series of the value of the last label. Undefined where it takes the slow path. @param {unknown} value @returns {Leaf | undefined} */
  make(value) {
    if (this.labelSet === NONE || this.isMixed || !isPlainText(value)) return undefined
    return this.tree.makeIn(this, value)
  }
}

class Tree {
  #look = FIRST_LOOK
  /** how many Maps there are */
  #nodes = 1
  /** the number of this label set in Rust, once a series has cells */
  #set = -1
  /** cells that are reserved for the next series, */
  #cells = NO_CELLS
  /** of which these are used */
  #used = 0
  /** how many are reserved next */
  #batch = 1
  /** @type {Set<import('./types').Order>} other orders of the labels, which have the same handles */
  #indexes = new Set()
  /** @type {import('./types').BoundClass} */
  #Bound
  /** 0, 1, 2 … for each step */
  #inOrder

  /** @param {Family} family @param {string[]} names of the labels, in the order of the steps @param {string} id what the table has it by */
  constructor(family, names, id) {
    this.family = family
    this.names = names
    this.id = id
    this.root = new Node(this, undefined, '')
    this.size = 0
    this.shard = family.shard
    this.#Bound = family.Bound
    this.#inOrder = names.map((_, at) => at)
  }

  /** How distributions are divided here. */
  get layout() {
    return this.family.layoutOf(this.names.length > 0)
  }

  /**
   * The handle of a series, made if it is new.
   * @param {string[]} texts the labels' values, in the order of the steps
   * @param {unknown[]} forms the same as they were given, where a Map can find them again
   * @returns {Leaf}
   */
  find(texts, forms) {
    const last = texts.length - 1
    const node = this.#descend(texts, forms)
    const found = step(node, texts[last], forms[last])
    if (found !== undefined) return found
    return this.#enterNew(node, texts[last], forms[last], texts, this.#inOrder)
  }

  /**
   * The same for values that are all texts, most of which lead to a new series. Undefined where one of them takes the slow path.
   * One function, because V8 compiles each at its first call, which takes longer than what it does.
   * @param {unknown[]} values in some order of the keys
   * @param {number[]} places for each step of the tree the place of its value
   * @returns {Leaf | undefined}
   */
  make(values, places) {
    const last = places.length - 1
    let node = this.root
    for (let step = 0; step < last; step++) {
      const value = values[places[step]]
      if (!isPlainText(value)) return undefined
      const next = node.get(value)
      if (next !== undefined) node = next
      else if (node.isMixed) return undefined
      else node = this.#newNode(node, value, value)
    }
    const value = values[places[last]]
    if (!isPlainText(value)) return undefined
    const known = node.get(value)
    if (known !== undefined) return known
    return node.isMixed ? undefined : this.#enterNew(node, value, value, /** @type {string[]} */ (values), places)
  }

  /** @param {Node} node the last but one step @param {string} text @returns {Leaf | undefined} */
  makeIn(node, text) {
    if (this.#used === this.#cells.length) this.#reserve(this.#set)
    const cell = this.#cells[this.#used]
    if (!this.shard.appendOne(node.labelSet, cell, text)) return undefined
    this.#used++
    /** @type {Leaf} */
    const leaf = new this.#Bound(node, text, cell)
    this.#enter(node, text, leaf)
    return leaf
  }

  /**
   * Enters a new series.
   * @param {Node} node
   * @param {string} text of the last step
   * @param {unknown} form
   * @param {string[]} texts of all labels
   * @param {number[]} places of those of the steps
   */
  #enterNew(node, text, form, texts, places) {
    // before it is in the table: a series whose registration fails is not there
    const cell = this.#Bound.isLazy ? 0 : this.#claim(texts, places)
    /** @type {Leaf} */
    const leaf = new this.#Bound(node, text, cell)
    if (form !== text) node.isMixed = true
    this.#enter(node, form, leaf)
    if (node.size === MANY && cell !== 0 && !node.isMixed) this.#openLabelSet(node)
    return leaf
  }

  /** Lets the log have only the last label's value of the series from here on. @param {Node} node */
  #openLabelSet(node) {
    const values = []
    for (let at = node; at.parent !== undefined; at = at.parent) values.push(at.key)
    const set = this.#labelSet()
    node.labelSet = node === this.root ? set : (this.shard.labelSubset(set, values.reverse()) ?? NONE)
  }

  /** @param {Node} node that is not of the tree any more */
  #closeLabelSet(node) {
    if (node.labelSet !== NONE) this.shard.dropLabelSets([node.labelSet])
    node.labelSet = NONE
  }

  /** @param {Node} node @param {string} text @param {unknown} form */
  #newNode(node, text, form) {
    const next = new Node(this, node, text)
    node.set(form, next)
    if (form !== text) node.isMixed = true
    this.#nodes++
    return next
  }

  /** @param {string[]} texts @param {unknown[]} forms */
  #descend(texts, forms) {
    let node = this.root
    for (let at = 0; at < texts.length - 1; at++) {
      node = step(node, texts[at], forms[at]) ?? this.#newNode(node, texts[at], forms[at])
    }
    return node
  }

  /** @param {Node} node @param {unknown} form @param {Leaf} leaf */
  #enter(node, form, leaf) {
    node.set(form, leaf)
    if (++this.size >= this.#look) {
      this.#look = NEXT_LOOK * this.size
      if (this.size < ENOUGH * this.#nodes) this.#arrange()
    }
  }

  /** The handle of a series if it is in the table. @param {string[]} texts @returns {Leaf | undefined} */
  peek(texts) {
    let next = this.root
    for (const text of texts) {
      next = get(next, text)
      if (next === undefined) return undefined
    }
    return /** @type {any} */ (next)
  }

  /**
   * The handle of a series that a handle without cells is of: itself, back in the table, or another one that was made since.
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
    const texts = textsOf(handle, tree.names)
    const node = tree.#descend(texts, texts)
    const key = texts[texts.length - 1]
    const known = get(node, key)
    if (known !== undefined) return known
    if (table !== this.family.table) return tree.find(texts, texts)
    move(handle, node, key)
    tree.#enter(node, key, handle)
    return handle
  }

  /** Claims the cells of a series: the index of the first one. @param {Leaf} handle */
  register(handle) {
    return this.#claim(textsOf(handle, this.names), this.#inOrder)
  }

  /** @param {string[]} texts of the labels @param {number[]} places of those of the steps */
  #claim(texts, places) {
    const set = this.#labelSet()
    if (this.#used === this.#cells.length) this.#reserve(set)
    const cell = this.#cells[this.#used]
    if (this.shard.append(set, cell, texts, places)) this.#used++
    else
      return this.shard.register(
        set,
        places.map((place) => texts[place]),
      )
    return cell
  }

  #labelSet() {
    // a family that was removed is there again from now on
    const { number } = this.family.current()
    if (this.#set === -1) this.#set = this.shard.labelSet(number, this.names)
    return this.#set
  }

  /** Reserves cells, each time twice as many. @param {number} set */
  #reserve(set) {
    this.#cells = new Uint32Array(this.#batch)
    this.#used = 0
    this.shard.reserve(set, this.#cells)
    this.#batch = Math.min(2 * this.#batch, this.family.isDistribution ? MOST_HEADS : MOST_CELLS)
  }

  /** Counts one more in a page of a distribution. @param {number} head @param {number} entry @param {number} count */
  countInPage(head, entry, count) {
    this.shard.countInPage(this.#labelSet(), head, entry, count)
  }

  /** Folds what is claimed at a cell. @param {number} cell */
  fold(cell) {
    this.shard.fold(cell)
  }

  /** Takes a handle out of the table, and its cells from it. @param {string[]} texts */
  forget(texts) {
    const leaf = this.peek(texts)
    if (leaf === undefined) return
    leaf[RESET]()
    this.size--
    for (const index of this.#indexes) index.forget(texts)
    let node = nodeOf(leaf)
    remove(node, keyOf(leaf))
    for (; node.size === 0 && node.parent !== undefined; node = node.parent) {
      remove(node.parent, node.key)
      this.#closeLabelSet(node)
      this.#nodes--
    }
  }

  /** The labels' values of the series that have these, of which the tree has all names. @param {Record<string, string>} labels as texts @returns {string[][]} */
  matching(labels) {
    /** @type {string[][]} */
    const found = []
    const { length } = this.names
    const visit = (/** @type {any} */ next, /** @type {string[]} */ texts) => {
      if (texts.length === length) found.push(texts)
      else walk(next, texts)
    }
    const walk = (/** @type {Node} */ node, /** @type {string[]} */ texts) => {
      const wanted = labels[this.names[texts.length]]
      if (wanted !== undefined) {
        const next = get(node, wanted)
        if (next !== undefined) visit(next, [...texts, wanted])
        return
      }
      // a value that was given in two forms is there twice
      const seen = new Set()
      for (const [form, next] of node) {
        if (!seen.has(next)) visit(next, [...texts, String(form)])
        seen.add(next)
      }
    }
    walk(this.root, [])
    return found
  }

  /** Takes all handles out. */
  clear() {
    this.#each((leaf) => leaf[RESET]())
    this.#newRoot()
    this.size = 0
    this.#nodes = 1
    this.#look = FIRST_LOOK
    this.#cells = NO_CELLS
    this.#used = 0
    this.#batch = 1
  }

  /** Rust has forgotten the label set, or all cells. */
  forgetSet() {
    this.#set = -1
    this.#cells = NO_CELLS
    this.#used = 0
    this.#batch = 1
  }

  /** Calls `visit` with each handle. @param {(leaf: Leaf) => void} visit */
  each(visit) {
    this.#each((leaf) => visit(leaf))
  }

  /** Calls `visit` with each handle and the values that lead to it, as they were given. @param {(leaf: Leaf, forms: unknown[]) => void} visit */
  #each(visit) {
    const last = this.names.length - 1
    if (last < 0) return
    // a value that was given in two forms is there twice
    const seen = new Set()
    const walk = (/** @type {Node} */ node, /** @type {unknown[]} */ forms) => {
      for (const [form, next] of node) {
        if (seen.has(next)) continue
        seen.add(next)
        if (forms.length === last) visit(/** @type {any} */ (next), [...forms, form])
        else walk(next, [...forms, form])
      }
    }
    walk(this.root, [])
  }

  /** Begins with an empty Map. The earlier ones are emptied: a call that is in the midst of its labels finds nothing there. */
  #newRoot() {
    const sets = labelSetsOf(this.root)
    if (sets.length > 0) this.shard.dropLabelSets(sets)
    empty(this.root)
    this.root = new Node(this, undefined, '')
    for (const index of this.#indexes) empty(index.root)
    this.#indexes.clear()
  }

  /** @param {import('./types').Order} index */
  addIndex(index) {
    this.#indexes.add(index)
  }

  /** @param {import('./types').Order} index */
  dropIndex(index) {
    this.#indexes.delete(index)
  }

  /** Lets the label with most values be the innermost. */
  #arrange() {
    const { names } = this
    const last = names.length - 1
    if (last < 1) return
    const values = names.map(() => new Set())
    this.#each((_, forms) => {
      for (let at = 0; at <= last; at++) values[at].add(forms[at])
    })
    const counts = values.map(({ size }) => size)
    const most = counts.indexOf(Math.max(...counts))
    if (counts[most] < WORTH_MOVING * counts[last]) return
    /** @type {[Leaf, unknown[]][]} */
    const all = []
    this.#each((leaf, forms) => all.push([leaf, forms]))
    const order = names.map((_, at) => at).filter((at) => at !== most)
    order.push(most)
    this.names = order.map((at) => names[at])
    this.#set = -1
    this.#newRoot()
    this.#nodes = 1
    for (const [leaf, given] of all) {
      const forms = order.map((at) => given[at])
      const texts = forms.map(String)
      const node = this.#descend(texts, forms)
      node.set(forms[last], leaf)
      if (forms[last] !== texts[last]) node.isMixed = true
      move(leaf, node, texts[last])
    }
    this.family.table.forgetOrders(this)
  }

  /** A series' value over all threads. @param {Leaf} handle @param {number} cell 0 if it has none in this thread @returns {any} */
  value(handle, cell) {
    if (cell !== 0) return this.shard.value(cell)
    // another family may have the name
    this.shard.releaseRemoved()
    if (this.family.isUnregistered) return undefined
    return this.family.valueOf(flat(this.names, textsOf(handle, this.names)))
  }

  /** What HdrHistogram takes over. @param {Leaf} handle @param {number} cell @param {number} scale */
  hdrPages(handle, cell, scale) {
    const { family, shard } = this
    shard.releaseRemoved()
    if (family.isUnregistered) return noPages(family.precisionOf(this.names.length > 0))
    const pages =
      cell === 0
        ? binding.hdrPages(shard.handle, family.kind, family.name, flat(this.names, textsOf(handle, this.names)), scale)
        : binding.hdrPagesAt(shard.handle, cell, scale)
    return pages ?? noPages(family.precisionOf(this.names.length > 0))
  }
}

/** Takes the numbers of the label sets of all nodes below one. @param {Node} root @returns {number[]} */
function labelSetsOf(root) {
  root.labelSet = NONE
  /** @type {number[]} */
  const sets = []
  for (const node of root.values()) {
    // below a node there are either nodes or handles
    if (!(node instanceof Node)) break
    if (node.labelSet !== NONE) sets.push(node.labelSet)
    sets.push(...labelSetsOf(node))
  }
  return sets
}

/** Whether a value is itself a label's text. @param {unknown} value @returns {value is string} */
function isPlainText(value) {
  return typeof value === 'string' && value !== '' && value.isWellFormed()
}

/** The values of a series' labels, in the order of these names. @param {Leaf} handle @param {string[]} names @returns {string[]} */
function textsOf(handle, names) {
  if (names.length === 0) return []
  const texts = [keyOf(handle)]
  let node = nodeOf(handle)
  for (; node.parent !== undefined; node = node.parent) texts.push(node.key)
  texts.reverse()
  return node.names === names ? texts : names.map((name) => texts[node.names.indexOf(name)])
}

/** @param {string[]} names @param {string[]} texts */
function flat(names, texts) {
  return names.flatMap((name, at) => [name, texts[at]])
}

/** Of no value. @param {number} digits */
function noPages(digits) {
  return { digits, count: 0, zeros: 0, min: 0, max: 0, places: new Uint32Array(0), counts: new Float64Array(0) }
}

module.exports = { Node, Tree }
