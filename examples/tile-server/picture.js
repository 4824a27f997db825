'use strict'

// A picture of one tile: follows the orbit of each pixel, colours it, and encodes the picture as PNG. A tile always has the same
// bytes.

const { PNG } = require('pngjs')
const { Orbit, stepLimit } = require('./mandelbrot.js')
const { TILE_SIZE, tileArea } = require('./tile.js')

const RGB = 2
const INSIDE = [5, 5, 16]

// The light comes from the upper left, from this high above the picture.
const LIGHT = { re: -Math.SQRT1_2, im: Math.SQRT1_2, height: 1.6 }

/**
 * The position of a number of steps on the palette's circle, by its root, so that both few and thousands of steps have contrast.
 */
function palettePosition(smoothSteps) {
  return 0.18 * Math.sqrt(Math.max(0, smoothSteps)) - 0.07
}

/** The light on a point, 0.55 to 1, as if the surroundings of the set were a slope. */
function lightOn(orbit) {
  const slope = (orbit.awayRe * LIGHT.re + orbit.awayIm * LIGHT.im + LIGHT.height) / (1 + LIGHT.height)
  return 0.55 + 0.45 * slope
}

/** 0 to 1: points closer to the set than a pixel fade into it, which makes its filaments thin and smooth. */
function fade(orbit, pixel) {
  return Math.min(1, 0.2 + Math.sqrt(orbit.distance / pixel))
}

class Picture {
  #palette
  #orbit = new Orbit()
  #colour = new Float64Array(3)
  #pixels = Buffer.alloc(TILE_SIZE * TILE_SIZE * 3)

  constructor(palette) {
    this.#palette = palette
  }

  /**
   * Draws the tile, in place of the one drawn before.
   * @returns the number of steps of all pixels
   */
  draw(tile) {
    const { left, top, pixel } = tileArea(tile)
    const limit = stepLimit(tile.z)
    let steps = 0
    for (let row = 0, at = 0; row < TILE_SIZE; row++) {
      const im = top - (row + 0.5) * pixel
      for (let column = 0; column < TILE_SIZE; column++, at += 3) {
        this.#drawPixel(at, left + (column + 0.5) * pixel, im, limit, pixel)
        steps += this.#orbit.steps
      }
    }
    return steps
  }

  /** The drawn tile as a PNG file. */
  encode() {
    const png = { width: TILE_SIZE, height: TILE_SIZE, data: this.#pixels }
    return PNG.sync.write(png, { colorType: RGB, inputColorType: RGB, inputHasAlpha: false, deflateLevel: 6 })
  }

  #drawPixel(at, re, im, limit, pixel) {
    const orbit = this.#orbit
    if (!orbit.follow(re, im, limit, pixel / 1024)) return this.#put(at, INSIDE, 0, 0)
    this.#palette.colour(palettePosition(orbit.smoothSteps), this.#colour)
    this.#put(at, this.#colour, lightOn(orbit), fade(orbit, pixel))
  }

  #put(at, colour, light, amount) {
    for (let c = 0; c < 3; c++) this.#pixels[at + c] = Math.round(INSIDE[c] + (colour[c] * light - INSIDE[c]) * amount)
  }
}

module.exports = { Picture }
