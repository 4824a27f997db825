// A chart of the view's period, under its title.

import type { Rows } from '../data/history'
import { Chart, type ChartProps, type Line } from './Chart'
import { useSpan } from './Span'

export interface ChartPanelProps extends Pick<ChartProps, 'format' | 'top' | 'steps'> {
  title: string
  /** Without rows there is no chart. */
  rows?: Rows | undefined
  /** One, of the first column, unless given. */
  lines?: readonly Line[] | undefined
}

export function ChartPanel({ title, rows, lines, ...scale }: ChartPanelProps) {
  const span = useSpan()
  if (rows === undefined) return null
  return (
    <section className="card">
      <h2>{title}</h2>
      <Chart
        label={title}
        rows={rows}
        lines={lines ?? [{ name: title, column: 1, color: '--accent' }]}
        span={span}
        {...scale}
      />
    </section>
  )
}
