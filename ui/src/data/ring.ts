// The last 15 minutes of numbers that are received together, as columns for a chart. Memory is bounded by time and by a shortest
// interval: rows that come faster replace the latest one.

export const KEPT_SECONDS = 15 * 60
const SHORTEST_SECONDS = 0.2
const FIRST_CAPACITY = 64
/** The shortest period of a chart, in seconds. */
const SHORTEST_SPAN = 60

export class Ring {
  readonly #columns: Float64Array[]
  #start = 0
  #length = 0
  readonly #kept: number

  /** @param width the number of values in a row, without its time */
  constructor(width: number, kept = KEPT_SECONDS) {
    this.#kept = kept
    this.#columns = Array.from({ length: width + 1 }, () => new Float64Array(FIRST_CAPACITY))
  }

  get length(): number {
    return this.#length
  }

  /** @param time in seconds; an earlier time than the latest, from a clock that was set back, clears the ring */
  push(time: number, row: readonly number[]): void {
    const latest = this.at(0, this.#length - 1)
    if (time < latest) this.#length = 0
    else if (time - latest < SHORTEST_SECONDS && this.#length > 1) this.#length--
    this.#forgetBefore(time - this.#kept)
    if (this.#length === this.#capacity) this.#grow()
    const place = (this.#start + this.#length++) % this.#capacity
    this.#columns.forEach((column, at) => {
      column[place] = at === 0 ? time : (row[at - 1] ?? Number.NaN)
    })
  }

  /** A value of a row, NaN if there is none. Column 0 is the time. */
  at(column: number, row: number): number {
    if (row < 0 || row >= this.#length) return Number.NaN
    return this.#columns[column]?.[(this.#start + row) % this.#capacity] ?? Number.NaN
  }

  /** The columns from the oldest row on, time first. */
  columns(): Float64Array[] {
    return this.#columns.map((column) => {
      const end = this.#start + this.#length
      const kept = new Float64Array(this.#length)
      kept.set(column.subarray(this.#start, Math.min(end, this.#capacity)))
      if (end > this.#capacity) kept.set(column.subarray(0, end - this.#capacity), this.#capacity - this.#start)
      return kept
    })
  }

  get #capacity(): number {
    return this.#columns[0]?.length ?? 0
  }

  #forgetBefore(time: number): void {
    while (this.#length > 0 && this.at(0, 0) < time) {
      this.#start = (this.#start + 1) % this.#capacity
      this.#length--
    }
  }

  #grow(): void {
    const capacity = 2 * this.#capacity
    this.columns().forEach((kept, at) => {
      const column = new Float64Array(capacity)
      column.set(kept)
      this.#columns[at] = column
    })
    this.#start = 0
  }
}

/**
 * The first and the last time of a chart of these times, of which there may be none yet.
 * @param span the longest period in seconds
 */
export function spanOf(times: ArrayLike<number>, span?: number): [first: number, last: number] {
  const last = times[times.length - 1] ?? Date.now() / 1000
  const first = Math.min(times[0] ?? last, last - SHORTEST_SPAN)
  return [span === undefined ? first : Math.max(first, last - span), last]
}
