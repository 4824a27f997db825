'use strict'

// A tracked thread that never returns to its event loop.

const { trackWorker } = require('../..')

const worker = trackWorker({ id: 'stuck', app: 'demo' })

function spin() {
  for (;;);
}

setImmediate(() => worker.run(spin, 'spin'))
