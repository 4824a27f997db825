// Lines over time, drawn by uPlot on a canvas, with a legend of the values under the pointer or the latest ones.

import { useEffect, useRef, useState } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Rows } from '../data/history'
import { spanOf } from '../data/ring'
import { useSpeech } from '../text/language'
import { useIsDark } from '../theme/theme'
import { Saving } from './Saving'

export interface Line {
  name: string
  /** A column of the rows. */
  column: number
  /** A custom property of the style sheet, as `--active`. */
  color: string
}

/** Of rows of the three quantiles. */
export const QUANTILE_LINES: readonly Line[] = [
  { name: 'p50', column: 1, color: '--idle' },
  { name: 'p90', column: 2, color: '--active' },
  { name: 'p99', column: 3, color: '--creating' },
]

export interface ChartProps {
  /** A description for screen readers. */
  label: string
  rows: Rows
  lines: readonly Line[]
  format: (value: number | null | undefined) => string
  /** Whether lines are stacked. */
  isStacked?: boolean
  /** The minimum of the scale's top. */
  top?: number
  /** The allowed distances between grid lines. */
  steps?: readonly number[] | undefined
  height?: number
  /** The longest period that is drawn, in seconds; otherwise all. */
  span?: number | undefined
  /** Called with the time of a click, in seconds. */
  pick?: ((time: number) => void) | undefined
}

type Numbers = (number | null)[]

export function Chart(props: ChartProps) {
  const { label, rows, lines, format, isStacked = false, top = 0, steps, height = 180, span, pick } = props
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const [hovered, setHovered] = useState<number | null>(null)
  const latestPick = useRef(pick)
  latestPick.current = pick
  const isDark = useIsDark()
  const { t, formats } = useSpeech()
  const shape = JSON.stringify([lines, isStacked, top, steps, height, span, isDark, formats.clock(0)])
  const data = dataOf(rows, lines)
  const drawn = isStacked ? stacked(data) : data

  // biome-ignore lint/correctness/useExhaustiveDependencies: recreated for another shape, and redrawn for other data below
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const options = optionsOf({
      element,
      lines,
      isStacked,
      top,
      steps,
      height,
      span,
      format,
      clock: (time) => formats.clock(time),
    })
    const made = new uPlot(
      { ...options, hooks: { setCursor: [({ cursor }) => setHovered(cursor.idx ?? null)] } },
      drawn,
      element,
    )
    plot.current = made
    made.over.addEventListener('click', () => {
      const time = made.data[0][made.cursor.idx ?? -1]
      if (time !== undefined) latestPick.current?.(time)
    })
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
    }
  }, [shape])

  useEffect(() => plot.current?.setData(drawn))

  const row = hovered ?? lastRow(data)
  const values = lines.map((_, at) => format(data[at + 1]?.[row] ?? undefined))
  const reported = lines.map(({ name }, at) => `${name} ${values[at]}`).join(', ')
  return (
    <figure className="chart">
      <div ref={place} className="plot" role="img" aria-label={`${label}: ${t('now', { value: reported })}`} />
      <figcaption aria-hidden="true">
        {lines.map(({ name, color }, at) => (
          <span key={name} className="legend">
            <span className="mark" style={{ background: `var(${color})` }} />
            {name} <span className="number">{values[at]}</span>
          </span>
        ))}
        <span className="legend-time number">{formats.clock((data[0][row] ?? Number.NaN) * 1000)}</span>
      </figcaption>
      <Saving
        label={label}
        canvas={() => place.current?.querySelector('canvas') ?? undefined}
        legend={reported}
        columns={() => ({ names: lines.map(({ name }) => name), rows, at: lines.map(({ column }) => column) })}
      />
    </figure>
  )
}

/** The latest row with a value. */
function lastRow([times, ...columns]: [number[], ...Numbers[]]): number {
  for (let row = times.length - 1; row >= 0; row--) if (columns.some((column) => column[row] != null)) return row
  return times.length - 1
}

function dataOf(rows: Rows, lines: readonly Line[]): [number[], ...Numbers[]] {
  const columns = rows.columns()
  const of = (column: number) => Array.from(columns[column] ?? [], (value) => (Number.isNaN(value) ? null : value))
  return [Array.from(columns[0] ?? []), ...lines.map(({ column }) => of(column))]
}

/** Stacks each line on the previous ones; drawn in reverse order, so that each covers those below it. */
function stacked([times, ...columns]: [number[], ...Numbers[]]): [number[], ...Numbers[]] {
  const sums: Numbers[] = []
  for (const column of columns) {
    const below = sums.at(-1)
    sums.push(column.map((value, at) => (value === null ? null : value + (below?.[at] ?? 0))))
  }
  return [times, ...sums.reverse()]
}

interface Drawing extends Pick<ChartProps, 'lines' | 'format' | 'steps'> {
  element: HTMLElement
  isStacked: boolean
  top: number
  height: number
  span: number | undefined
  clock: (time: number) => string
}

function optionsOf({ element, lines, isStacked, top, steps, height, span, format, clock }: Drawing): uPlot.Options {
  const style = getComputedStyle(element)
  const color = (property: string) => style.getPropertyValue(property).trim()
  const axis = {
    stroke: color('--muted'),
    grid: { stroke: color('--line'), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  }
  const ordered = isStacked ? [...lines].reverse() : lines
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
    // on the right, half a label of the axis
    padding: [8, 26, 0, 0],
    scales: {
      // from the readings themselves, because uPlot turns a single one into a span of years
      x: { range: ({ data: [times] }) => spanOf(times, span) },
      y: { range: (_plot, _low, high) => [0, Math.max(top, (high ?? 0) * 1.08) || 1] },
    },
    axes: [
      { ...axis, size: 26, space: 90, values: (_plot, splits) => splits.map((time) => clock(time * 1000)) },
      {
        ...axis,
        size: 62,
        space: 40,
        ...(steps && { incrs: [...steps] }),
        values: (_plot, splits) => splits.map((value) => format(value)),
      },
    ],
    series: [
      {},
      ...ordered.map(({ color: property }) => ({
        stroke: color(property),
        width: isStacked ? 1 : 1.75,
        points: { show: false },
        ...(isStacked && { fill: color(property) }),
      })),
    ],
  }
}
