'use strict'

// What has happened in any real process before it records: some ArrayBuffer was transferred. From then on V8 checks each
// typed array for it, for as long as the process lives.

function becomeOrdinary() {
  const buffer = new ArrayBuffer(8)
  structuredClone(buffer, { transfer: [buffer] })
  if (buffer.byteLength !== 0) throw new Error('the ArrayBuffer was not detached')
}

module.exports = { becomeOrdinary }
