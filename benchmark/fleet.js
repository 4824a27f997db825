'use strict'

// What a fleet costs for each instance: `node benchmark/fleet.js` scrapes one instance with 1,000, 10,000 and 100,000 series by a real
// Prometheus that writes to a real VictoriaMetrics, both from Debian, and prints the table of docs/fleet.md. It takes three minutes.

const { fork } = require('node:child_process')
const { on, once } = require('node:events')
const fs = require('node:fs')
const path = require('node:path')
const { PrometheusServer } = require('../__test__/monitoring/prometheus-server')
const { VictoriaMetrics } = require('../__test__/fleet/victoria-metrics')
const { environment, setUpPrometheus, setUpVictoriaMetrics } = require('../scripts/oracles')
const { median } = require('./statistics')

const SERIES = [1000, 10_000, 100_000]
const SCRAPES = 15
const SCRAPE_SECONDS = 2
const MEGA = 1e6

/** Resident bytes of another process. @param {number | undefined} pid */
function residentOf(pid) {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

/** Bytes of live objects of a Go program, after a garbage collection. @param {string} origin */
async function liveBytesOf(origin) {
  await (await fetch(`${origin}/debug/pprof/heap?gc=1`)).arrayBuffer()
  const text = await (await fetch(`${origin}/metrics`)).text()
  return Number(/^go_memstats_(?:heap_)?alloc_bytes (.*)$/m.exec(text)?.[1])
}

/** @param {string} address @param {string} database */
function configOf(address, database) {
  return `
global: { scrape_interval: ${SCRAPE_SECONDS}s, scrape_timeout: ${SCRAPE_SECONDS}s }
scrape_configs: [{ job_name: shop, static_configs: [{ targets: ["${address}"] }] }]
remote_write: [{ url: "${database}/api/v1/write" }]
`
}

/** @param {number} series */
async function measure(series) {
  const [prometheus, victoriaMetrics] = [new PrometheusServer(), new VictoriaMetrics()]
  const file = path.join(__dirname, 'fleet-instance.js')
  const instance = fork(file, [String(series)], { execArgv: ['--expose-gc'] })
  try {
    const [[{ port }]] = await Promise.all([once(instance, 'message'), victoriaMetrics.start()])
    await prometheus.start({ 'prometheus.yml': configOf(`127.0.0.1:${port}`, victoriaMetrics.api.origin) })
    const scrapes = []
    for await (const [scrape] of on(instance, 'message')) if (scrapes.push(scrape) === SCRAPES) break
    const durations = await prometheus.api.samples(`scrape_duration_seconds[${SCRAPES * SCRAPE_SECONDS}s]`)
    const [samples] = await prometheus.query('scrape_samples_scraped')
    const resident = await (await fetch(`http://127.0.0.1:${port}/resident`)).text()
    return {
      samples: samples[1],
      seenMillis: median(durations[0][1].map(([, seconds]) => seconds * 1000)),
      millis: median(scrapes.map(({ millis }) => millis)),
      cpuMillis: median(scrapes.map(({ cpuMillis }) => cpuMillis)),
      bytes: median(scrapes.map(({ bytes }) => bytes)),
      resident: Number(resident),
      prometheus: { live: await liveBytesOf(prometheus.api.origin), resident: residentOf(prometheus.pid) },
      victoriaMetrics: {
        live: await liveBytesOf(victoriaMetrics.api.origin),
        resident: residentOf(victoriaMetrics.pid),
      },
    }
  } finally {
    instance.kill('SIGKILL')
    await Promise.all([prometheus.stop(), victoriaMetrics.stop()])
  }
}

/** Bytes for a series beyond those of a run without series. @param {any} run @param {any} empty @param {string} database */
function bytesPerSeries(run, empty, database) {
  const per = (key) => (run[database][key] - empty[database][key]) / (run.samples - empty.samples)
  return `${per('live').toFixed(0)} / ${per('resident').toFixed(0)}`
}

/** @param {string[]} cells */
const row = (cells) => `| ${cells.join(' | ')} |`

async function main() {
  const reason = setUpPrometheus() ?? setUpVictoriaMetrics()
  if (reason) throw new Error(reason)
  Object.assign(process.env, environment())
  const empty = await measure(0)
  console.log(
    row([
      'samples of a scrape',
      'scrape, as Prometheus sees it',
      'the same in the instance',
      'processor time of the instance',
      'bytes sent',
      'memory of the series',
      'Prometheus, live / resident bytes for a series',
      'VictoriaMetrics, live / resident bytes for a series',
    ]),
  )
  for (const series of SERIES) {
    const run = await measure(series)
    const { samples, seenMillis, millis, cpuMillis, bytes, resident } = run
    console.log(
      row([
        String(samples),
        ...[seenMillis, millis, cpuMillis].map((each) => `${each.toFixed(1)} ms`),
        ...[bytes, resident - empty.resident].map((each) => `${(each / MEGA).toFixed(2)} MB`),
        bytesPerSeries(run, empty, 'prometheus'),
        bytesPerSeries(run, empty, 'victoriaMetrics'),
      ]),
    )
  }
}

main()
