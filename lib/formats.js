'use strict'

// Chooses the format of an exposition by the header Accept. Rust defines the formats: see src/exposition/formats.rs.

const binding = require('./native')
const { rangesOf } = require('./http/accept')

/** @typedef {import('../binding').ExpositionOptions} ExpositionOptions */

/**
 * A format to choose from.
 * @typedef {{ type: string, parameters: Map<string, string>, contentType: string, hasAnyNames: boolean }} Offered
 */

/** The values of the parameter `escaping`; the first is the default. */
const ESCAPINGS = ['underscores', 'dots', 'values', 'allow-utf-8']

/** Parameters that do not distinguish formats. */
const NEUTRAL = ['charset']

/** @type {Offered[]} by their numbers */
const formats = binding.expositionFormats().map(({ contentType, hasAnyNames }) => {
  const [{ name, parameters }] = rangesOf(contentType)
  for (const neutral of NEUTRAL) parameters.delete(neutral)
  return { type: name, parameters, contentType, hasAnyNames }
})

/** The media types of all formats. */
const FORMAT_TYPES = [...new Set(formats.map(({ type }) => type))]

/**
 * The format that a client prefers, as the options of an exposition; the default if it accepts none or has no header, so that no
 * scrape fails because of a header. Of formats with the same quality it is the first in the header; wildcards come last.
 * @param {string | readonly string[] | undefined} accept the header, or several
 */
function negotiated(accept) {
  const header = typeof accept === 'object' ? accept.join() : accept
  const ranges = rangesOf(header ?? '').filter(({ quality }) => quality > 0)
  ranges.sort((one, other) => other.quality - one.quality || Number(isWide(one)) - Number(isWide(other)))
  for (const range of ranges) {
    const format = formats.findIndex((each) => isNamed(each, range))
    if (format !== -1) return described(format, range.parameters.get('escaping'))
  }
  return described(0, undefined)
}

/** @param {{ name: string }} range */
function isWide({ name }) {
  return name.endsWith('/*')
}

/**
 * Whether a range names a format. The first one of a type is also that of a client that names no version.
 * @param {Offered} format
 * @param {ReturnType<typeof rangesOf>[number]} range
 */
function isNamed({ type, parameters }, range) {
  if (isWide(range)) return formats[0].type === type && ['*/*', `${type.split('/')[0]}/*`].includes(range.name)
  if (range.name !== type) return false
  return [...parameters].every(([name, value]) => {
    const given = range.parameters.get(name)
    return given === value || (given === undefined && name === 'version')
  })
}

/** @param {number} format @param {string | undefined} wanted */
function described(format, wanted) {
  const { contentType, hasAnyNames } = formats[format]
  const isPossible = wanted !== undefined && ESCAPINGS.includes(wanted) && (hasAnyNames || wanted !== 'allow-utf-8')
  if (!isPossible) return { contentType, options: { format } }
  return { contentType: `${contentType}; escaping=${wanted}`, options: { format, escaping: wanted } }
}

module.exports = { FORMAT_TYPES, negotiated }
