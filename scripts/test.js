'use strict'

// `npm test`: sets up, then runs every stage, or those that are named: `npm test -- node rust`. A failure does not keep the
// other stages from running. With `--built` the addon that is here is tested as it is: a release tests its binaries.

const { main } = require('./command')
const { setUpPage } = require('./page')
const { setUpZig } = require('./portable')
const { setUp } = require('./setup')
const { stages } = require('./stages')

main(() => {
  const names = process.argv.slice(2).filter((argument) => argument !== '--built')
  const unknown = names.filter((name) => !Object.hasOwn(stages, name))
  if (unknown.length > 0)
    throw new Error(`no stage is called ${unknown.join(', ')}: there are ${Object.keys(stages).join(', ')}`)
  const chosen = Object.entries(stages).filter(([name]) => names.length === 0 || names.includes(name))
  if (process.argv.includes('--built')) setUpPage()
  else setUpToTest()
  const results = chosen.map(([name, stage]) => runStage(name, stage))
  report(results)
  if (results.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1
})

function setUpToTest() {
  const reason = setUpZig()
  if (reason) console.log(`setup: the binary will be for this machine and newer ones only: ${reason}`)
  setUp()
}

/**
 * @typedef {{ name: string, seconds: string, outcome: 'passed' | 'failed' | 'skipped', detail: string }} Result
 * @param {string} name @param {() => string | void} stage
 * @returns {Result}
 */
function runStage(name, stage) {
  console.log(`\n──── ${name}`)
  const started = performance.now()
  const [outcome, detail] = outcomeOf(stage)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`──── ${name} ${outcome} (${seconds} s)${detail && `: ${detail}`}`)
  return { name, seconds, outcome, detail }
}

/** @param {() => string | void} stage @returns {[Result['outcome'], string]} */
function outcomeOf(stage) {
  try {
    const reason = stage()
    return reason ? ['skipped', reason] : ['passed', '']
  } catch (error) {
    return ['failed', error instanceof Error ? error.message : String(error)]
  }
}

/** @param {Result[]} results */
function report(results) {
  console.log('\n──── all stages')
  for (const { name, seconds, outcome, detail } of results) {
    console.log(`${outcome.padEnd(8)}${name.padEnd(11)}${seconds.padStart(7)} s${detail && `  ${detail}`}`)
  }
  const count = (/** @type {string} */ outcome) => results.filter((result) => result.outcome === outcome).length
  const skipped = count('skipped') > 0 ? `, ${count('skipped')} skipped` : ''
  console.log(`stages: ${count('passed')} passed, ${count('failed')} failed${skipped}`)
}
