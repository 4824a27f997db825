'use strict'

// Sends large bodies in pieces, so that waiting clients share one copy. The bodies that slow clients keep in memory are bounded:
// beyond the limit, the clients of the oldest body are disconnected.

/** In bytes. Smaller bodies are sent at once. */
const PIECE_BYTES = 256 * 1024

/** The limit, in bytes of different bodies; this many bodies are allowed regardless of their size. */
const MAX_BYTES = 128 * 1024 * 1024
const MIN_BODIES = 4

/** @typedef {() => void} Drop disconnects a client */

class Transfers {
  /** @type {Map<Uint8Array, Set<Drop>>} bodies, the oldest first, to their clients */
  #clients = new Map()
  #bytes = 0
  #maxBytes

  /** @param {number} [maxBytes] of different bodies */
  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes
  }

  /**
   * Registers a client that starts to receive a body.
   * @param {Uint8Array} body
   * @param {Drop} drop
   * @returns {() => void} to be called when it has received the body, or has disconnected
   */
  begin(body, drop) {
    const known = this.#clients.get(body)
    const clients = known ?? new Set()
    clients.add(drop)
    if (known === undefined) {
      this.#clients.set(body, clients)
      this.#bytes += body.length
      this.#makeRoom()
    }
    return () => this.#end(body, drop)
  }

  /** @param {Uint8Array} body @param {Drop} drop */
  #end(body, drop) {
    const clients = this.#clients.get(body)
    if (clients?.delete(drop) && clients.size === 0) this.#forget(body)
  }

  /** @param {Uint8Array} body */
  #forget(body) {
    this.#clients.delete(body)
    this.#bytes -= body.length
  }

  #makeRoom() {
    for (const [body, clients] of this.#clients) {
      if (this.#bytes <= this.#maxBytes || this.#clients.size <= MIN_BODIES) return
      this.#forget(body)
      for (const drop of clients) drop()
    }
  }
}

const transfers = new Transfers()

/**
 * Whether something else has answered the response, or its client has disconnected.
 * @param {import('node:http').ServerResponse & { stream?: { destroyed?: boolean } }} res of HTTP/1, or HTTP/2's with a stream
 */
function isOver(res) {
  return Boolean(res.writableEnded || res.destroyed || res.stream?.destroyed)
}

/** Whether a response was answered already. @param {import('node:http').ServerResponse} res */
function isAnswered(res) {
  return res.headersSent || isOver(res)
}

/**
 * Writes a response's body. Resolves when it is sent, or the client has disconnected.
 * @param {import('node:http').ServerResponse} res with its headers written
 * @param {Uint8Array} body not to be changed
 */
async function writeBody(res, body) {
  if (body.length <= PIECE_BYTES || typeof res.once !== 'function') return void res.end(body)
  const end = transfers.begin(body, () => res.destroy())
  try {
    let at = 0
    for (; at + PIECE_BYTES < body.length; at += PIECE_BYTES) {
      if (isOver(res)) return
      if (res.write(body.subarray(at, at + PIECE_BYTES)) === false) await next(res, 'drain')
    }
    if (isOver(res)) return
    const sent = next(res, 'finish')
    res.end(body.subarray(at))
    await sent
  } finally {
    end()
  }
}

/**
 * Waits for an event of a response, or for its end. A client that disconnects is not an error.
 * @param {import('node:http').ServerResponse} res
 * @param {'drain' | 'finish'} event
 * @returns {Promise<void>}
 */
function next(res, event) {
  return new Promise((resolve) => {
    const events = [event, 'close', 'error']
    const onEvent = () => {
      for (const each of events) res.off(each, onEvent)
      resolve()
    }
    for (const each of events) res.once(each, onEvent)
  })
}

/**
 * A body for a Response, which copies what it is given: a large one becomes a stream that copies a piece when it is read.
 * @param {Uint8Array} body not to be changed
 * @returns {any}
 */
function responseBody(body) {
  return body.length <= PIECE_BYTES ? body : new ReadableStream(piecesOf(body), { highWaterMark: 0 })
}

/** @param {Uint8Array} body */
function piecesOf(body) {
  let at = 0
  /** @type {(() => void) | undefined} */
  let end
  return {
    /** @param {import('node:stream/web').ReadableStreamDefaultController<Uint8Array>} controller */
    pull(controller) {
      end ??= transfers.begin(body, () => controller.error(new Error('the client takes the response too slowly')))
      controller.enqueue(body.slice(at, at + PIECE_BYTES))
      at += PIECE_BYTES
      if (at < body.length) return
      end()
      controller.close()
    },
    cancel: () => end?.(),
  }
}

module.exports = { Transfers, isAnswered, responseBody, writeBody }
