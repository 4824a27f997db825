'use strict'

// What a client accepts, by the headers Accept and Accept-Encoding (RFC 9110, 12.5).

/**
 * The quality value of an offered type or coding: 0 if it is not accepted. The most specific range that matches decides; of equally
 * specific ones, the highest. Parameters of media types are ignored.
 * @param {string} header
 * @param {string} offered in lower case: a media type or a content coding
 */
function qualityOf(header, offered) {
  const ranges = rangesOf(header)
  for (const name of wider(offered)) {
    const matching = ranges.filter((range) => range.name === name)
    if (matching.length > 0) return Math.max(...matching.map(({ quality }) => quality))
  }
  return 0
}

/**
 * The offered type or coding with the highest quality value; the first of equal ones.
 * @template {string} Offered
 * @param {string | undefined} header
 * @param {readonly Offered[]} offered in lower case
 * @returns {Offered | undefined} undefined if none is accepted
 */
function preferredOf(header = '', offered) {
  const qualities = offered.map((each) => qualityOf(header, each))
  const best = Math.max(...qualities)
  return best > 0 ? offered[qualities.indexOf(best)] : undefined
}

/** A range and those that it is in, the most specific first. @param {string} offered */
function wider(offered) {
  const [type, subtype] = offered.split('/')
  return subtype === undefined ? [offered, '*'] : [offered, `${type}/*`, '*/*']
}

/**
 * The ranges of a header, in its order. Names, also those of parameters, are in lower case.
 * @param {string} header
 */
function rangesOf(header) {
  return partsOf(header, LIST).map(rangeOf)
}

/** The parts between separators; separators within quotes do not count. */
const LIST = /(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g
const PARAMETERS = /(?:[^;"]|"(?:[^"\\]|\\.)*"?)+/g

/** @param {string} text @param {RegExp} separated @returns {string[]} */
function partsOf(text, separated) {
  return text.match(separated) ?? []
}

/** @param {string} text of one range with its parameters */
function rangeOf(text) {
  const [name = '', ...pairs] = partsOf(text, PARAMETERS).map((part) => part.trim())
  const parameters = new Map(pairs.map(parameterOf))
  const weight = parameters.get('q')
  const quality = weight === undefined ? 1 : Number.parseFloat(weight)
  return { name: name.toLowerCase(), parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 }
}

/** @param {string} pair @returns {[name: string, value: string]} */
function parameterOf(pair) {
  const at = pair.indexOf('=')
  if (at === -1) return [pair.toLowerCase(), '']
  const value = pair.slice(at + 1).trim()
  const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"')
  return [pair.slice(0, at).trim().toLowerCase(), isQuoted ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value]
}

module.exports = { preferredOf, qualityOf, rangesOf }
