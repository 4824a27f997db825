'use strict'

// A stream's client as the body of a Response.

/** @typedef {import('./types').Client} Client */

/** In bytes. A slow client is disconnected before its queue is this long. */
const HIGH_WATER_MARK = 256 * 1024

/** @implements {Client} */
class WebClient {
  /** @type {ReadableStreamDefaultController<Uint8Array> | undefined} */
  #controller
  /** @type {(() => void) | undefined} */
  #closed
  #isClosed = false

  /** @param {AbortSignal | undefined} signal of the request */
  constructor(signal) {
    /** What the Response is made with. */
    this.body = new ReadableStream(
      {
        start: (controller) => {
          this.#controller = controller
        },
        cancel: () => this.#close(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER_MARK }),
    )
    // a client that has disconnected receives nothing more; this is not an error
    if (signal?.aborted) this.end()
    else signal?.addEventListener('abort', () => this.end(), { once: true })
  }

  get pending() {
    return HIGH_WATER_MARK - (this.#controller?.desiredSize ?? HIGH_WATER_MARK)
  }

  /** @param {Uint8Array} bytes */
  write(bytes) {
    if (!this.#isClosed) this.#controller?.enqueue(bytes)
  }

  end() {
    if (this.#isClosed) return
    this.#controller?.close()
    this.#close()
  }

  drop() {
    if (this.#isClosed) return
    this.#controller?.error(new Error('the client does not read'))
    this.#close()
  }

  /** @param {() => void} listener */
  onClose(listener) {
    if (this.#isClosed) listener()
    else this.#closed = listener
  }

  #close() {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#closed?.()
  }
}

module.exports = { WebClient }
