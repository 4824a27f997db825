// Rates of counts, over spans of some seconds, so that they do not jump with each reading.

const SPAN_SECONDS = 2

/** A count that only increases until its worker restarts. */
export class Rate {
  #time: number
  #count: number
  /** Per second; undefined until a span has passed. */
  perSecond: number | undefined

  constructor(time: number, count: number) {
    this.#time = time
    this.#count = count
  }

  /** Adds a reading, even if it did not change. @param time in seconds */
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
