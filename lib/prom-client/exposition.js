'use strict'

// The text of metrics whose values Rust does not have, as prom-client writes it: objects with `get()` that users register, and
// aggregated metrics.

/** @param {number} value */
function numberText(value) {
  if (Number.isFinite(value)) return `${value}`
  if (Number.isNaN(value)) return 'Nan'
  return value < 0 ? '-Inf' : '+Inf'
}

/** @param {string} text */
function escapeText(text) {
  return text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')
}

/** @param {Record<string, any>} labels @param {Record<string, any>} [without] labels that are written elsewhere */
function labelTexts(labels, without = {}) {
  const own = Object.entries(labels).filter(([name]) => !Object.hasOwn(without, name))
  return own.map(([name, value]) => `${name}="${labelText(value)}"`)
}

/** @param {unknown} value */
function labelText(value) {
  return typeof value === 'string' ? escapeText(value).replace(/"/g, '\\"') : value
}

/**
 * @param {import('./types').MetricReading} metric
 * @param {{ defaults: Record<string, any>, isOpenMetrics: boolean }} options
 */
function metricText(metric, { defaults, isOpenMetrics }) {
  const name = escapeText(metric.name)
  const suffix = isOpenMetrics && metric.type === 'counter' ? '_total' : ''
  const lines = [`# HELP ${name} ${escapeText(`${metric.help}`)}`, `# TYPE ${name} ${metric.type}`]
  for (const sample of metric.values ?? []) {
    const { metricName = name, labels = {}, sharedLabels = {}, exemplar } = sample
    const texts = [...labelTexts(withDefaults(labels, defaults), sharedLabels), ...labelTexts(sharedLabels)]
    const labelled = texts.length === 0 ? '' : `{${texts.join(',')}}`
    const shown = exemplar && isOpenMetrics ? exemplarText(exemplar) : ''
    lines.push(`${metricName}${suffix}${labelled} ${numberText(sample.value)}${shown}`)
  }
  return lines.join('\n')
}

/** @param {{ labelSet: Record<string, any>, value: number, timestamp: number }} exemplar */
function exemplarText({ labelSet, value, timestamp }) {
  return ` # {${labelTexts(labelSet).join(',')}} ${numberText(value)} ${timestamp}`
}

/** @param {Record<string, any>} labels @param {Record<string, any>} defaults */
function withDefaults(labels, defaults) {
  const all = { ...labels }
  for (const [name, value] of Object.entries(defaults)) all[name] ??= value
  return all
}

module.exports = { metricText, withDefaults }
