// Events over time, with a lane for each name: spans as bars, other events as points. A begin or an end without its counterpart is
// a point in the lane of its spans.

import { type Paired, spanName } from '../data/spans'
import { Foreign } from '../parts/Foreign'
import { useSpeech } from '../text/language'

const MOST_LANES = 12

interface Piece {
  key: number
  from: number
  to: number | undefined
}

export function Timeline({ spans, single }: Paired) {
  const { t, formats } = useSpeech()
  const lanes = lanesOf({ spans, single })
  const pieces = lanes.flatMap(([, pieces]) => pieces)
  const begin = Math.min(...pieces.map(({ from }) => from))
  const end = Math.max(...pieces.map(({ from, to }) => to ?? from))
  const place = (time: number) => `${(100 * (time - begin)) / Math.max(end - begin, 1)}%`
  return (
    <section className="timeline card" aria-label={t('timeline', { count: pieces.length })}>
      {lanes.map(([name, pieces]) => (
        <div className="lane" key={name}>
          <Foreign>{name}</Foreign>
          <div className="track" aria-hidden="true">
            {pieces.map(({ key, from, to }) => (
              <span
                key={key}
                className={to === undefined ? 'event' : 'span'}
                title={to === undefined ? formats.preciseClock(from) : formats.millis(to - from)}
                style={{
                  insetInlineStart: place(from),
                  ...(to !== undefined && { inlineSize: `calc(${place(begin + to - from)} + 2px)` }),
                }}
              />
            ))}
          </div>
        </div>
      ))}
      <div className="lane ends number">
        <span />
        <span className="ends">
          <time>{formats.preciseClock(begin)}</time>
          <time>{formats.preciseClock(end)}</time>
        </span>
      </div>
    </section>
  )
}

/** The lanes with the latest events, by name. */
function lanesOf({ spans, single }: Paired): [name: string, pieces: Piece[]][] {
  const lanes = new Map<string, Piece[]>()
  const add = (name: string, piece: Piece) => {
    const pieces = lanes.get(name) ?? []
    lanes.set(name, pieces)
    pieces.push(piece)
  }
  for (const { name, begin, end } of spans) add(name, { key: begin.seq, from: begin.time, to: end.time })
  const ofSpans = new Set(lanes.keys())
  for (const { name, seq, time } of single) {
    const its = spanName(name)
    add(its !== undefined && ofSpans.has(its) ? its : name, { key: seq, from: time, to: undefined })
  }
  const latest = (pieces: Piece[]) => Math.max(...pieces.map(({ key }) => key))
  return [...lanes]
    .sort(([, a], [, b]) => latest(b) - latest(a))
    .slice(0, MOST_LANES)
    .sort(([a], [b]) => (a < b ? -1 : 1))
}
