'use strict'

// Finds a smaller program that still fails: it leaves out epochs, batches and operations while something still differs.

/** @typedef {import('./types').Program} Program */
/** @typedef {import('./types').Epoch} Epoch */

/** A part that can be left out, and its epoch. @typedef {{ epoch: number, part: keyof Epoch, thread: number, at: number }} Piece */

class Shrinking {
  #fails
  #runsLeft

  /** @param {(program: Program) => Promise<boolean>} fails @param {number} runs at most */
  constructor(fails, runs) {
    this.#fails = fails
    this.#runsLeft = runs
  }

  /** @param {Program} program that fails */
  async smallest(program) {
    const epochs = await this.#without(program.epochs, (kept) => ({ epochs: kept }))
    const pieces = await this.#without(piecesOf(epochs), (kept) => ({ epochs: assembled(epochs, kept) }))
    const rest = assembled(epochs, pieces)
    return { epochs: rest.filter(({ batches, ...lists }) => [...batches, ...Object.values(lists)].flat().length > 0) }
  }

  /**
   * Leaves out halves, then quarters, and so on down to single ones.
   * @template Item
   * @param {Item[]} items
   * @param {(items: Item[]) => Program} build
   */
  async #without(items, build) {
    let kept = items
    for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let end = kept.length; end > 0 && this.#runsLeft > 0; end -= size) {
        const fewer = kept.filter((_, at) => at < end - size || at >= end)
        this.#runsLeft--
        if (await this.#fails(build(fewer))) kept = fewer
      }
    }
    return kept
  }
}

/** @param {Epoch[]} epochs @returns {Piece[]} */
function piecesOf(epochs) {
  return epochs.flatMap(({ batches, ...lists }, epoch) => [
    ...batches.flatMap((batch, thread) =>
      batch.map((_, at) => ({ epoch, part: /** @type {const} */ ('batches'), thread, at })),
    ),
    ...Object.entries(lists).flatMap(([part, list]) =>
      list.map((_, at) => ({ epoch, part: /** @type {keyof Epoch} */ (part), thread: 0, at })),
    ),
  ])
}

/** @param {Epoch[]} epochs @param {Piece[]} pieces @returns {Epoch[]} */
function assembled(epochs, pieces) {
  const names = new Set(pieces.map(({ epoch, part, thread, at }) => `${epoch} ${part} ${thread} ${at}`))
  /** @template Item @param {number} epoch @param {keyof Epoch} part @param {number} thread @param {Item[]} list */
  const rest = (epoch, part, thread, list) => list.filter((_, at) => names.has(`${epoch} ${part} ${thread} ${at}`))
  return epochs.map(({ batches, resets, reports, ends }, epoch) => ({
    batches: batches.map((batch, thread) => rest(epoch, 'batches', thread, batch)),
    resets: rest(epoch, 'resets', 0, resets),
    reports: rest(epoch, 'reports', 0, reports),
    ends: rest(epoch, 'ends', 0, ends),
  }))
}

module.exports = { Shrinking }
