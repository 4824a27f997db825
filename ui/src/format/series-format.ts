// Formats the numbers of a series in its unit.

import type { Series } from '../../../pool'
import type { Formats } from './formats'
import { BYTE_STEPS } from './steps'

type Amount = number | null | undefined

/** @returns a function that formats a value of this series */
export function valueFormat(
  { kind, unit }: Pick<Series, 'kind' | 'unit'>,
  formats: Formats,
): (value: Amount) => string {
  if (kind === 'timing' || unit === 'ms' || unit === 'milliseconds') return (value) => formats.millis(value)
  if (isBytes(unit)) return (value) => formats.bytes(value)
  if (unit === 's' || unit === 'seconds') return (value) => formats.seconds(value)
  const shown = shownUnit(unit)
  return (value) => (shown ? `${formats.count(value)} ${shown}` : formats.count(value))
}

function isBytes(unit: string | undefined): boolean {
  return unit === 'bytes' || unit === 'By'
}

/** Braces contain what is counted, and `1` means no unit. */
function shownUnit(unit = ''): string {
  return unit === '1' ? '' : unit.replaceAll(/\{[^}]*\}/g, '')
}

/** @returns the allowed positions of grid lines in a chart of this series; undefined for any */
export function stepsOf({ unit }: Pick<Series, 'unit'>): readonly number[] | undefined {
  return isBytes(unit) ? BYTE_STEPS : undefined
}
