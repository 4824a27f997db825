// The rows of a long table that are rendered: the visible ones and a few more.

import { type RefObject, useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'

export const ROW_HEIGHT = 36
const MORE = 6
/** Paper has no viewport, so this bounds the number of printed rows. */
const MOST_PRINTED = 500

export interface Rows {
  window: RefObject<HTMLDivElement | null>
  first: number
  /** After the last row that is rendered. */
  end: number
  reveal(row: number): void
}

export function useRows(count: number): Rows {
  const window = useRef<HTMLDivElement>(null)
  const [{ top, height }, setView] = useState({ top: 0, height: 600 })
  const isPrinting = useIsPrinting()
  useEffect(() => {
    const element = window.current
    if (element === null) return
    const look = () => setView({ top: element.scrollTop, height: element.clientHeight })
    const observer = new ResizeObserver(look)
    observer.observe(element)
    element.addEventListener('scroll', look, { passive: true })
    return () => {
      observer.disconnect()
      element.removeEventListener('scroll', look)
    }
  }, [])
  const first = Math.max(0, Math.min(Math.floor(top / ROW_HEIGHT) - MORE, count - 1))
  const end = Math.min(count, Math.ceil((top + height) / ROW_HEIGHT) + MORE)
  return isPrinting
    ? { window, first: 0, end: Math.min(count, MOST_PRINTED), reveal: () => {} }
    : { window, first, end, reveal: (row) => reveal(window.current, row) }
}

/** Scrolls no further than necessary. The heading, as high as a row, covers the first row. */
function reveal(element: HTMLElement | null, row: number): void {
  if (element === null) return
  const top = row * ROW_HEIGHT
  const lowest = top - element.clientHeight + 2 * ROW_HEIGHT
  if (element.scrollTop > top) element.scrollTop = top
  else if (element.scrollTop < lowest) element.scrollTop = lowest
}

function useIsPrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false)
  useEffect(() => {
    // synchronously: what is not rendered when the event ends is not printed
    const begin = () => flushSync(() => setPrinting(true))
    const end = () => setPrinting(false)
    addEventListener('beforeprint', begin)
    addEventListener('afterprint', end)
    return () => {
      removeEventListener('beforeprint', begin)
      removeEventListener('afterprint', end)
    }
  }, [])
  return isPrinting
}
