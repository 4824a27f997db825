'use strict'

// A task that returns the id of its process.

module.exports = () => process.pid
