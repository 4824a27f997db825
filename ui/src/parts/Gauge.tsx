// Utilization as a half circle with marks at 60, 80 and 100 %, and in words, so that colour is never the only indication.

import { level } from '../data/level'
import { useSpeech } from '../text/language'

const RADIUS = 80
const MARKS = [0.6, 0.8, 1]

export function Gauge({ ratio }: { ratio: number }) {
  const { t, formats } = useSpeech()
  const shown = Math.min(Math.max(ratio, 0), 1)
  return (
    // biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be drawn as a half circle
    <div
      className={`gauge ${level(ratio)}`}
      role="meter"
      aria-label={t('utilization')}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(shown * 100)}
      aria-valuetext={formats.percent(ratio)}
    >
      <svg viewBox="0 0 200 112" aria-hidden="true">
        <path className="track" d={arc(0, 1)} />
        {shown > 0 && <path className="arc" d={arc(0, shown)} />}
        {MARKS.slice(0, 2).map((mark) => (
          <line key={mark} className="tick" {...tick(mark)} />
        ))}
        {MARKS.map((mark) => (
          <text key={mark} className="mark-text" {...label(mark)}>
            {mark * 100}
          </text>
        ))}
        <text className="figure" x="100" y="94">
          {formats.percent(ratio)}
        </text>
      </svg>
    </div>
  )
}

function point(ratio: number, radius: number): [x: number, y: number] {
  const angle = Math.PI * (1 - ratio)
  return [100 + radius * Math.cos(angle), 100 - radius * Math.sin(angle)]
}

function arc(from: number, to: number): string {
  return `M ${point(from, RADIUS).join(' ')} A ${RADIUS} ${RADIUS} 0 0 1 ${point(to, RADIUS).join(' ')}`
}

function tick(ratio: number) {
  const [[x1, y1], [x2, y2]] = [point(ratio, RADIUS - 9), point(ratio, RADIUS + 9)]
  return { x1, y1, x2, y2 }
}

function label(ratio: number) {
  const [x, y] = ratio === 1 ? [190, 111] : point(ratio, RADIUS + 15)
  return { x, y: ratio === 1 ? y : y + 3 }
}
