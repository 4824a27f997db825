'use strict'

// One instance of a fleet, with as many series as its argument says: half of them counters, half of them those of timings. It serves
// /metrics, and reports to its parent what each scrape costs.

const http = require('node:http')
const { collectDefaultMetrics, metrics } = require('..')
const { residentBytes } = require('./resident')

/** A timing with the default bounds: its buckets with that of infinity, its sum and its count. */
const SERIES_OF_TIMING = 16
const ROUTES = 50
const METHODS = ['GET', 'POST', 'PUT', 'DELETE']
const STATUSES = [200, 201, 304, 404]
const LONGEST_MILLIS = 500

/** Labels as those of an API. @param {number} index */
function labelsOf(index) {
  return {
    method: METHODS[index % METHODS.length],
    route: `/api/v1/resource-${index % ROUTES}`,
    status: STATUSES[index % STATUSES.length],
    tenant: `tenant-${index}`,
  }
}

/** @param {number} series */
function handlesOf(series) {
  const requests = metrics.counter({ name: 'requests', help: 'Requests answered' })
  const durations = metrics.timing({ name: 'request.duration', help: 'From the request to the response' })
  const half = series / 2
  const counters = Array.from({ length: half }, (_, index) => requests.labels(labelsOf(index)))
  const timings = Array.from({ length: Math.round(half / SERIES_OF_TIMING) }, (_, index) =>
    durations.labels(labelsOf(index)),
  )
  return { counters, timings }
}

/** Every series changes, as a database must store. @param {ReturnType<typeof handlesOf>} handles */
function record({ counters, timings }) {
  for (const counter of counters) counter.inc()
  for (const timing of timings) timing.observeMillis(Math.random() * LONGEST_MILLIS)
}

/** @param {string} argument */
async function main(argument) {
  collectDefaultMetrics()
  await metrics.prometheus()
  const before = await residentBytes()
  const handles = handlesOf(Number(argument))
  record(handles)
  const server = http.createServer((request, response) => {
    if (request.url === '/resident') return void answerResident(response, before)
    const [began, cpu, written] = [performance.now(), process.cpuUsage(), request.socket.bytesWritten]
    response.once('finish', () => {
      const { user, system } = process.cpuUsage(cpu)
      const bytes = request.socket.bytesWritten - written
      process.send?.({ millis: performance.now() - began, cpuMillis: (user + system) / 1000, bytes })
      setImmediate(record, handles)
    })
    metrics.handle(request, response)
  })
  server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }))
}

/** @param {http.ServerResponse} response @param {number} before the resident bytes without series */
async function answerResident(response, before) {
  response.end(String((await residentBytes()) - before))
}

main(process.argv[2])
