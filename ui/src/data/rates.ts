// Rates of counts, from readings of them, over some seconds, so that a rate does not jump with each reading.

const SPAN_SECONDS = 2

/** The rate of a count, which only goes up until its worker restarts. */
export class Rate {
  #time: number
  #count: number
  /** Undefined for the first seconds. */
  perSecond: number | undefined

  constructor(time: number, count: number) {
    this.#time = time
    this.#count = count
  }

  /** Adds a reading, changed or not. @param time in seconds */
  read(time: number, count: number): void {
    const seconds = time - this.#time
    if (seconds < 0 || count < this.#count) {
      this.#begin(time, count)
    } else if (seconds >= SPAN_SECONDS) {
      this.perSecond = (count - this.#count) / seconds
      this.#begin(time, count)
    }
  }

  #begin(time: number, count: number): void {
    this.#time = time
    this.#count = count
  }
}
