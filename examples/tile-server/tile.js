'use strict'

// A tile: one square picture of a map that is halved with each zoom level, as maps on the web have it: level z has 2^z by 2^z
// tiles, x counts from the left, y from the top. Where a tile lies is told here; what is drawn on it is not.

const TILE_SIZE = 256

// At 43 a pixel is 2^-48: sixteen steps of a double between 1 and 2. Deeper, neighbouring pixels begin to be the same number.
const MAX_ZOOM = 43

// All corners are sums of powers of two, so that a tile's edge is exactly its neighbour's.
const WORLD = { left: -4.5, top: 4, size: 8 }

const WHOLE_NUMBER = /^(0|[1-9]\d{0,15})$/

/** What is wrong with a tile's coordinates: `status` is the HTTP status that says so. */
class TileError extends Error {
  constructor(status, message) {
    super(message)
    this.name = 'TileError'
    this.status = status
  }
}

function parseWhole(name, text) {
  if (!WHOLE_NUMBER.test(text)) throw new TileError(400, `${name} must be a whole number without leading zeros`)
  return Number(text)
}

/**
 * Makes a tile of the three texts in its path.
 * @throws TileError with status 400 for what is no number, 404 for a tile outside the map
 */
function parseTile(zText, xText, yText) {
  const [z, x, y] = [parseWhole('z', zText), parseWhole('x', xText), parseWhole('y', yText)]
  if (z > MAX_ZOOM) throw new TileError(404, `no zoom level ${z}: the deepest is ${MAX_ZOOM}`)
  const side = 2 ** z
  if (x >= side || y >= side) throw new TileError(404, `no such tile: x and y of zoom level ${z} end at ${side - 1}`)
  return { z, x, y }
}

/** The tile's upper left corner as a complex number, and the width of a pixel. */
function tileArea({ z, x, y }) {
  const size = WORLD.size / 2 ** z
  return { left: WORLD.left + x * size, top: WORLD.top - y * size, pixel: size / TILE_SIZE }
}

module.exports = { TILE_SIZE, MAX_ZOOM, WORLD, TileError, parseTile, tileArea }
