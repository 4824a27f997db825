'use strict'

// The runtime that the contenders run in. The command itself runs in any Node.js that we support.

const { bunPath } = require('../scripts/bun')
const { nodePath, setUpNode } = require('../scripts/nodes')

/** The oldest line of Node.js that all peers support. */
const OLDEST = 22

/**
 * @param {{ bun: boolean, node?: string }} options `node` is a line; default: that of the Node.js that runs this, or the oldest that
 *   all peers support
 * @returns {{ name: 'Node.js' | 'Bun', program: string }}
 * @throws Error if there is no such runtime, and it cannot be fetched
 */
function findRuntime({ bun, node = usualLine() }) {
  if (bun) return { name: 'Bun', program: found(bunPath(), 'there is no bun for this platform in node_modules') }
  const failure = setUpNode(node)
  return { name: 'Node.js', program: found(nodePath(node), `${failure}; --node takes another line`) }
}

function usualLine() {
  const own = process.versions.node.split('.')[0]
  return Number(own) >= OLDEST ? own : String(OLDEST)
}

/** @param {string | undefined} program @param {string} failure */
function found(program, failure) {
  if (program === undefined) throw new Error(failure)
  return program
}

module.exports = { findRuntime }
