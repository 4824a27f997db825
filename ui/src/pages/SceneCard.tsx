// A scene at a glance: frames, reasons for rebuilds, and time by tile.

import { Link } from '@tanstack/react-router'
import type { Series } from '../../../pool'
import { seriesHistory } from '../data/memory'
import { sceneOf } from '../data/scenes'
import { Bars } from '../parts/Bars'
import { Foreign } from '../parts/Foreign'
import { Sparkline } from '../parts/Sparkline'
import { Stat, Stats } from '../parts/Stat'
import { useSpeech } from '../text/language'

export function SceneCard({ prefix, series }: { prefix: string; series: readonly Series[] }) {
  const { t, formats } = useSpeech()
  const { frames, rebuilds, renderAll, reasons, tiles } = sceneOf(prefix, series)
  return (
    <section className="scene card" aria-label={t('scene', { name: prefix })}>
      <h2>
        <Link to="/series" search={{ prefix: `${prefix}.` }}>
          <Foreign>{prefix}</Foreign>
        </Link>
      </h2>
      <Stats>
        {frames && <Stat name={t('frames')} value={formats.rate(frames.rate)} />}
        {rebuilds && <Stat name={t('rebuilds')} value={formats.count(rebuilds.value)} />}
        {renderAll && <Stat name={`${t('rebuildTime')}, p50`} value={formats.millis(renderAll.p50)} />}
        {renderAll && <Stat name="p99" value={formats.millis(renderAll.p99)} />}
      </Stats>
      {frames && <Sparkline ring={seriesHistory.ring(frames.key)} />}
      <div className="pair">
        {reasons.length > 0 && (
          <Bars
            label={t('reasons')}
            bars={reasons.map(({ name, series }) => ({ name, value: series.value, text: formats.count(series.value) }))}
          />
        )}
        {tiles.length > 0 && (
          <Bars
            label={t('tiles')}
            bars={tiles.map(({ name, series }) => ({
              name,
              value: series.sum,
              text: `${formats.millis(series.sum)} (${formats.millis(series.mean)} × ${formats.compact(series.count)})`,
            }))}
          />
        )}
      </div>
    </section>
  )
}
