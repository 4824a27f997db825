// Schedules the redraw of a view after events: at most once a frame, and at the pace that the user chose.

export class Drawing {
  readonly #draw: () => void
  #pace = 0
  #isAsked = false
  #latest = Number.NEGATIVE_INFINITY
  #timer: ReturnType<typeof setTimeout> | undefined
  #frame = 0

  constructor(draw: () => void) {
    this.#draw = draw
  }

  /** The minimum of milliseconds between two redraws; a waiting one is rescheduled. */
  set pace(millis: number) {
    this.#pace = millis
    if (!this.#isAsked) return
    this.forget()
    this.ask()
  }

  ask(): void {
    if (this.#isAsked) return
    this.#isAsked = true
    const wait = this.#latest + this.#pace - performance.now()
    if (wait > 0) this.#timer = setTimeout(() => this.#inFrame(), wait)
    else this.#inFrame()
  }

  forget(): void {
    this.#isAsked = false
    clearTimeout(this.#timer)
    cancelAnimationFrame(this.#frame)
  }

  #inFrame(): void {
    this.#frame = requestAnimationFrame(() => {
      this.#isAsked = false
      this.#latest = performance.now()
      this.#draw()
    })
  }
}
