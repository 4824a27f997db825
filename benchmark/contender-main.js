'use strict'

// The process of one contender of one case. Each has its own, so that no call site and no heap is shared by two contenders:
// a user's process has one metrics library too. It opens when told the case, measures whenever asked, and at last checks what
// it recorded.

const { findCase } = require('./cases')
const { becomeOrdinary } = require('./ordinary')

/** @type {{ measure: () => any, check?: () => any } | undefined} */
let opened

/** @type {Record<string, (message: any) => any>} */
const answers = {
  async open({ caseName, contender, parameters }) {
    becomeOrdinary()
    opened = await findCase(caseName).contenders[contender](parameters)
  },
  measure: () => opened?.measure(),
  check: () => opened?.check?.(),
}

process.on('message', async (/** @type {any} */ message) => {
  try {
    reply({ value: await answers[message.ask](message) })
  } catch (error) {
    reply({ error: error instanceof Error ? error.message : String(error) })
  }
})
// the parent is done, or gone
process.on('disconnect', () => process.exit(0))

/** @param {any} message */
function reply(message) {
  process.send?.(message)
}
