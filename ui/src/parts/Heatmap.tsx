// A distribution over time as a picture: the darker a cell, the more values it has.

import { type PointerEvent, useEffect, useRef, useState } from 'react'
import { type Grid, gridOf, type Heat, valueAt } from '../data/heat'
import { Table } from '../data/history'
import { spanOf } from '../data/ring'
import { useSpeech } from '../text/language'
import { useIsDark } from '../theme/theme'
import { Saving } from './Saving'

interface HeatmapProps {
  name: string
  heat: Heat
  /** The longest period that is drawn, in seconds. */
  span: number
  format: (value: number) => string
  pick: (time: number) => void
}

const HEIGHT = 220
const ROWS = 44
const LEFT = 62
const RIGHT = 26
const BOTTOM = 26
const TICKS = 4
const FIRST_SECONDS = 10

export function Heatmap({ name, heat, span, format, pick }: HeatmapProps) {
  const { t, formats } = useSpeech()
  const isDark = useIsDark()
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(0)
  const [hovered, setHovered] = useState('')
  // each interval begins a second before its time, or ten
  const times = heat.times.map((time, at) => time / 1000 - (at === 0 ? FIRST_SECONDS : 0))
  const [from, to] = spanOf(times, span).map((time) => time * 1000) as [number, number]
  const columns = Math.max(1, Math.min(180, Math.floor((width - LEFT - RIGHT) / 4)))
  const grid = gridOf(heat, from, to, columns, ROWS)
  const count = heat.distribution(from, to).reduce((sum, [, , count]) => sum + count, 0)

  useEffect(() => {
    const place = canvas.current?.parentElement
    if (!place) return
    const observer = new ResizeObserver(() => setWidth(place.clientWidth))
    observer.observe(place)
    return () => observer.disconnect()
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours that are read here
  useEffect(() => {
    if (canvas.current !== null && width > 0)
      draw(canvas.current, grid, width, { from, to }, format, (time) => formats.clock(time))
  }, [grid, width, isDark])

  const at = ({ nativeEvent: { offsetX, offsetY } }: PointerEvent) => {
    const column = Math.floor(((offsetX - LEFT) / (width - LEFT - RIGHT)) * columns)
    const row = Math.floor((1 - offsetY / (HEIGHT - BOTTOM)) * ROWS)
    if (column < 0 || column >= columns || row < 0 || row >= ROWS) return undefined
    return { time: from + ((column + 0.5) / columns) * (to - from), row, values: grid.counts[column * ROWS + row] ?? 0 }
  }
  const look = (event: PointerEvent) => {
    const cell = at(event)
    const low = cell && format(valueAt(grid, cell.row))
    const high = cell && format(valueAt(grid, cell.row + 1))
    setHovered(cell ? `${formats.clock(cell.time)} · ${low} – ${high}: ${formats.count(Math.round(cell.values))}` : '')
  }
  const label = t('heatmapOf', { name, count: formats.count(count) })
  return (
    <figure className="chart heatmap">
      <div className="plot">
        <canvas
          ref={canvas}
          role="img"
          aria-label={label}
          onPointerMove={look}
          onPointerLeave={() => setHovered('')}
          onClick={(event) => {
            const cell = at(event as unknown as PointerEvent)
            if (cell !== undefined) pick(cell.time / 1000)
          }}
        />
      </div>
      <figcaption aria-hidden="true">
        <span className="number">{hovered || label}</span>
      </figcaption>
      <Saving
        label={`${name} ${t('heatmap')}`}
        legend={label}
        canvas={() => canvas.current ?? undefined}
        columns={() => tableOf(heat, from, format)}
      />
    </figure>
  )
}

interface Times {
  from: number
  to: number
}

function draw(
  canvas: HTMLCanvasElement,
  grid: Grid,
  width: number,
  { from, to }: Times,
  format: (value: number) => string,
  clock: (time: number) => string,
): void {
  const scale = devicePixelRatio || 1
  canvas.width = width * scale
  canvas.height = HEIGHT * scale
  const context = canvas.getContext('2d')
  if (context === null) return
  context.scale(scale, scale)
  const style = getComputedStyle(canvas)
  const color = (name: string) => style.getPropertyValue(name).trim()
  const [inner, height] = [width - LEFT - RIGHT, HEIGHT - BOTTOM]
  context.font = `11px ${style.fontFamily}`
  context.fillStyle = color('--muted')
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  if (grid.most > 0) {
    for (let tick = 0; tick <= TICKS; tick++) {
      const y = Math.min(height - 6, Math.max(6, height * (1 - tick / TICKS)))
      context.fillText(format(valueAt(grid, (tick / TICKS) * grid.rows)), LEFT - 6, y)
    }
  }
  context.textAlign = 'center'
  for (let tick = 0; tick <= TICKS; tick++) {
    const x = LEFT + (inner * tick) / TICKS
    context.fillText(clock(from + ((to - from) * tick) / TICKS), Math.min(x, width - 26), HEIGHT - BOTTOM / 2)
  }
  context.strokeStyle = color('--line')
  context.strokeRect(LEFT + 0.5, 0.5, inner - 1, height - 1)
  context.fillStyle = color('--accent')
  const [cellWidth, cellHeight] = [inner / grid.columns, height / grid.rows]
  for (let column = 0; column < grid.columns; column++) {
    for (let row = 0; row < grid.rows; row++) {
      const count = grid.counts[column * grid.rows + row] ?? 0
      if (count === 0) continue
      // by the square root, so that a few slow values are visible beside many fast ones
      context.globalAlpha = 0.18 + 0.82 * Math.sqrt(count / grid.most)
      const [left, top] = [LEFT + column * cellWidth, height - (row + 1) * cellHeight]
      context.fillRect(left, top, Math.ceil(cellWidth), Math.ceil(cellHeight))
    }
  }
  context.globalAlpha = 1
}

/** The counts of each range of values by time. */
function tableOf(heat: Heat, from: number, format: (value: number) => string) {
  const rows = heat.times.flatMap((time, at) => (time > from ? [at] : []))
  const names = heat.ranges.map(([lowest, highest]) => `${format(lowest)} – ${format(highest)}`)
  const columns = heat.ranges.map((range) => rows.map((at) => heat.count(at, range)))
  const table = new Table([rows.map((at) => (heat.times[at] ?? 0) / 1000), ...columns])
  return { names, rows: table, at: names.map((_, at) => at + 1) }
}
