'use strict'

// RESULTS.md: one part for each runtime. A run replaces the part of its own runtime.

const { sections } = require('./cases')
const { describeMachine, load } = require('./machine')
const { markdownTable, missedBars } = require('./table')

const RUNTIMES = ['Node.js', 'Bun']
const HEAD = `# Tallystick beside its peers

Made by \`npm run benchmark\`, and Bun's part by \`npm run benchmark -- --bun\`. Lower is better. Each contender has processes of its
own, in which an ArrayBuffer was detached. Contenders take turns within a round, and a value is the median of the rounds. At the end
of a process, what was recorded is read back and must be exactly the sum of the calls; a contender that lost any is left out.

The ratio is the time of the faster of prom-client and @prometheus-io/client divided by ours; the bar names the contenders where it
compares with others, and "all four" are all columns with labels. Marked "of", the ratio is ours divided by theirs.`

/**
 * @typedef {object} Run
 * @property {string} program
 * @property {string} loadBefore
 * @property {(import('./table').Row & { section: string })[]} rows
 * @property {{ caseName: string, contender: string, reason: string }[]} absences
 * @property {number} [rounds] if the command line gave it
 */

/** What a run measured. @param {Run} run @returns {string} Markdown */
function describeRun({ program, loadBefore, rows, absences, rounds }) {
  const { machine, runtime, peers } = describeMachine(program)
  const date = new Date().toISOString().slice(0, 10)
  return [
    `- ${runtime}, on ${date}; load average ${loadBefore} before, ${load()} after${rounds ? `; ${rounds} rounds only` : ''}`,
    `- Machine: ${machine}`,
    `- Peers: ${peers}`,
    ...tables(rows),
    ...verdict(rows),
    ...leftOut(absences),
  ].join('\n')
}

/** @param {Run['rows']} rows */
function tables(rows) {
  return Object.entries(sections).flatMap(([section, title]) => {
    const own = rows.filter((row) => row.section === section)
    return own.length === 0 ? [] : ['', `### ${title}`, '', markdownTable(own)]
  })
}

/** @param {Run['rows']} rows */
function verdict(rows) {
  const missed = missedBars(rows)
  if (missed.length > 0) return ['', 'Bars not met:', '', ...missed.map((title) => `- ${title}`)]
  return rows.some(({ bars }) => bars.some(({ value }) => value !== undefined)) ? ['', 'Every bar is met.'] : []
}

/** @param {Run['absences']} absences */
function leftOut(absences) {
  if (absences.length === 0) return []
  const lines = absences.map(
    ({ caseName, contender, reason }) => `- ${caseName}: ${contender} (${reason.split('\n')[0]})`,
  )
  return ['', 'Left out:', '', ...lines]
}

/**
 * The file with the part of one runtime replaced.
 * @param {string} before the whole file, or nothing
 * @param {string} runtime
 * @param {string} part
 * @returns {string}
 */
function withPart(before, runtime, part) {
  const parts = RUNTIMES.map((name) => [name, name === runtime ? part : partOf(before, name)])
  const present = parts.filter(([, text]) => text !== undefined).map(([name, text]) => `## ${name}\n\n${text}`)
  return `${[HEAD, ...present].join('\n\n')}\n`
}

/** @param {string} file @param {string} runtime @returns {string | undefined} */
function partOf(file, runtime) {
  const [, after] = file.split(`\n## ${runtime}\n`)
  return after?.split('\n## ')[0].trim()
}

module.exports = { describeRun, withPart }
