'use strict'

// A palette: a circle of colours, blended in advance into a table. It does not know what is coloured.

const TABLE_SIZE = 4096

/** Position on the circle from 0 to 1, then red, green and blue. The last colour blends into the first. */
const NIGHT_AND_GOLD = [
  [0.0, 12, 16, 56],
  [0.1, 24, 54, 130],
  [0.24, 46, 128, 204],
  [0.4, 176, 226, 238],
  [0.5, 255, 247, 224],
  [0.63, 250, 188, 76],
  [0.76, 204, 88, 52],
  [0.88, 104, 28, 76],
]

/** Interpolates smoothly from `a` to `b` while `t` goes from 0 to 1. */
function ease(a, b, t) {
  return a + (b - a) * t * t * (3 - 2 * t)
}

class Palette {
  #table = new Float32Array(TABLE_SIZE * 3)

  constructor(stops = NIGHT_AND_GOLD) {
    const [[, ...firstColour]] = stops
    for (const [i, stop] of stops.entries()) this.#blend(stop, stops[i + 1] ?? [1, ...firstColour])
  }

  /** Red, green and blue (0 to 255) of a position on the circle: 0.25, 1.25 and 2.25 are the same colour. */
  colour(position, out) {
    const entry = Math.floor((position - Math.floor(position)) * TABLE_SIZE) * 3
    out[0] = this.#table[entry]
    out[1] = this.#table[entry + 1]
    out[2] = this.#table[entry + 2]
  }

  #blend([start, ...from], [end, ...to]) {
    const [first, last] = [Math.round(start * TABLE_SIZE), Math.round(end * TABLE_SIZE)]
    for (let entry = first; entry < last; entry++) {
      const t = (entry - first) / (last - first)
      for (let c = 0; c < 3; c++) this.#table[entry * 3 + c] = ease(from[c], to[c], t)
    }
  }
}

module.exports = { Palette }
