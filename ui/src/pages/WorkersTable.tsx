// The table of workers. Only the visible rows are rendered; arrow keys move through all.

import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef, useState } from 'react'
import type { Sort } from '../data/selection'
import type { Worker } from '../data/workers'
import type { Formats } from '../format/formats'
import { Foreign } from '../parts/Foreign'
import { StateMark } from '../parts/StateMark'
import { useSpeech } from '../text/language'
import { ROW_HEIGHT, useRows } from './rows'

const COLUMNS_OF_TEXT: ReadonlySet<Sort> = new Set(['id', 'app', 'state'])

interface WorkersTableProps {
  workers: readonly Worker[]
  columns: readonly Sort[]
  sort: Sort
  isDescending: boolean
  chosen: string | undefined
  sortBy: (sort: Sort) => void
  open: (id: string) => void
}

export function WorkersTable({ workers, columns, sort, isDescending, chosen, sortBy, open }: WorkersTableProps) {
  const { t } = useSpeech()
  const { window, first, end, reveal } = useRows(workers.length)
  const [current, setCurrent] = useState(0)
  const wantsFocus = useRef(false)
  const active = Math.min(current, workers.length - 1)

  useLayoutEffect(() => {
    if (!wantsFocus.current) return
    const button = window.current?.querySelector<HTMLElement>(`[data-row="${active}"]`)
    if (!button) return
    wantsFocus.current = false
    button.focus({ preventScroll: true })
  })

  const move = (event: KeyboardEvent) => {
    const row = rowAfter(event.key, active, workers.length, window.current?.clientHeight ?? 0)
    if (row === undefined) return
    event.preventDefault()
    wantsFocus.current = true
    reveal(row)
    setCurrent(row)
  }

  return (
    <section className="window" ref={window} onKeyDown={move} aria-label={t('workers')} aria-description={t('keys')}>
      <table aria-rowcount={workers.length + 1} className="workers-table">
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((name) => (
              <th
                key={name}
                scope="col"
                className={name}
                aria-sort={name === sort ? (isDescending ? 'descending' : 'ascending') : undefined}
              >
                <button type="button" title={name === 'rss' ? t('rssMeaning') : undefined} onClick={() => sortBy(name)}>
                  {t(name)}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Space rows={first} />
          {workers.slice(first, end).map((worker, at) => (
            <Row
              key={worker.id}
              worker={worker}
              columns={columns}
              row={first + at}
              isActive={first + at === active}
              isChosen={worker.id === chosen}
              open={() => {
                setCurrent(first + at)
                open(worker.id)
              }}
            />
          ))}
          <Space rows={workers.length - end} />
        </tbody>
      </table>
    </section>
  )
}

/** A placeholder for rows that are not rendered. */
function Space({ rows }: { rows: number }) {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row takes no focus
  return rows > 0 ? <tr className="space" aria-hidden="true" style={{ blockSize: rows * ROW_HEIGHT }} /> : null
}

interface RowProps {
  worker: Worker
  columns: readonly Sort[]
  row: number
  isActive: boolean
  isChosen: boolean
  open: () => void
}

function Row({ worker, columns, row, isActive, isChosen, open }: RowProps) {
  const { formats } = useSpeech()
  return (
    <tr aria-rowindex={row + 2} className={isChosen ? 'chosen' : undefined} onClick={open}>
      {columns.map((column) =>
        column === 'id' ? (
          <td key={column} className={column}>
            <button type="button" data-row={row} tabIndex={isActive ? 0 : -1} aria-expanded={isChosen}>
              <Foreign>{worker.id}</Foreign>
            </button>
          </td>
        ) : (
          <td key={column} className={COLUMNS_OF_TEXT.has(column) ? column : `${column} number`}>
            {cellContent(worker, column, formats)}
          </td>
        ),
      )}
    </tr>
  )
}

function cellContent(
  { app, state, requests, rate, started, memory }: Worker,
  column: Sort,
  formats: Formats,
): ReactNode {
  switch (column) {
    case 'app':
      return <Foreign>{app}</Foreign>
    case 'state':
      return <StateMark state={state} />
    case 'requests':
      return formats.count(requests)
    case 'rate':
      return formats.rate(rate)
    case 'uptime':
      return formats.span(started === undefined ? undefined : Date.now() / 1000 - started)
    case 'rss':
    case 'heapUsed':
      return formats.bytes(memory?.[column])
    default:
      return undefined
  }
}

/** The row that a key moves to; undefined for other keys. */
function rowAfter(key: string, row: number, count: number, height: number): number | undefined {
  const page = Math.max(1, Math.floor(height / ROW_HEIGHT) - 2)
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -count,
    End: count,
  }
  const step = steps[key]
  return step === undefined ? undefined : Math.min(Math.max(row + step, 0), count - 1)
}
