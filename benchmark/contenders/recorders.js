'use strict'

// The two libraries that have recorders and aggregators, with one interface.

/** The same case for both. @param {(library: any) => any} open */
function metrixAndOurs(open) {
  return {
    tallystick: () => open(require('./tallystick')),
    metrix: () => open(require('./metrix')),
  }
}

module.exports = { metrixAndOurs }
