// The demo, as `npm start -- --load` runs it.

import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = path.resolve(fileURLToPath(new URL('.', import.meta.url)), '..', '..', '..')

/** The demo under load, and the address of its page. @param {number} workers */
export async function startDemo(workers) {
  const args = ['scripts/start.js', '--port', '0', '--workers', String(workers), '--load']
  const demo = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: demo.stdout })) {
    const [, url] = /open +(http:\S+\/metrics)/.exec(line) ?? []
    if (url !== undefined) return { demo, url }
  }
  throw new Error('the demo ended before it said where its page is')
}
