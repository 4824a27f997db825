// The scenes below a prefix, and the series on their cards. Scenes change only with the code, so this polls rarely.

import { useEffect, useState } from 'react'
import type { Series, SeriesResponse } from '../../../pool'
import { useLive } from '../data/live'
import { getJson } from '../data/request'
import { SCENE_QUERIES, scenePrefixes } from '../data/scenes'

const MILLIS_BETWEEN_LOOKS = 15_000
const MOST_SCENES = 3
/** The maximum per scene; rarer series are only in the list. */
const MOST_SERIES = 24

export interface SceneKeys {
  prefix: string
  keys: string[]
}

export function useScenes(within: string): SceneKeys[] {
  const { isPaused } = useLive()
  const [found, setFound] = useState<{ within: string; scenes: SceneKeys[] }>({ within, scenes: [] })
  useEffect(() => {
    if (isPaused) return
    const controller = new AbortController()
    const look = async () => {
      if (document.hidden) return
      const scenes = await scenesWithin(within, controller.signal).catch(() => undefined)
      if (scenes !== undefined && !controller.signal.aborted) setFound({ within, scenes })
    }
    look()
    const timer = setInterval(look, MILLIS_BETWEEN_LOOKS)
    return () => {
      controller.abort()
      clearInterval(timer)
    }
  }, [within, isPaused])
  return found.within === within ? found.scenes : []
}

async function scenesWithin(prefix: string, signal: AbortSignal): Promise<SceneKeys[]> {
  const marks = await Promise.all(
    SCENE_QUERIES.map((q) =>
      seriesOf(
        [
          ['q', q],
          ['prefix', prefix],
          ['limit', 40],
        ],
        signal,
      ),
    ),
  )
  const prefixes = scenePrefixes(marks.flat()).slice(0, MOST_SCENES)
  return Promise.all(prefixes.map(async (scene) => ({ prefix: scene, keys: await keysOf(scene, signal) })))
}

async function keysOf(scene: string, signal: AbortSignal): Promise<string[]> {
  const of = (suffix: string) =>
    seriesOf(
      [
        ['prefix', `${scene}.${suffix}`],
        ['limit', MOST_SERIES],
      ],
      signal,
    )
  const found = await Promise.all([of('loopTicks'), of('renderAll.calls'), of('renderAll.reason.'), of('tile.')])
  return [...found.flat().map(({ key }) => key), `${scene}.renderAll#timing`]
}

async function seriesOf(query: [string, string | number][], signal: AbortSignal): Promise<Series[]> {
  const { series } = await getJson<SeriesResponse>('series', query, signal)
  return series
}
