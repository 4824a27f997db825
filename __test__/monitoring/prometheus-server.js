'use strict'

// A Prometheus for the tests, in a folder that is removed at the end, and its HTTP API.

const assert = require('node:assert/strict')
const { spawn } = require('node:child_process')
const { on, once } = require('node:events')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

/** Ends a process, unless it has already ended. @param {import('node:child_process').ChildProcess} child */
async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

class PrometheusServer {
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-prometheus-'))
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child
  #origin = ''

  /**
   * Starts it at any free port with these files; the config is `prometheus.yml`.
   * @param {Record<string, string>} files
   * @param {string[]} [options] of the command line
   */
  async start(files, options = []) {
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(this.#folder, name), text)
    const folder = (/** @type {string} */ name) => path.join(this.#folder, name)
    const args = [
      `--config.file=${folder('prometheus.yml')}`,
      `--storage.tsdb.path=${folder('data')}`,
      '--web.listen-address=127.0.0.1:0',
      ...options,
    ]
    const child = spawn(String(process.env.TALLYSTICK_PROMETHEUS), args, { stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child = child
    this.#origin = `http://${await printed(child.stderr, /msg="?Listening on"? .*?address=(\S+)\n/)}`
  }

  async stop() {
    if (this.#child) await ended(this.#child)
    fs.rmSync(this.#folder, { recursive: true, force: true })
  }

  /** The current samples of a query, as `[labels, value]`. @param {string} query */
  async query(query) {
    const { result } = await this.#get(`query?query=${encodeURIComponent(query)}`)
    return result.map(({ metric, value }) => [metric, Number(value[1])])
  }

  /** The firing alerts, as `name instance`. */
  async firing() {
    const { alerts } = await this.#get('alerts')
    const firing = alerts.filter(({ state }) => state === 'firing')
    return firing.map(({ labels }) => `${labels.alertname} ${labels.instance}`)
  }

  /** The labels of the scraped targets, and of the dropped ones. */
  async targets() {
    const { activeTargets, droppedTargets } = await this.#get('targets')
    return { active: activeTargets, dropped: droppedTargets }
  }

  /** @param {string} what */
  async #get(what) {
    const response = await fetch(`${this.#origin}/api/v1/${what}`)
    const { status, data, error } = await response.json()
    assert.equal(status, 'success', `${what}: ${error}`)
    return data
  }
}

/**
 * Reads the output of a process until it matches; the process continues.
 * @param {import('node:stream').Readable} output of it
 * @param {RegExp} wanted
 * @returns {Promise<string>} its first group
 */
async function printed(output, wanted) {
  let text = ''
  const [signal, close] = [AbortSignal.timeout(60_000), ['close']]
  try {
    for await (const [chunk] of on(output, 'data', { signal, close })) {
      text += chunk
      const found = wanted.exec(text)?.[1]
      if (found !== undefined) return found
    }
  } catch (cause) {
    throw new Error(`${wanted} is not in time in:\n${text}`, { cause })
  }
  throw new Error(`it ended without ${wanted}:\n${text}`)
}

module.exports = { PrometheusServer, ended, printed }
