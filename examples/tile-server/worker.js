'use strict'

// The program of each worker thread: draws tiles and records them. The server reads what is recorded here without any messages,
// because both threads share the memory.

const { threadId } = require('node:worker_threads')
const { metrics, sceneMetrics, trackWorker } = require('tallystick')
const { Palette } = require('./palette.js')
const { Picture } = require('./picture.js')

const SLOW_MILLIS = 1000

metrics.describe('tiles.drawn', { help: 'Tiles drawn and encoded.' })
metrics.describe('tiles.encode', { help: 'Encoding one tile as PNG.' })
metrics.describe('tiles.steps', { help: 'Steps of z to z² + c, over all pixels.' })

const worker = trackWorker({ id: `thread-${threadId}`, app: 'tiles' })
const scene = sceneMetrics.create('tiles')
const palette = scene.recordRebuild('initial', () => new Palette())
const picture = new Picture(palette)

function drawTile(tile) {
  const start = metrics.now()
  const steps = scene.timeTile(`z${tile.z}`, () => picture.draw(tile))
  const millis = metrics.now() - start
  if (millis > SLOW_MILLIS) scene.trace('slow', { ...tile, millis: Math.round(millis) })
  scene.inc('steps', steps)
}

function answer(tile) {
  drawTile(tile)
  const png = scene.time('encode', () => picture.encode())
  scene.inc('drawn')
  return png
}

/** As code in an endless loop does, except that it ends. */
function spin(millis) {
  const end = metrics.now() + millis
  while (metrics.now() < end);
}

module.exports = (task) => {
  if (task.spin !== undefined) return worker.run(() => spin(task.spin), 'an endless loop')
  return worker.run(() => answer(task), `a tile of zoom ${task.z}`)
}
