// Files that the reader saves: a picture of a chart, and its numbers.

import type { Rows } from './history'

export interface NamedColumns {
  /** Of the columns after the time. */
  names: readonly string[]
  rows: Rows
}

/** A line for each time: ISO 8601 in UTC, and the values. */
export function csvOf({ names, rows }: NamedColumns): string {
  const lines = [['time', ...names].map(quoted).join(',')]
  for (let row = 0; row < rows.length; row++) {
    const values = names.map((_, at) => textOf(rows.at(at + 1, row)))
    lines.push([new Date(rows.at(0, row) * 1000).toISOString(), ...values].join(','))
  }
  return `${lines.join('\r\n')}\r\n`
}

export function jsonOf({ names, rows }: NamedColumns): string {
  const all = Array.from({ length: rows.length }, (_, row) => {
    const values = names.map((name, at) => [name, numberOf(rows.at(at + 1, row))] as const)
    return { time: new Date(rows.at(0, row) * 1000).toISOString(), ...Object.fromEntries(values) }
  })
  return JSON.stringify(all, undefined, 1)
}

/** RFC 4180; and a text that a spreadsheet would run as a formula is one no longer. */
function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function textOf(value: number): string {
  return Number.isFinite(value) ? String(value) : ''
}

function numberOf(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** Makes the browser save a file. */
export function save(name: string, content: Blob): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // the browser has begun to read it when this task ends
  setTimeout(() => URL.revokeObjectURL(address))
}

/** A name of a file from any text. */
export function fileName(text: string, ending: string): string {
  const plain = text.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-+|-+$/g, '')
  return `${plain.slice(0, 80) || 'chart'}.${ending}`
}

/** A picture of a canvas with its title and legend, in the colours of the page. */
export function pictureOf(canvas: HTMLCanvasElement, title: string, legend: string): Promise<Blob | null> {
  const style = getComputedStyle(canvas)
  const color = (name: string) => style.getPropertyValue(name).trim()
  const scale = canvas.clientWidth > 0 ? canvas.width / canvas.clientWidth : 1
  const [margin, line] = [12 * scale, 20 * scale]
  const picture = document.createElement('canvas')
  picture.width = canvas.width + 2 * margin
  picture.height = canvas.height + 2 * margin + 2 * line
  const context = picture.getContext('2d')
  if (context === null) return Promise.resolve(null)
  context.fillStyle = color('--card')
  context.fillRect(0, 0, picture.width, picture.height)
  context.fillStyle = color('--text')
  context.font = `600 ${14 * scale}px ${style.fontFamily}`
  context.fillText(title, margin, margin + line * 0.7, canvas.width)
  context.drawImage(canvas, margin, margin + line)
  context.font = `${11 * scale}px ${style.fontFamily}`
  context.fillText(legend, margin, margin + line + canvas.height + line * 0.7, canvas.width)
  return new Promise((resolve) => picture.toBlob(resolve, 'image/png'))
}
