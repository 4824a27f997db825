'use strict'

// Checks of an exposition: no contender is fast because it leaves something out.

/** The sum of all samples of a family. @param {string | Uint8Array} body @param {string} family the beginning of its lines */
function sampleSum(body, family) {
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body)
  let count = 0
  let sum = 0
  for (const line of text.split('\n')) {
    if (!line.startsWith(family) || !line.includes('shop=')) continue
    count++
    sum += Number(line.slice(line.lastIndexOf('}') + 2).split(' ')[0])
  }
  return { count, sum }
}

module.exports = { sampleSum }
