'use strict'

// A tile: one square of a map. As usual for maps on the web, zoom level z has 2^z by 2^z tiles, x counts from the left, and y from
// the top. This file knows where a tile is, not what is drawn on it.

const TILE_SIZE = 256

// At 43 a pixel is 2^-48: sixteen steps of a double between 1 and 2. At deeper levels, neighbouring pixels become the same number.
const MAX_ZOOM = 43

// All corners are sums of powers of two, so a tile's edge is exactly its neighbour's.
const WORLD = { left: -4.5, top: 4, size: 8 }

const WHOLE_NUMBER = /^(0|[1-9]\d{0,15})$/

/** Invalid coordinates of a tile; `status` is the HTTP status of the response. */
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
 * Creates a tile from the three segments of its path.
 * @throws TileError with status 400 for a segment that is not a number, 404 for a tile outside the map
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
