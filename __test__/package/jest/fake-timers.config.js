'use strict'

module.exports = { fakeTimers: { enableGlobally: true } }
