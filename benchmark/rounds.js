'use strict'

// The rounds of a case. In each round every contender has one turn, and a different one begins, so that other work on the machine
// affects all of them and the median ignores it. The layout of a process's memory can double the time of a short recording for the
// life of the process; so contenders change to new processes between rounds, and the median ignores that too.

const { OURS } = require('./bars')
const { ContenderProcess } = require('./contender-process')
const { median } = require('./statistics')

/**
 * @typedef {{ program: string, flags?: string[] }} Runtime
 * @typedef {Record<string, Record<string, number>>} Results medians by contender, by key; a lone number's key is `value`
 * @typedef {{ contender: string, reason: string }} Absence
 */

/**
 * @param {any} benchmarkCase
 * @param {Runtime} runtime
 * @param {{ rounds: number, processes: number, parameters: object }} options
 * @returns {Promise<{ results: Results, absences: Absence[] }>}
 * @throws Error when ours fails; a peer that does is absent, with the reason
 */
async function runRounds(benchmarkCase, runtime, { rounds, processes, parameters }) {
  const field = new Field(benchmarkCase, runtime, parameters)
  try {
    const perProcess = Math.ceil(rounds / processes)
    for (let round = 0; round < rounds; round++) {
      await field.round(round)
      if ((round + 1) % perProcess === 0 || round + 1 === rounds) await field.finish()
    }
  } finally {
    field.close()
  }
  return { results: field.medians(), absences: field.absences }
}

/** The contenders of a case that are still in it. */
class Field {
  #case
  #runtime
  #parameters
  /** @type {string[]} */
  #present
  /** @type {Map<string, ContenderProcess>} */
  #processes = new Map()
  /** @type {Map<string, Record<string, number>[]>} */
  #readings = new Map()
  /** @type {Absence[]} */
  absences = []

  /** @param {any} benchmarkCase @param {Runtime} runtime @param {object} parameters */
  constructor(benchmarkCase, runtime, parameters) {
    this.#case = benchmarkCase
    this.#runtime = { program: runtime.program, flags: [...(runtime.flags ?? []), ...(benchmarkCase.flags ?? [])] }
    this.#parameters = parameters
    this.#present = Object.keys(benchmarkCase.contenders)
  }

  /** @param {number} number */
  async round(number) {
    const first = number % this.#present.length
    const turns = [...this.#present.slice(first), ...this.#present.slice(0, first)]
    for (const name of turns) await this.#attempt(name, () => this.#turn(name))
  }

  /** @param {string} name */
  async #turn(name) {
    const contender = this.#processes.get(name) ?? (await this.#open(name))
    const reading = await contender.measure()
    const readings = this.#readings.get(name) ?? []
    readings.push(typeof reading === 'number' ? { value: reading } : reading)
    this.#readings.set(name, readings)
    if (this.#case.isFresh) await this.#finish(name, contender)
  }

  /** @param {string} name */
  async #open(name) {
    const contender = await ContenderProcess.open(this.#runtime, this.#case.name, name, this.#parameters)
    this.#processes.set(name, contender)
    return contender
  }

  async finish() {
    for (const [name, contender] of this.#processes) await this.#attempt(name, () => this.#finish(name, contender))
  }

  /** @param {string} name @param {ContenderProcess} contender */
  async #finish(name, contender) {
    await contender.check()
    contender.close()
    this.#processes.delete(name)
  }

  /** @param {string} name @param {() => Promise<void>} action */
  async #attempt(name, action) {
    try {
      await action()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (name === OURS) throw new Error(`case ${this.#case.name}: ${reason}`, { cause: error })
      this.#leaveOut(name, reason)
    }
  }

  /** @param {string} name @param {string} reason */
  #leaveOut(name, reason) {
    this.absences.push({ contender: name, reason })
    this.#present = this.#present.filter((present) => present !== name)
    this.#processes.get(name)?.close()
    this.#processes.delete(name)
    this.#readings.delete(name)
  }

  /** @returns {Results} */
  medians() {
    const entries = [...this.#readings].map(([name, readings]) => [
      name,
      Object.fromEntries(Object.keys(readings[0]).map((key) => [key, median(readings.map((reading) => reading[key]))])),
    ])
    return Object.fromEntries(entries)
  }

  close() {
    for (const contender of this.#processes.values()) contender.close()
  }
}

module.exports = { runRounds }
