'use strict'

// A stream's client behind `node:http`, or what looks like it.

/** @typedef {import('./types').Client} Client */

/** @implements {Client} */
class NodeClient {
  #res
  /** bytes written since the response's buffer was full, until it drains */
  #waiting = 0
  /** @type {(() => void) | undefined} */
  #closed
  #isClosed

  /** @param {import('node:http').ServerResponse} res with its headers sent */
  constructor(res) {
    this.#res = res
    this.#isClosed = res.destroyed
    res.on('drain', () => {
      this.#waiting = 0
    })
    res.once('close', () => this.#close())
    // a client that disconnects is not an error
    res.on('error', () => this.#close())
  }

  /** Not every runtime reports the length of a response's buffer, so bytes written since it was full are counted too. */
  get pending() {
    return Math.max(this.#waiting, this.#res.writableLength ?? 0)
  }

  /** @param {Uint8Array} bytes */
  write(bytes) {
    if (this.#isClosed) return
    const takesMore = this.#res.write(bytes)
    if (!takesMore) this.#waiting += bytes.length
  }

  end() {
    if (this.#isClosed) return
    this.#res.end()
    this.#close()
  }

  drop() {
    this.#res.destroy()
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

module.exports = { NodeClient }
