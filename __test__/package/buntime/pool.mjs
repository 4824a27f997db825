// A pool of workers that behaves like Buntime's: a bounded cache of persistent workers, workers for a single request behind a gate,
// and figures of both. A worker here serves the files of its folder without a thread.

import path from 'node:path'

const MEGABYTE = 2 ** 20
const CONCURRENCY = 2
const QUEUE_LIMIT = 100

const rounded = (number) => Math.round(number * 100) / 100
const average = (total, count) => (count > 0 ? rounded(total / count) : 0)

export class Pool {
  /** Added to the clock, so that a test decides when workers become idle. */
  skew = 0
  #maxSize
  /** @type {Map<string, any>} the least recently used first */
  #cache = new Map()
  #oneShot = new Map()
  #history = new Map()
  #active = 0
  #queue = []
  #times = []
  #counts = { evictions: 0, hits: 0, misses: 0, requests: 0, created: 0, failed: 0, retired: 0 }
  #started = Date.now()

  constructor({ maxSize }) {
    this.#maxSize = maxSize
  }

  get #now() {
    return Date.now() + this.skew
  }

  async fetch(folder, config, request) {
    if (config.ttl > 0) return this.#serve(folder, config, request)
    if (this.#active >= CONCURRENCY) await new Promise((resolve) => this.#queue.push(resolve))
    this.#active++
    try {
      return await this.#serve(folder, config, request)
    } finally {
      this.#active--
      this.#queue.shift()?.()
    }
  }

  async #serve(folder, config, request) {
    const started = performance.now()
    const key = await keyOf(folder)
    const worker = this.#workerOf(key, config)
    worker.requestCount++
    worker.usedAt = this.#now
    const response = await serveStatic(path.join(folder, config.entrypoint ?? 'index.html'), request)
    const took = performance.now() - started
    if (config.ttl > 0) worker.total += took
    else this.#recordOneShot(key, took)
    return response
  }

  #workerOf(key, config) {
    this.#counts.requests++
    this.#times.push(0.1)
    const existing = config.ttl > 0 ? this.#cache.get(key) : undefined
    if (existing) {
      this.#counts.hits++
      return existing
    }
    this.#counts.misses++
    this.#counts.created++
    const worker = { createdAt: this.#now, usedAt: this.#now, requestCount: 0, total: 0, config }
    if (config.ttl > 0) {
      this.#cache.set(key, worker)
      if (this.#cache.size > this.#maxSize) this.#evict(this.#cache.keys().next().value)
    }
    return worker
  }

  #evict(key) {
    this.#counts.evictions++
    this.retire(key)
  }

  /** A retired worker stays listed, as `offline`. */
  retire(key) {
    const worker = this.#cache.get(key)
    this.#cache.delete(key)
    this.#counts.retired++
    const { requestCount = 0, total = 0 } = this.#history.get(key) ?? {}
    this.#history.set(key, { requestCount: requestCount + worker.requestCount, total: total + worker.total })
  }

  /** A worker that has ended stays listed, as `ephemeral`. */
  #recordOneShot(key, took) {
    const { requestCount = 0, total = 0 } = this.#oneShot.get(key) ?? {}
    this.#oneShot.set(key, { requestCount: requestCount + 1, total: total + took, last: took })
  }

  getMetrics() {
    const { evictions, hits, misses, requests, created, failed, retired } = this.#counts
    const uptimeMs = Date.now() - this.#started
    return {
      activeWorkers: this.#cache.size,
      avgResponseTimeMs: average(
        this.#times.reduce((sum, time) => sum + time, 0),
        this.#times.length,
      ),
      evictions,
      hitRate: rounded((hits / (hits + misses || 1)) * 100),
      hits,
      memoryUsageMB: rounded(process.memoryUsage().heapUsed / MEGABYTE),
      misses,
      requestsPerSecond: rounded(requests / (uptimeMs / 1000)),
      totalRequests: requests,
      totalWorkersFailed: failed,
      totalWorkersCreated: created,
      totalWorkersRetired: retired,
      uptimeMs,
      ephemeralConcurrency: CONCURRENCY,
      ephemeralQueueDepth: this.#queue.length,
      ephemeralQueueLimit: QUEUE_LIMIT,
    }
  }

  getWorkerStats() {
    const stats = {}
    for (const [key, past] of this.#history) stats[key] = statsOf('offline', past, { ageMs: 0, idleMs: 0 })
    for (const [key, past] of this.#oneShot) {
      const last = { lastRequestCount: 1, lastResponseTimeMs: rounded(past.last) }
      stats[key] = { ...statsOf('ephemeral', past, { ageMs: Math.round(past.last), idleMs: 0 }), ...last }
    }
    for (const [key, worker] of this.#cache) {
      const idleMs = this.#now - worker.usedAt
      const status = idleMs < worker.config.idleTimeout * 1000 ? 'active' : 'idle'
      const { requestCount = 0, total = 0 } = this.#history.get(key) ?? {}
      const all = { requestCount: requestCount + worker.requestCount, total: total + worker.total }
      stats[key] = statsOf(status, all, { ageMs: this.#now - worker.createdAt, idleMs })
    }
    return stats
  }
}

function statsOf(status, { requestCount, total }, times) {
  const totals = { avgResponseTimeMs: average(total, requestCount), totalResponseTimeMs: rounded(total) }
  return { ...times, ...totals, errorCount: 0, requestCount, status }
}

/** `name@version`: of the folder `name@version`, or of `name/version`; the version in a package.json takes precedence. */
async function keyOf(folder) {
  const [parent, last] = folder.split('/').slice(-2)
  const [name, version = 'latest'] = /^\d+\.\d+\.\d+/.test(last) ? [parent, last] : last.split('@')
  try {
    return `${name}@${(await Bun.file(path.join(folder, 'package.json')).json()).version ?? version}`
  } catch {
    return `${name}@${version}`
  }
}

/** A file beside the entry, or else the entry. */
async function serveStatic(entry, request) {
  const wanted = path.join(path.dirname(entry), new URL(request.url).pathname)
  const file = Bun.file(wanted)
  return new Response((await file.exists()) ? file : Bun.file(entry))
}
