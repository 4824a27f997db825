'use strict'

// What the names of scenes cost compared with recording by name: ours against ours.

const { share } = require('../bars')
const { evenly, loopCase } = require('../loop')

const COUNT = 16
const MASK = COUNT - 1
const names = Array.from({ length: COUNT }, (_, at) => `scene.part${at}`)
const suffixes = Array.from({ length: COUNT }, (_, at) => `part${at}`)
/** Four each of touches, buttons, others and the loop. */
const reasons = Array.from({ length: COUNT }, (_, at) => `${'TBo'[at & 3] ?? 'loop'}${(at & 3) === 3 ? '' : at}`)

const byName = () => {
  const { counterValues, metrics } = require('../contenders/tallystick')
  const { inc } = metrics
  return {
    record: (/** @type {number} */ turn) => inc(names[turn & MASK]),
    recorded: counterValues,
    expected: evenly(COUNT),
  }
}

/**
 * @param {string} name
 * @param {string} call
 * @param {number} most times the cost of metrics.inc
 * @param {(scene: any) => (turn: number) => void} recording
 * @param {(calls: number) => number[]} expected
 */
function sceneCase(name, call, most, recording, expected) {
  return loopCase({
    name: `scene-${name}`,
    rows: [{ title: `${call} compared with \`metrics.inc\``, bars: [share(most, ['metrics.inc'])] }],
    contenders: {
      tallystick: () => {
        const { counterValues, sceneMetrics } = require('../contenders/tallystick')
        return { record: recording(sceneMetrics.create()), recorded: counterValues, expected }
      },
      'metrics.inc': byName,
    },
  })
}

/** Each of four categories a quarter. @param {number} calls */
function quarters(calls) {
  return Array(4).fill(calls / 4)
}

module.exports = [
  sceneCase(
    'inc',
    '`scene.inc(suffix)`, 16 suffixes',
    1.3,
    (scene) => (turn) => scene.inc(suffixes[turn & MASK]),
    evenly(COUNT),
  ),
  sceneCase('loop-tick', '`scene.recordLoopTick()`', 1.3, (scene) => () => scene.recordLoopTick(), evenly(1)),
  sceneCase(
    'activation',
    '`scene.recordActivation(reason)`, 16 reasons',
    3,
    (scene) => (turn) => scene.recordActivation(reasons[turn & MASK]),
    (calls) => [calls, ...quarters(calls)],
  ),
  sceneCase(
    'rebuild',
    '`scene.recordRebuild(reason)` without `fn`, 16 reasons',
    5,
    (scene) => (turn) => scene.recordRebuild(reasons[turn & MASK]),
    // twelve reasons of their own, and four times `loop`
    (calls) => [calls, ...quarters(calls), calls / 4, ...Array(12).fill(calls / 16)],
  ),
]
