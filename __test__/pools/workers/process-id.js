'use strict'

// A task that tells in which process it ran.

module.exports = () => process.pid
