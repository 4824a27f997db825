'use strict'

// Reads protobuf: the fields of a message, one after the other. `src/exposition/wire.rs` writes them.

const VARINT = 0
const FIXED64 = 1
const LENGTH = 2
const FIXED32 = 5

const BITS = 7
const MORE = 0x80

/** A message. Numbers of 64 bits are rounded to those of JavaScript, except where a method returns a bigint. */
class Message {
  #bytes
  #view
  #at = 0
  /** the number of the present field */
  field = 0
  #type = VARINT

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Goes to the next field. A field that was not read has to be skipped. */
  next() {
    if (this.#at >= this.#bytes.length) return false
    const key = this.uint()
    this.field = Math.floor(key / 8)
    this.#type = key & 7
    return true
  }

  skip() {
    if (this.#type === VARINT) this.uint()
    else if (this.#type === LENGTH) this.bytes()
    else if (this.#type === FIXED64 || this.#type === FIXED32) this.#at += this.#type === FIXED64 ? 8 : 4
    else throw new Error(`protobuf has no wire type ${this.#type}`)
  }

  /** `uint32`, `uint64`, `bool`, an enum */
  uint() {
    let value = 0
    for (let factor = 1; ; factor *= 2 ** BITS) {
      if (this.#at >= this.#bytes.length) throw new Error('a protobuf message ends within a number')
      const byte = this.#bytes[this.#at++]
      value += (byte % MORE) * factor
      if (byte < MORE) return value
    }
  }

  /** `int64` */
  int() {
    let value = 0n
    for (let shift = 0n; ; shift += BigInt(BITS)) {
      if (this.#at >= this.#bytes.length) throw new Error('a protobuf message ends within a number')
      const byte = this.#bytes[this.#at++]
      value |= BigInt(byte % MORE) << shift
      if (byte < MORE) return Number(BigInt.asIntN(64, value))
    }
  }

  /** `sint32` */
  sint() {
    const value = this.uint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** `double` */
  double() {
    this.#at += 8
    return this.#view.getFloat64(this.#at - 8, true)
  }

  /** `fixed64` */
  fixed() {
    this.#at += 8
    return this.#view.getBigUint64(this.#at - 8, true)
  }

  /** `bytes` */
  bytes() {
    const length = this.uint()
    this.#at += length
    if (this.#at > this.#bytes.length) throw new Error('a protobuf message is too short')
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  text() {
    return new TextDecoder().decode(this.bytes())
  }

  message() {
    return new Message(this.bytes())
  }

  /** Repeated values, packed. @template T @param {(message: Message) => T} read @returns {T[]} */
  packed(read) {
    const message = this.message()
    const values = []
    while (message.#at < message.#bytes.length) values.push(read(message))
    return values
  }
}

/**
 * Reads the fields of a message.
 * @param {Message} message
 * @param {Record<number, (message: Message) => void>} readers by field
 */
function readFields(message, readers) {
  while (message.next()) {
    const reader = readers[message.field]
    if (reader === undefined) message.skip()
    else reader(message)
  }
}

module.exports = { Message, readFields }
