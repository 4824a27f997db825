'use strict'

// Resources that keep the event loop alive.

const { activeGroup } = require('./active')

module.exports = activeGroup(
  'resources',
  [
    'Number of active resources that are currently keeping the event loop alive, grouped by async resource type.',
    'Total number of active resources.',
  ],
  () => process.getActiveResourcesInfo?.(),
)
