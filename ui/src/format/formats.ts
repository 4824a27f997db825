// Formats numbers for people, in their language. A missing number is a dash.

const DASH = '–'
const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
const MILLI_UNITS: readonly [least: number, unit: string, divisor: number][] = [
  [60_000, 'min', 60_000],
  [1000, 's', 1000],
  [1, 'ms', 1],
  [0.001, 'µs', 0.001],
  [0, 'ns', 0.000_001],
]
/** In seconds. */
const SPAN_UNITS: readonly [seconds: number, unit: string][] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
]

/** Those of SI, in every language: a million is M, and m would be a thousandth. */
const PREFIXES: readonly [size: number, prefix: string][] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
]

type Amount = number | null | undefined

export class Formats {
  readonly #whole: Intl.NumberFormat
  readonly #short: Intl.NumberFormat
  readonly #round: Intl.NumberFormat
  readonly #tenths: Intl.NumberFormat
  readonly #percent: Intl.NumberFormat
  readonly #clock: Intl.DateTimeFormat
  readonly #precise: Intl.DateTimeFormat
  readonly #stamp: Intl.DateTimeFormat

  constructor(language: string) {
    this.#whole = new Intl.NumberFormat(language, { maximumFractionDigits: 3 })
    this.#short = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 })
    this.#round = new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
    this.#tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
    this.#percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })
    const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
    this.#clock = new Intl.DateTimeFormat(language, clock)
    this.#precise = new Intl.DateTimeFormat(language, { ...clock, fractionalSecondDigits: 3 })
    this.#stamp = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' })
  }

  count(value: Amount): string {
    return isThere(value) ? this.#whole.format(value) : DASH
  }

  /** Three digits and a prefix of SI, for axes and small spaces. */
  compact(value: Amount): string {
    if (!isThere(value)) return DASH
    // a value that rounds up to 1,000 of a prefix is 1 of the next
    const [size, prefix] = PREFIXES.find(([size]) => Math.abs(value) >= size * 0.9995) ?? [1, '']
    return `${this.#short.format(value / size)}${prefix}`
  }

  percent(ratio: Amount): string {
    return isThere(ratio) ? this.#percent.format(ratio) : DASH
  }

  rate(perSecond: Amount): string {
    if (!isThere(perSecond)) return DASH
    return `${Math.abs(perSecond) < 999.5 ? this.#even(perSecond) : this.compact(perSecond)}/s`
  }

  bytes(bytes: Amount): string {
    if (!isThere(bytes)) return DASH
    const power = Math.min(Math.floor(Math.log2(Math.max(Math.abs(bytes), 1)) / 10), BYTE_UNITS.length - 1)
    // a value that rounds up to 1,024 of a unit is 1 of the next
    const next = power + 1 < BYTE_UNITS.length && Math.abs(bytes) / 1024 ** power >= 1023.5 ? power + 1 : power
    return `${next === 0 ? this.#round.format(bytes) : this.#even(bytes / 1024 ** next)} ${BYTE_UNITS[next]}`
  }

  /** A fixed number of decimals, so that a column is aligned. */
  #even(value: number): string {
    return (Math.abs(value) < 99.95 ? this.#tenths : this.#round).format(value)
  }

  /** A duration. */
  millis(millis: Amount): string {
    if (!isThere(millis)) return DASH
    if (millis === 0) return '0 ms'
    const size = Math.abs(millis)
    const [, unit, divisor] = MILLI_UNITS.find(([least]) => size >= least * 0.9995) ?? ([0, 'ns', 0.000_001] as const)
    return `${this.#short.format(millis / divisor)} ${unit}`
  }

  /** A duration that is given in seconds. */
  seconds(seconds: Amount): string {
    return this.millis(isThere(seconds) ? seconds * 1000 : undefined)
  }

  /** A long duration, in its two largest units. */
  span(seconds: Amount): string {
    if (!isThere(seconds)) return DASH
    const whole = Math.max(0, Math.floor(seconds))
    const first = SPAN_UNITS.findIndex(([unit]) => whole >= unit)
    if (first === -1) return '0 s'
    return SPAN_UNITS.slice(first, first + 2)
      .map(([unit, name], at) => {
        const above = at === 0 ? Number.POSITIVE_INFINITY : (SPAN_UNITS[first]?.[0] ?? 1)
        return [Math.floor((whole % above) / unit), name] as const
      })
      .filter(([amount], at) => at === 0 || amount > 0)
      .map(([amount, name]) => `${amount} ${name}`)
      .join(' ')
  }

  /** A time of day. @param time in milliseconds since the epoch */
  clock(time: Amount): string {
    return isThere(time) ? this.#clock.format(time) : DASH
  }

  preciseClock(time: Amount): string {
    return isThere(time) ? this.#precise.format(time) : DASH
  }

  stamp(time: Amount): string {
    return isThere(time) ? this.#stamp.format(time) : DASH
  }
}

function isThere(value: Amount): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
