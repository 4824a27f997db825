'use strict'

// The samples of an exposition, by the text of their lines, without a parser in between.

/** @param {Uint8Array} body */
function textOf(body) {
  return Buffer.from(body).toString('utf8')
}

/** The samples in order, `name{labels}` to value. Comments are left out. @param {Uint8Array} body */
function samplesOf(body) {
  const lines = textOf(body)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), numberOf(line)]))
}

/** @param {string} line */
function numberOf(line) {
  const text = line.slice(line.lastIndexOf(' ') + 1)
  return Number(text.replace('Inf', 'Infinity'))
}

module.exports = { samplesOf, textOf }
