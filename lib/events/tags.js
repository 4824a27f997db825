'use strict'

// Tags: the labels of a recorder's series, and the data of its events.

const { labelPairs } = require('../record/label-strings')

/**
 * Tags as they are now, checked: events carry the same that the series was made with.
 * @param {import('../..').Labels | null | undefined} tags
 */
function copiedTags(tags) {
  if (tags === undefined || tags === null) return undefined
  labelPairs(tags)
  return Object.freeze({ ...tags })
}

/** The fields that all events of an instrument share. @param {string} name @param {import('../..').Labels} [tags] */
function eventAbout(name, tags) {
  return tags === undefined ? { name } : { name, tags }
}

module.exports = { copiedTags, eventAbout }
