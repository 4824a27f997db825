// A store for useSyncExternalStore: its version changes after new data, at most once a frame and at the pace that the reader chose.

export class Updates {
  readonly #listeners = new Set<() => void>()
  #version = 0
  #pace = 0
  #isRequested = false
  #latest = Number.NEGATIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined
  #frame = 0

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  readonly version = () => this.#version

  /** The minimum time between two updates, in milliseconds. A requested one is rescheduled. */
  set pace(millis: number) {
    this.#pace = millis
    if (!this.#isRequested) return
    this.cancel()
    this.request()
  }

  request(): void {
    if (this.#isRequested) return
    this.#isRequested = true
    const wait = this.#latest + this.#pace - performance.now()
    if (wait > 0) this.#timer = setTimeout(() => this.#inFrame(), wait)
    else this.#inFrame()
  }

  cancel(): void {
    this.#isRequested = false
    clearTimeout(this.#timer)
    cancelAnimationFrame(this.#frame)
  }

  #inFrame(): void {
    this.#frame = requestAnimationFrame(() => {
      this.#isRequested = false
      this.#latest = performance.now()
      this.#version++
      for (const listener of this.#listeners) listener()
    })
  }
}
