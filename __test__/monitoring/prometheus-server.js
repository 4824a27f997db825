'use strict'

// A Prometheus for the tests, in a folder that is removed at the end, and its HTTP API.

const { spawn } = require('node:child_process')
const { on, once } = require('node:events')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { QueryApi } = require('./query-api')

/** Ends a process, unless it has already ended. @param {import('node:child_process').ChildProcess} child */
async function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

class PrometheusServer {
  /** @type {QueryApi | undefined} */
  #api
  #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-prometheus-'))
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child

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
    // these lines come in any order
    const ready = /^(?=[\s\S]*Server is ready)[\s\S]*?msg="?Listening on"? .*?address=(\S+)\n/
    this.#api = new QueryApi(`http://${await printed(child.stderr, ready)}`)
  }

  /** Replaces files, and lets it read its config again. @param {Record<string, string>} files */
  async reload(files) {
    const child = this.#child
    if (!child?.stderr) throw new Error('Prometheus is not started')
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(this.#folder, name), text)
    const loaded = printed(child.stderr, /(Completed loading of configuration file|Error reloading config)/)
    child.kill('SIGHUP')
    const outcome = await loaded
    if (outcome.startsWith('Error')) throw new Error('Prometheus refuses the config')
  }

  get api() {
    if (!this.#api) throw new Error('Prometheus is not started')
    return this.#api
  }

  get pid() {
    return this.#child?.pid
  }

  async stop() {
    if (this.#child) await ended(this.#child)
    fs.rmSync(this.#folder, { recursive: true, force: true })
  }

  /** The current samples of a query, as `[labels, value]`. @param {string} query */
  query(query) {
    return this.api.query(query)
  }

  /** The names of the families that a selector finds. @param {string} selector @returns {Promise<string[]>} */
  names(selector) {
    return this.api.get(`label/__name__/values?match[]=${encodeURIComponent(selector)}`)
  }

  /**
   * The stored exemplars of a query in the last hour, by series.
   * @param {string} query
   * @returns {Promise<{ seriesLabels: Record<string, string>, exemplars: { labels: Record<string, string>, value: string, timestamp: number }[] }[]>}
   */
  exemplars(query) {
    const now = Date.now() / 1000
    return this.api.get(`query_exemplars?query=${encodeURIComponent(query)}&start=${now - 3600}&end=${now + 60}`)
  }

  /** The firing alerts, as `name pool instance`. */
  async firing() {
    const { alerts } = await this.api.get('alerts')
    const firing = alerts.filter(({ state }) => state === 'firing')
    return firing.map(({ labels }) => `${labels.alertname} ${labels.pool ?? ''} ${labels.instance}`)
  }

  /** The labels of the scraped targets, and of the dropped ones. */
  async targets() {
    const { activeTargets, droppedTargets } = await this.api.get('targets')
    return { active: activeTargets, dropped: droppedTargets }
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
