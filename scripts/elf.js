'use strict'

// Reads what an ELF file (64 bits, little-endian: both of our Linux architectures) requires of its system, on any platform and
// without binutils. Layouts: the System V ABI, "Object Files", and the LSB, "Symbol Versioning".

const SHT_DYNAMIC = 6
const SHT_GNU_VERNEED = 0x6ffffffe
const DT_NEEDED = 1n

/** @type {Record<number, string>} e_machine to process.arch */
const machines = { 62: 'x64', 183: 'arm64' }

/**
 * @typedef {{ arch: string | undefined, libraries: string[], versions: { library: string, version: string }[] }} Elf
 * @param {Buffer} file
 * @returns {Elf} the architecture, the libraries it needs, and the symbol versions it needs of them
 */
function readElf(file) {
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46) throw new Error('not an ELF file')
  const sections = sectionsOf(file)
  return {
    arch: machines[file.readUInt16LE(18)],
    libraries: sections
      .filter(({ type }) => type === SHT_DYNAMIC)
      .flatMap((section) => needed(file, sections, section)),
    versions: sections
      .filter(({ type }) => type === SHT_GNU_VERNEED)
      .flatMap((section) => versionsOf(file, sections, section)),
  }
}

/** @typedef {{ type: number, offset: number, size: number, link: number, info: number }} Section */

/** @param {Buffer} file @returns {Section[]} */
function sectionsOf(file) {
  const start = Number(file.readBigUInt64LE(40))
  const size = file.readUInt16LE(58)
  return Array.from({ length: file.readUInt16LE(60) }, (_, index) => {
    const at = start + index * size
    return {
      type: file.readUInt32LE(at + 4),
      offset: Number(file.readBigUInt64LE(at + 24)),
      size: Number(file.readBigUInt64LE(at + 32)),
      link: file.readUInt32LE(at + 40),
      info: file.readUInt32LE(at + 44),
    }
  })
}

/** @param {Buffer} file @param {Section[]} sections @param {Section} section */
function needed(file, sections, { offset, size, link }) {
  const entries = Array.from({ length: size / 16 }, (_, index) => offset + index * 16)
  return entries
    .filter((at) => file.readBigInt64LE(at) === DT_NEEDED)
    .map((at) => textAt(file, sections[link], Number(file.readBigUInt64LE(at + 8))))
}

/**
 * Verneed records, a library each, and the Vernaux records of each: two linked lists.
 * @param {Buffer} file
 * @param {Section[]} sections
 * @param {Section} section
 */
function versionsOf(file, sections, { offset, link, info }) {
  const found = []
  for (let library = 0, at = offset; library < info; library += 1, at += file.readUInt32LE(at + 12)) {
    const name = textAt(file, sections[link], file.readUInt32LE(at + 4))
    let entry = at + file.readUInt32LE(at + 8)
    for (let left = file.readUInt16LE(at + 2); left > 0; left -= 1, entry += file.readUInt32LE(entry + 12)) {
      found.push({ library: name, version: textAt(file, sections[link], file.readUInt32LE(entry + 8)) })
    }
  }
  return found
}

/** @param {Buffer} file @param {Section} strings @param {number} at */
function textAt(file, strings, at) {
  const start = strings.offset + at
  return file.toString('latin1', start, file.indexOf(0, start))
}

module.exports = { readElf }
