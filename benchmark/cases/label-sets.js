'use strict'

// Labels from their first use in a process to a hundred thousand sets of them.

const { LABEL_CLIENTS, share, times, unjudged } = require('../bars')
const { usedContenders } = require('../every-kind')
const { freshLabels, inOrder, keptLabels, labelNames, shuffled } = require('../label-sets')
const { seriesContenders } = require('../many-series')
const { collectGarbage } = require('../resident')

const COLD = 1000
const WARM_UP = 20_000
const FEW = 20
const FEW_CALLS = 100_000
const FIND_CALLS = 65_536
/** The medium count is created several times, since once is too short for the clock. */
const FAMILIES = 5

/** The making of the labels, which every client's time includes. */
const NO_CLIENT = 'labels alone'
const noClient = { counter: () => () => {} }

/**
 * One recording of each set in an order.
 * @param {(labels: any) => void} record
 * @param {(at: number) => any} labelsAt
 * @param {Uint32Array} order
 * @returns {number} nanoseconds each
 */
function nanosEach(record, labelsAt, order) {
  const began = performance.now()
  for (let turn = 0; turn < order.length; turn++) record(labelsAt(order[turn]))
  return ((performance.now() - began) / order.length) * 1e6
}

/** A contender's process, from its start: nothing was recorded before. */
class LabelRun {
  #adapter
  #names
  #texts
  #families = 0
  series = 0
  calls = 0

  /** @param {any} adapter @param {number} names how many labels @param {typeof freshLabels} texts */
  constructor(adapter, names, texts) {
    this.#adapter = adapter
    this.#names = names
    this.#texts = texts
  }

  /** Families have routes of their own. @param {number} count of sets */
  family(count) {
    const number = this.#families++
    const labelsAt = this.#texts(this.#names, count, `/api/v${number}/item/`)
    const record = this.#adapter.counter(`requests_${number}`, labelNames(this.#names))
    this.series += count
    return (/** @type {Uint32Array} */ order) => {
      this.calls += order.length
      return nanosEach(record, labelsAt, order)
    }
  }

  /** @param {number} count of sets */
  cold(count) {
    // the making of labels is warm: it is no part of a client
    const warmedUp = this.#texts(this.#names, count, '/warm-up/')
    for (let turn = 0; turn < WARM_UP; turn++) warmedUp(turn % count)
    const record = this.family(count)
    collectGarbage()
    return record(inOrder(count))
  }

  warmUp() {
    const record = this.family(WARM_UP)
    record(inOrder(WARM_UP))
    record(shuffled(FIND_CALLS, WARM_UP))
  }

  few() {
    const record = this.family(FEW)
    record(inOrder(FEW))
    record(shuffled(FIND_CALLS, FEW))
    return record(shuffled(FEW_CALLS, FEW))
  }

  /** @param {number} count of sets @param {number} [families] */
  many(count, families = 1) {
    const order = inOrder(count)
    const records = Array.from({ length: families }, () => this.family(count))
    collectGarbage()
    const create = records.reduce((sum, record) => sum + record(order), 0) / families
    const find = records[0](shuffled(FIND_CALLS, count))
    return { create, find }
  }

  /** @throws Error when a series or a recording was lost */
  async check() {
    /** @type {number[]} */
    const values = await this.#adapter.values()
    const sum = values.reduce((total, value) => total + value, 0)
    if (values.length !== this.series || sum !== this.calls)
      throw new Error(`${values.length} series of ${this.series} were read, with ${sum} recordings of ${this.calls}`)
  }
}

/**
 * @param {any} adapter
 * @param {{ mediumSeries: number, series: number }} parameters
 * @param {number} names
 * @param {typeof freshLabels} texts
 */
function open(adapter, { mediumSeries, series }, names, texts) {
  const run = new LabelRun(adapter, names, texts)
  return {
    measure: () => {
      const cold = run.cold(COLD)
      run.warmUp()
      const few = run.few()
      const medium = run.many(mediumSeries, FAMILIES)
      const large = run.many(series)
      return { cold, few, ...keyed('medium', medium), ...keyed('large', large) }
    },
    check: () => run.check(),
  }
}

/** @param {string} size @param {{ create: number, find: number }} times */
function keyed(size, { create, find }) {
  return { [`${size}-create`]: create, [`${size}-find`]: find }
}

/** @param {number} names @param {string} what the labels are */
function rowsFor(names, what) {
  const labels = `${names} ${names === 1 ? 'label' : 'labels'}, ${what}`
  // with one label, every client does one look-up
  const find = times(names === 1 ? 1 : 1.2, LABEL_CLIENTS)
  return [
    { key: 'few', title: `${labels}: recording, ${FEW} sets`, bars: [times(3, LABEL_CLIENTS)] },
    {
      key: 'cold',
      title: `${labels}: creating the first ${COLD.toLocaleString('en')} series of a process`,
      bars: [share(2, LABEL_CLIENTS)],
    },
    { key: 'medium-create', title: `${labels}: creating {mediumSeries} series`, bars: [times(0.8, LABEL_CLIENTS)] },
    { key: 'large-create', title: `${labels}: creating {series} series`, bars: [times(1, LABEL_CLIENTS)] },
    { key: 'medium-find', title: `${labels}: finding one of {mediumSeries} again`, bars: [find] },
    { key: 'large-find', title: `${labels}: finding one of {series} again`, bars: [find] },
  ]
}

/** @param {number} names @param {{ suffix: string, what: string, texts: typeof freshLabels }} form */
function labelCase(names, { suffix, what, texts }) {
  return {
    name: `labels-${names}${suffix}`,
    section: 'labels',
    unit: 'ns',
    rounds: 5,
    isFresh: true,
    flags: ['--expose-gc'],
    rows: rowsFor(names, what),
    contenders: {
      ...seriesContenders((adapter, parameters) => open(adapter, parameters, names, texts)),
      [NO_CLIENT]: (/** @type {any} */ parameters) => ({ measure: open(noClient, parameters, names, texts).measure }),
    },
  }
}

const FRESH = { suffix: '', what: 'fresh strings', texts: freshLabels }
const KEPT = { suffix: '-kept', what: 'kept objects', texts: keptLabels }

/** In a process that is not cold: it has used every kind. */
function usedCase() {
  const { contenders, rows, ...rest } = labelCase(3, FRESH)
  const shown = rows.filter(({ key }) => key !== 'cold')
  return {
    ...rest,
    name: 'used-labels-3',
    section: 'used',
    rows: shown.map(({ bars, ...row }) => ({ ...row, bars: bars.map(unjudged) })),
    contenders: usedContenders(contenders),
  }
}

const counts = [1, 2, 3, 4, 6]
const labelSets = counts.flatMap((names) => [labelCase(names, FRESH), labelCase(names, KEPT)])

module.exports = { labelSets, usedLabelSets: usedCase() }
