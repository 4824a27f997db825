'use strict'

// In any real process an ArrayBuffer is transferred sooner or later. From then on V8 checks every access to a typed array for that.

function becomeOrdinary() {
  const buffer = new ArrayBuffer(8)
  structuredClone(buffer, { transfer: [buffer] })
  if (buffer.byteLength !== 0) throw new Error('the ArrayBuffer was not detached')
}

module.exports = { becomeOrdinary }
