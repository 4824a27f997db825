// How fast counts go up, told from readings of them: over spans of some seconds, so that a rate does not jump with each reading.

const SPAN_SECONDS = 2

/** One count that only goes up, until its worker starts anew. */
export class Rate {
  #time: number
  #count: number
  /** A second; undefined until a span has passed. */
  perSecond: number | undefined

  constructor(time: number, count: number) {
    this.#time = time
    this.#count = count
  }

  /** Takes a reading, also one that did not change. @param time in seconds */
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
