'use strict'

// The process of one contender of one case. Contenders share no call site and no heap, as a user's process has one metrics library.
// The messages are `open`, with the case; `measure`, any number of times; and `check`, which compares what was recorded with the calls.

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
// the parent has finished or died
process.on('disconnect', () => process.exit(0))

/** @param {any} message */
function reply(message) {
  process.send?.(message)
}
