'use strict'

// How names become those of Prometheus, where a family does not follow our own rules: OpenTelemetry's strategies.

const NO_TRANSLATION = 'NoTranslation'

/** By their numbers in Rust. */
const TRANSLATIONS = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  NO_TRANSLATION,
  'UnderscoreEscapingWithoutUnits',
]

module.exports = { NO_TRANSLATION, TRANSLATIONS }
