'use strict'

// Active requests of libuv. The function is undocumented, and what prom-client calls.

const { activeGroup, classNames } = require('./active')

/** @type {{ _getActiveRequests?: () => unknown[] }} */
const undocumented = /** @type {any} */ (process)

module.exports = activeGroup(
  'requests',
  [
    'Number of active libuv requests grouped by request type. Every request type is C++ class name.',
    'Total number of active requests.',
  ],
  () => classNames(undocumented._getActiveRequests?.()),
)
