// The numbers of a series in its unit.

import type { Series } from '../../../pool'
import type { Formats } from './formats'
import { BYTE_STEPS } from './steps'

type Amount = number | null | undefined

/** @returns how a value of this series is written */
export function valueFormat({ kind, unit }: Series, formats: Formats): (value: Amount) => string {
  if (kind === 'timing' || unit === 'ms' || unit === 'milliseconds') return (value) => formats.millis(value)
  if (unit === 'bytes') return (value) => formats.bytes(value)
  if (unit === 's' || unit === 'seconds') return (value) => formats.millis(value == null ? value : value * 1000)
  return (value) => (unit ? `${formats.count(value)} ${unit}` : formats.count(value))
}

/** @returns where the lines of a chart of this series may stand; undefined for anywhere */
export function stepsOf({ unit }: Series): readonly number[] | undefined {
  return unit === 'bytes' ? BYTE_STEPS : undefined
}
