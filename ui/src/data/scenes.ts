// The names of a scene's series, as in lib/scene-metrics.js. Scenes are found by those that every scene has.

import type { CounterSeries, DistributionSeries, Series } from '../../../pool'

const MARKS = [/^(.+)\.loopTicks$/, /^(.+)\.renderAll\.calls$/, /^(.+)\.tile\.[^.]+/]

/** The search text that finds scenes. */
export const SCENE_QUERIES: readonly string[] = ['.loopTicks#counter', '.renderAll.calls#counter', '.tile.']

/** The distinct prefixes of the scenes of some series. */
export function scenePrefixes(series: readonly Series[]): string[] {
  const found = series.flatMap(({ name }) => MARKS.flatMap((mark) => mark.exec(name)?.[1] ?? []))
  return [...new Set(found)].sort()
}

export interface Scene {
  frames: CounterSeries | undefined
  rebuilds: CounterSeries | undefined
  renderAll: DistributionSeries | undefined
  /** By category, most frequent first. */
  reasons: { name: string; series: CounterSeries }[]
  /** Longest total first. */
  tiles: { name: string; series: DistributionSeries }[]
}

export function sceneOf(prefix: string, series: readonly Series[]): Scene {
  const scene: Scene = { frames: undefined, rebuilds: undefined, renderAll: undefined, reasons: [], tiles: [] }
  for (const each of series) {
    if (each.name.startsWith(`${prefix}.`)) add(scene, each.name.slice(prefix.length + 1), each)
  }
  scene.reasons.sort((a, b) => b.series.value - a.series.value)
  scene.tiles.sort((a, b) => b.series.sum - a.series.sum)
  return scene
}

function add(scene: Scene, suffix: string, series: Series): void {
  if (series.kind === 'counter') addCounter(scene, suffix, series)
  else if (series.kind === 'timing') addTiming(scene, suffix, series)
}

function addCounter(scene: Scene, suffix: string, series: CounterSeries): void {
  if (suffix === 'loopTicks') scene.frames = series
  else if (suffix === 'renderAll.calls') scene.rebuilds = series
  else if (suffix.startsWith('renderAll.reason.')) {
    scene.reasons.push({ name: suffix.slice('renderAll.reason.'.length), series })
  }
}

function addTiming(scene: Scene, suffix: string, series: DistributionSeries): void {
  if (suffix === 'renderAll') scene.renderAll = series
  else if (suffix.startsWith('tile.')) scene.tiles.push({ name: suffix.slice('tile.'.length), series })
}
