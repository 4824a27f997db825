'use strict'

// The operations of one thread in one epoch, chosen at random among those that the other threads' batches allow.

const { FAMILIES, SERIES, matching, seriesOf } = require('./families')
const { FLOODED } = require('./floods')
const { drawnValue } = require('./values')

/** @typedef {import('./types').Operation} Operation */
/** @typedef {{ owner: number, isExclusive: boolean }} Claim `owner` is -1 if several threads use a series */
/** @typedef {{ removes?: boolean, traces?: boolean, isAlone?: boolean }} Abilities */
/**
 * @typedef {{
 *   slots: Map<number, { at: number, life: number }>[],
 *   lives: number[],
 *   users: Set<number>[],
 *   steps: number,
 * }} Memory
 */
/**
 * The choices for batches; the first `hot` series are used more than the rest.
 *
 * @typedef {{
 *   thread: number,
 *   claims: Map<number, Claim>,
 *   abilities: Abilities,
 *   random: InstanceType<typeof import('../random').Random>,
 *   memory: Memory,
 *   series: number[],
 *   hot: number,
 *   options: import('./types').GeneratorOptions,
 * }} Choices
 */

/** In claims. */
const SEVERAL = -1
/** The family whose precision is declared. */
const PRECISE = 'span'
const SLOTS = 20
const SPELLINGS = 2 ** 31
/** The series of a churn, enough to make the library release memory, for tiny sizes and for normal ones. */
const TINY_CHURN = 60
const CHURN = 150
const GREAT_CHURN = 3000

class Batch {
  #choices
  /** @type {Operation[]} */
  #operations = []
  /** calls of operations that are more than one */
  #more = 0

  /** @param {Choices} choices */
  constructor(choices) {
    this.#choices = choices
  }

  /** @param {number} count */
  operations(count) {
    while (this.#operations.length < count) this.#step(this.#choices.random.below(1000))
    return this.#operations
  }

  /** The number of calls in the operations. */
  get weight() {
    return this.#operations.length + this.#more
  }

  /** @param {number} luck below 1000 */
  #step(luck) {
    const { abilities, memory } = this.#choices
    memory.steps++
    if (luck < 640) this.#record()
    else if (luck < 700) this.#keep()
    else if (luck < 720) this.#same()
    else if (luck < 740) this.#drop()
    else if (luck < 780) this.#touch()
    else if (luck < 860) abilities.removes && this.#remove()
    else if (luck < 940) this.#value()
    else if (luck < 955) this.#disturb()
    else if (luck < 965) abilities.removes && this.#churn()
    else if (luck < 970) abilities.traces && this.#operations.push({ do: 'trace', value: memory.steps })
    else if (luck < 974) abilities.isAlone && this.#clear()
    else if (luck < 977) abilities.isAlone && this.#endFamily()
    else if (luck < 985) abilities.isAlone && this.#readWindow()
    else if (luck < 990) this.#flood()
    else this.#record()
  }

  #record() {
    const { random, memory, thread } = this.#choices
    const slots = [...memory.slots[thread]]
    if (slots.length > 0 && random.below(3) === 0) {
      const [slot, { at, life }] = random.pick(slots)
      if (this.#lacks('stale') && life !== memory.lives[at]) return
      this.#recordAt(at, 'slot', slot)
    } else {
      const at = this.#anySeries()
      const { isPassing, name } = SERIES[at].family
      // by name, a thread does not notice that a family was unregistered, and declares one that was removed without its options
      const isByName = random.below(3) === 0 && !isPassing && name !== PRECISE
      this.#recordAt(at, isByName ? 'name' : 'labels', -1)
    }
  }

  /** @param {number} at @param {import('./types').Way} way @param {number} slot */
  #recordAt(at, way, slot) {
    const { random, options } = this.#choices
    const { family } = SERIES[at]
    if (!this.#claim(at, family.merge === 'last')) return
    if (family.kind === 'counter' && way !== 'name' && random.below(6) === 0) return this.#total(at, way, slot)
    const verb = family.kind !== 'gauge' ? 'record' : random.below(2) === 0 ? 'set' : 'add'
    const value = drawnValue(family, random, options.without)
    const times = random.below(10) === 0 ? 2 + random.below(12) : 1
    this.#more += times - 1
    this.#operations.push({ do: verb, at, way, slot, value, times, spelling: this.#spelling() })
  }

  /** @param {number} at @param {import('./types').Way} way @param {number} slot */
  #total(at, way, slot) {
    if (this.#lacks('totals')) return
    // mostly more than before
    const value = this.#choices.memory.steps + this.#choices.random.below(1000) / 8
    const total = this.#choices.random.below(5) === 0 ? value / 16 - ((value / 16) % 0.125) : value
    this.#operations.push({ do: 'total', at, way, slot, value: total, times: 1, spelling: this.#spelling() })
  }

  #keep() {
    const { random, memory, thread } = this.#choices
    const [at, slot] = [this.#anySeries(), random.below(SLOTS)]
    // after a removal nothing may be recorded, so this is only `labels()`
    const isTouched = memory.lives[at] > 0 && this.#lacks('touch')
    if (this.#lacks('keep') || isTouched || !this.#claim(at, false)) return
    memory.slots[thread].set(slot, { at, life: memory.lives[at] })
    this.#operations.push({ do: 'keep', at, slot, spelling: this.#spelling() })
  }

  #same() {
    const { random, memory, thread } = this.#choices
    const slots = [...memory.slots[thread]]
    if (slots.length === 0 || this.#lacks('same')) return
    const [slot, { at, life }] = random.pick(slots)
    if (life !== memory.lives[at] && this.#lacks('touch')) return
    if (this.#claim(at, false)) this.#operations.push({ do: 'same', at, slot, spelling: this.#spelling() })
  }

  #drop() {
    const { random, memory, thread } = this.#choices
    const slot = random.below(SLOTS)
    if (memory.slots[thread].delete(slot)) this.#operations.push({ do: 'drop', slot })
  }

  #touch() {
    const at = this.#anySeries()
    if (this.#lacks('touch') || !this.#claim(at, false)) return
    this.#operations.push({ do: 'touch', at, spelling: this.#spelling() })
  }

  #remove() {
    const { memory, thread } = this.#choices
    const at = this.#anySeries()
    const { family, labels } = SERIES[at]
    // the family may go with its last series; a handle from before would bring it back after it was made again and unregistered
    if (family.isPassing && labels.length === 0) return
    const all = matching(SERIES[at]).map((series) => series.at)
    const isForeign = all.some((one) => [...memory.users[one]].some((user) => user !== thread))
    if ((isForeign && this.#lacks('foreign')) || !all.every((one) => this.#mayClaim(one, true))) return
    for (const one of all) {
      this.#claim(one, true)
      this.#forget(one)
    }
    this.#operations.push({ do: 'remove', at, spelling: this.#spelling() })
  }

  #clear() {
    if (this.#lacks('clear')) return
    for (const { at } of SERIES) this.#forget(at)
    this.#operations.push({ do: 'clear' })
  }

  #endFamily() {
    const { random, options } = this.#choices
    const isReset = random.below(2) === 0
    if (this.#lacks(isReset ? 'restart' : 'unregister')) return
    const { isAlone } = this.#choices.abilities
    if (isAlone && isReset && random.below(4) === 0 && !this.#lacks('flood')) {
      this.#operations.push({ do: 'restart', family: random.pick(FLOODED).name })
      return
    }
    const isUsable = (/** @type {import('./types').Family} */ family) =>
      (isReset || family.isPassing) && (family.kind !== 'gauge' || !options.without.has('gauges'))
    const family = random.pick(FAMILIES.filter(isUsable))
    for (const { at } of seriesOf(family)) this.#forget(at)
    this.#operations.push({ do: isReset ? 'restart' : 'unregister', family: family.name })
  }

  /** @param {number} at */
  #forget(at) {
    const { memory } = this.#choices
    memory.lives[at]++
    memory.users[at].clear()
  }

  #value() {
    const at = this.#anySeries()
    // no other thread may change it; its gauge or distribution may be looked up by `labels()`
    if (this.#claim(at, true)) this.#operations.push({ do: 'value', at, spelling: this.#spelling() })
  }

  #disturb() {
    const { random } = this.#choices
    // a forced collection takes as long as a thousand recordings
    if (random.below(10) > 0) this.#operations.push({ do: random.below(2) === 0 ? 'allocate' : 'turn' })
    else if (!this.#lacks('collect')) this.#operations.push({ do: 'collect' })
  }

  #churn() {
    const { random, memory, thread, options } = this.#choices
    if (this.#lacks('churn')) return
    const most = options.tiny ? TINY_CHURN : random.below(12) === 0 ? GREAT_CHURN : CHURN
    const count = 5 + random.below(most)
    // a large one must not dominate a program
    this.#more += 3 * Math.min(count, TINY_CHURN) - 1
    this.#operations.push({ do: 'churn', from: `${thread} ${memory.steps}`, count, turns: random.below(2) === 0 })
  }

  #flood() {
    const { random, memory, thread } = this.#choices
    if (this.#lacks('flood')) return
    const { name } = random.pick(FLOODED)
    const count = 1 + random.below(CHURN)
    this.#more += count - 1
    this.#operations.push({
      do: 'flood',
      family: name,
      from: `${thread} ${memory.steps}`,
      count,
      labels: random.below(4),
    })
  }

  #readWindow() {
    const { random, thread } = this.#choices
    const own = thread === 0 ? ['0 a', '0 b', '0 c'] : [`${thread} own`]
    const window = random.pick([...own, 'common'])
    const luck = random.below(10)
    if (luck === 0 && window !== 'common') this.#operations.push({ do: 'open', window })
    else this.#operations.push({ do: luck < 5 ? 'reset' : 'read', window })
  }

  /** Usually one of a few, so that operations interact. */
  #anySeries() {
    const { random, series, hot } = this.#choices
    return series[random.below(random.below(5) > 0 ? hot : series.length)]
  }

  /** Whether this thread may use a series in this epoch. @param {number} at @param {boolean} isExclusive */
  #claim(at, isExclusive) {
    const { claims, memory, thread } = this.#choices
    if (!this.#mayClaim(at, isExclusive)) return false
    const claim = claims.get(at)
    const owner = claim !== undefined && claim.owner !== thread ? SEVERAL : thread
    claims.set(at, { owner, isExclusive: isExclusive || (claim?.isExclusive ?? false) })
    memory.users[at].add(thread)
    return true
  }

  /** @param {number} at @param {boolean} isExclusive */
  #mayClaim(at, isExclusive) {
    const { claims, thread } = this.#choices
    const claim = claims.get(at)
    const isOthers = claim !== undefined && claim.owner !== thread
    return !(isOthers && (isExclusive || claim.isExclusive))
  }

  #spelling() {
    return this.#choices.random.below(SPELLINGS)
  }

  /** @param {keyof typeof import('./program').FEATURES} feature */
  #lacks(feature) {
    return this.#choices.options.without.has(feature)
  }
}

module.exports = { Batch }
