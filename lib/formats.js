'use strict'

// Which format of an exposition a client gets, by its header Accept. The formats are Rust's: see src/exposition/formats.rs.

const binding = require('./native')
const { rangesOf } = require('./http/accept')

/** @typedef {import('../binding').ExpositionOptions} ExpositionOptions */

/** A format as it is offered. @typedef {{ type: string, parameters: Map<string, string>, contentType: string, hasAnyNames: boolean }} Offered */

/** How names are written in formats that do not take any characters; the first is the default. */
const ESCAPINGS = ['underscores', 'dots', 'values', 'allow-utf-8']

/** Parameters that do not say which format it is. */
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
 * The format that a client likes best, as the options of an exposition; the first format where it accepts none or says nothing, so
 * that no scrape fails over a header. Of equally welcome formats it is the first that the header names; wildcards come last.
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

/** Whether a range names a format. The first one of a type is also that of a client that names no version. @param {Offered} format @param {ReturnType<typeof rangesOf>[number]} range */
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
