'use strict'

// One stage of `npm test`, in its own process, which reports its outcome to the parent.

const { stages } = require('./stages')

/** @typedef {{ outcome: 'passed' | 'failed' | 'skipped', detail: string }} End */

const [name = ''] = process.argv.slice(2)

try {
  const reason = stages[name]()
  tell(reason ? { outcome: 'skipped', detail: reason } : { outcome: 'passed', detail: '' })
} catch (error) {
  tell({ outcome: 'failed', detail: error instanceof Error ? error.message : String(error) })
}

function tell(/** @type {End} */ end) {
  process.send?.(end)
}
