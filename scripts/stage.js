'use strict'

// One stage of `npm test`, in a process of its own, which sends its outcome to its parent.

const { stages } = require('./stages')

/** @typedef {{ outcome: 'passed' | 'failed' | 'skipped', detail: string }} End */

const [name = ''] = process.argv.slice(2)

async function runStage() {
  try {
    const reason = await stages[name]()
    tell(reason ? { outcome: 'skipped', detail: reason } : { outcome: 'passed', detail: '' })
  } catch (error) {
    tell({ outcome: 'failed', detail: error instanceof Error ? error.message : String(error) })
  }
}

function tell(/** @type {End} */ end) {
  process.send?.(end)
}

runStage()
