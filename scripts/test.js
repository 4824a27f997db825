'use strict'

// `npm test`: sets up, then runs every stage, or only the named ones: `npm test -- node rust`. After a failure the other stages still
// run, and its last output is repeated at the end. `--built` tests the present addon without a build, as a release does.

const { spawn } = require('node:child_process')
const path = require('node:path')
const { main } = require('./command')
const { setUpPage } = require('./page')
const { setUpZig } = require('./portable')
const { setUp } = require('./setup')
const { stages } = require('./stages')

/** Enough for the failures that test runners list at the end. */
const TAIL_LINES = 80

main(async () => {
  const names = process.argv.slice(2).filter((argument) => argument !== '--built')
  const unknown = names.filter((name) => !Object.hasOwn(stages, name))
  if (unknown.length > 0)
    throw new Error(`unknown stage ${unknown.join(', ')}: the stages are ${Object.keys(stages).join(', ')}`)
  const chosen = Object.keys(stages).filter((name) => names.length === 0 || names.includes(name))
  if (process.argv.includes('--built')) setUpPage()
  else setUpToTest()
  const results = []
  for (const name of chosen) results.push(await runStage(name))
  report(results)
  if (results.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1
})

function setUpToTest() {
  const reason = setUpZig()
  if (reason) console.log(`setup: the binary will run only on this machine and newer systems: ${reason}`)
  setUp()
}

/**
 * @typedef {import('./stage').End & { name: string, seconds: string, tail: string[] }} Result
 * @param {string} name
 * @returns {Promise<Result>}
 */
async function runStage(name) {
  console.log(`\n──── ${name}`)
  const started = performance.now()
  const { outcome, detail, tail } = await ended(name)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`──── ${name} ${outcome} (${seconds} s)${detail && `: ${detail}`}`)
  return { name, seconds, outcome, detail, tail }
}

/**
 * Runs a stage and shows its output. Returns its outcome and the last lines of the output.
 * @param {string} name
 * @returns {Promise<import('./stage').End & { tail: string[] }>}
 */
function ended(name) {
  // its output is a pipe, where ours may be a terminal
  const colours = process.stdout.isTTY ? { FORCE_COLOR: '1', CARGO_TERM_COLOR: 'always' } : {}
  const stage = spawn(process.execPath, [path.join(__dirname, 'stage.js'), name], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...colours },
  })
  let printed = ''
  const show = (/** @type {string} */ text) => {
    process.stdout.write(text)
    printed = (printed + text).split('\n').slice(-TAIL_LINES).join('\n')
  }
  stage.stdout?.setEncoding('utf8').on('data', show)
  stage.stderr?.setEncoding('utf8').on('data', show)
  /** @type {import('./stage').End} */
  let end = { outcome: 'failed', detail: 'it exited without an outcome' }
  stage.on('message', (outcome) => {
    end = /** @type {import('./stage').End} */ (outcome)
  })
  return new Promise((resolve, reject) => {
    stage.on('error', reject)
    stage.on('close', () => resolve({ ...end, tail: printed.split('\n') }))
  })
}

/** @param {Result[]} results */
function report(results) {
  for (const { name, tail } of results.filter(({ outcome }) => outcome === 'failed')) {
    console.log(`\n──── ${name} failed; its last output`)
    console.log(tail.join('\n'))
  }
  console.log('\n──── all stages')
  for (const { name, seconds, outcome, detail } of results) {
    console.log(`${outcome.padEnd(8)}${name.padEnd(11)}${seconds.padStart(7)} s${detail && `  ${detail}`}`)
  }
  const count = (/** @type {string} */ outcome) => results.filter((result) => result.outcome === outcome).length
  const skipped = count('skipped') > 0 ? `, ${count('skipped')} skipped` : ''
  console.log(`stages: ${count('passed')} passed, ${count('failed')} failed${skipped}`)
}
