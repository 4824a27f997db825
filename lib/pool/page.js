'use strict'

// The web page, as ui/ was built: read once from the package and served from memory. It is the same for all requests, except for the
// base path that is written into it.

const { createHash } = require('node:crypto')
const fs = require('node:fs')
const path = require('node:path')
const { respondUnlessKnown } = require('../http/response-headers')
const { partsOf } = require('../http/mount')
const { notBuilt } = require('./responses')

/** @typedef {import('../http/types').HttpRequest} HttpRequest */
/** @typedef {import('../http/types').OwnResponse} OwnResponse */
/** @typedef {{ type: string, bytes: Buffer, etag: string, isHashed: boolean }} File */

const FOLDER = path.join(__dirname, '..', '..', 'ui', 'dist')
const VIEWS = /^(?:|\/|\/(?:timings|threads|workers|series|cardinality|trace)\/?)$/
const HASHED = '/assets/'

/** By the ending of a file's name. */
const TYPES = new Map([
  ['.css', 'text/css; charset=utf-8'],
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
])

/** @type {{ html: string, policy: string, files: Map<string, File> } | undefined} */
let read

/**
 * Whether a path within the base is the page's: one of its views, or one of its files.
 * @param {string} below the base
 */
function isOfPage(below) {
  return VIEWS.test(below) || (built()?.files.has(below) ?? false)
}

/**
 * @param {string} below the base, for which {@link isOfPage} holds
 * @param {HttpRequest} request
 * @param {boolean} injectBase
 * @returns {OwnResponse}
 */
function pageResponse(below, request, injectBase) {
  const page = built()
  if (page === undefined) return notBuilt()
  const file = page.files.get(below)
  return file === undefined
    ? viewAnswer(page, below, request, injectBase)
    : respondUnlessKnown(request, headersOf(file), file.bytes)
}

/** @param {{ html: string, policy: string }} page @param {string} view @param {HttpRequest} request @param {boolean} injectBase */
function viewAnswer({ html, policy }, view, request, injectBase) {
  const text = injectBase
    ? html.replace('<head>', () => `<head>${baseElement(view, partsOf(request.url).pathname)}`)
    : html
  const bytes = Buffer.from(text)
  const headers = { ...headersOf({ type: String(TYPES.get('.html')), etag: etagOf(bytes) }), ...policyHeaders(policy) }
  return respondUnlessKnown(request, headers, bytes)
}

/**
 * The path of the page's files, relative to the requested address, because proxies may have removed a prefix that is unknown here. If
 * they have removed the whole path, the page corrects it itself.
 * @param {string} view a view's name
 * @param {string} address the original path
 */
function baseElement(view, address) {
  const last = address.slice(address.lastIndexOf('/') + 1)
  const href = view === '' && last !== '' ? `./${last}/` : './'
  return `<base data-view="${escaped(view)}" href="${escaped(href)}">`
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** Private: `authorize` may stand before it. @param {{ type: string, etag: string, isHashed?: boolean }} file */
function headersOf({ type, etag, isHashed = false }) {
  return {
    'Content-Type': type,
    'Cache-Control': isHashed ? 'private, max-age=31536000, immutable' : 'private, no-cache',
    ETag: etag,
    'X-Content-Type-Options': 'nosniff',
  }
}

/** @param {string} policy */
function policyHeaders(policy) {
  return { 'Content-Security-Policy': policy, 'Referrer-Policy': 'same-origin' }
}

/** Only files of the page itself, data of its own server, and the one script that is known by its hash. @param {string} html */
function policyOf(html) {
  const inline = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script]) => `'sha256-${hash(script, 'base64')}'`,
  )
  return [
    "default-src 'none'",
    `script-src ${["'self'", ...inline].join(' ')}`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'self'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ')
}

/** The files in the package; a checkout has none before the page is built. */
function built() {
  if (read !== undefined || !fs.existsSync(path.join(FOLDER, 'index.html'))) return read
  const html = fs.readFileSync(path.join(FOLDER, 'index.html'), 'utf8')
  read = { html, policy: policyOf(html), files: new Map(namesUnder('').flatMap((name) => fileOf(name))) }
  return read
}

/** @param {string} below @returns {string[]} names of files, each with a slash before it */
function namesUnder(below) {
  const entries = fs.readdirSync(path.join(FOLDER, below), { withFileTypes: true })
  return entries.flatMap((entry) => {
    const name = `${below}/${entry.name}`
    return entry.isDirectory() ? namesUnder(name) : [name]
  })
}

/** @param {string} name @returns {[string, File][]} none for a file that is not served unchanged */
function fileOf(name) {
  const type = TYPES.get(path.extname(name))
  if (type === undefined || name === '/index.html') return []
  const bytes = fs.readFileSync(path.join(FOLDER, name))
  return [[name, { type, bytes, etag: etagOf(bytes), isHashed: name.startsWith(HASHED) }]]
}

/** @param {Buffer} bytes */
function etagOf(bytes) {
  return `"${hash(bytes, 'base64url').slice(0, 27)}"`
}

/** @param {Buffer | string} data @param {'base64' | 'base64url'} encoding */
function hash(data, encoding) {
  return createHash('sha256').update(data).digest(encoding)
}

module.exports = { isOfPage, pageResponse }
