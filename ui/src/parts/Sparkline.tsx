// A small line of recent values, next to the current one.

import type { Ring } from '../data/ring'

const WIDTH = 96
const HEIGHT = 22
const MOST = 120

export function Sparkline({ ring, column = 1 }: { ring: Ring | undefined; column?: number }) {
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {ring !== undefined && <path d={pathOf(ring, column)} />}
    </svg>
  )
}

function pathOf(ring: Ring, column: number): string {
  const first = Math.max(0, ring.length - MOST)
  const rows = Array.from({ length: ring.length - first }, (_, at) => first + at).filter(
    (row) => !Number.isNaN(ring.at(column, row)),
  )
  const [start, end] = [rows[0], rows.at(-1)]
  if (start === undefined || end === undefined || rows.length < 2) return ''
  const values = rows.map((row) => ring.at(column, row))
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const begin = ring.at(0, start)
  const span = ring.at(0, end) - begin || 1
  const x = (row: number) => (((ring.at(0, row) - begin) / span) * (WIDTH - 2) + 1).toFixed(1)
  const y = (value: number) =>
    (most === least ? HEIGHT / 2 : HEIGHT - 2 - ((value - least) / (most - least)) * (HEIGHT - 4)).toFixed(1)
  return rows.map((row, at) => `${at === 0 ? 'M' : 'L'}${x(row)} ${y(values[at] ?? 0)}`).join('')
}
