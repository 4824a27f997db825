'use strict'

// Active handles of libuv. The function is undocumented, and what prom-client calls.

const { activeGroup, classNames } = require('./active')

/** @type {{ _getActiveHandles?: () => unknown[] }} */
const undocumented = /** @type {any} */ (process)

module.exports = activeGroup(
  'handles',
  [
    'Number of active libuv handles grouped by handle type. Every handle type is C++ class name.',
    'Total number of active handles.',
  ],
  () => classNames(undocumented._getActiveHandles?.()),
)
