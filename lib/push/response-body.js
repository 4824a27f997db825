'use strict'

// Reads the body of a response up to a limit: receivers of metrics send short ones.

const LONGEST_ANSWER = 4 * 1024 * 1024

/** All bytes, or none if there are too many. @param {AsyncIterable<Uint8Array> | Iterable<Uint8Array>} chunks */
async function bodyOf(chunks) {
  const taken = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > LONGEST_ANSWER) return new Uint8Array(0)
    taken.push(chunk)
  }
  return Buffer.concat(taken)
}

module.exports = { bodyOf }
