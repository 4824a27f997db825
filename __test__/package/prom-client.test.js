'use strict'

// The default metrics of prom-client and of its successor, and ours, of one process: names, types, help, labels and values.

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { Collector, collectDefaultMetrics, createMetrics } = require('../..')
const { consumerFolder } = require('../../scripts/consumers')
const { samplesOf, textOf } = require('../support/exposition-samples')
const { collectFully } = require('../support/garbage')
const { close, listen } = require('../support/http')
const { spin } = require('../support/metrics')

const modules = path.join(consumerFolder('prom-client'), 'node_modules')

/** The families of an exposition: type, help, and the samples by name. @param {string} text */
function familiesOf(text) {
  const samples = Object.entries(samplesOf(Buffer.from(text)))
  const helps = new Map([...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name, help]) => [name, help]))
  const families = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => {
    const isOwn = ([sample]) => /^[^{]*/.exec(sample)[0].replace(endings(type), '') === name
    return [name, { type, help: helps.get(name), samples: Object.fromEntries(samples.filter(isOwn)) }]
  })
  return Object.fromEntries(families)
}

/** A request that is active until it is ended: nobody has opened the other side of a pipe. */
function openRequest() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-'))
  const pipe = path.join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const opened = new Promise((resolve) => fs.open(pipe, 'r', (_, file) => resolve(file)))
  return async () => {
    fs.closeSync(fs.openSync(pipe, 'w'))
    fs.closeSync(await opened)
    fs.rmSync(folder, { recursive: true })
  }
}

function endings(type) {
  return { histogram: /_(bucket|sum|count)$/, summary: /_(sum|count)$/ }[type] ?? /$^/
}

/** The label names of all samples of a family. @param {Record<string, number>} samples */
function labelNames(samples) {
  const names = Object.keys(samples).flatMap((sample) => [...sample.matchAll(/(\w+)="/g)].map(([, name]) => name))
  return [...new Set(names)].sort()
}

/** How far apart the values of two clients may be that do not read them at the same moment. */
const TOLERANCES = {
  process_cpu: (theirs, ours) => ours >= theirs && ours < theirs + 60,
  process_start_time_seconds: (theirs, ours) => Math.abs(theirs - ours) < 3,
  process_open_fds: (theirs, ours) => Math.abs(theirs - ours) < 10,
  process_max_fds: (theirs, ours) => theirs === ours,
  nodejs_version_info: (theirs, ours) => theirs === ours,
  nodejs_active: (theirs, ours) => Math.abs(theirs - ours) <= 2,
  nodejs_eventloop: (_, ours) => ours >= 0 && ours < 60,
  process_: (theirs, ours) => Math.abs(Math.log2(ours / theirs)) < 1,
  nodejs_heap_size: (theirs, ours) => Math.abs(Math.log2(ours / theirs)) < 1,
  nodejs_external: (theirs, ours) => Math.abs(Math.log2(ours / theirs)) < 1,
  // what is free in a space changes with each allocation
  nodejs_heap_space_size_available: (_, ours) => ours >= 0 && ours < 1e8,
  nodejs_heap_space: (theirs, ours) =>
    ours >= 0 && (theirs > 4e6 ? Math.abs(Math.log2(ours / theirs)) < 2 : ours < 5e7),
}

function assertPlausible(family, theirs, ours) {
  const [, isPlausible] = Object.entries(TOLERANCES).find(([name]) => family.startsWith(name))
  for (const [sample, value] of Object.entries(theirs)) {
    // while it measures, prom-client has an immediate of its own
    const absent = sample === 'nodejs_active_resources{type="Immediate"}' ? 0 : undefined
    const mine = ours[sample] ?? ours[withSortedLabels(sample)] ?? absent
    assert.ok(mine !== undefined, `${sample} is missing`)
    assert.ok(isPlausible(value, mine), `${sample} is ${value} and ${mine}`)
  }
}

function withSortedLabels(sample) {
  return sample.replace(/\{(.*)\}/, (_, labels) => `{${labels.split(',').sort().join(',')}}`)
}

for (const client of ['prom-client', '@prometheus-io/client']) {
  describe(client, () => {
    let theirs
    let ours
    let server
    let stop
    let endRequest

    before(async () => {
      const { collectDefaultMetrics: collectTheirs, Registry } = require(path.join(modules, client))
      const register = new Registry()
      const own = createMetrics(new Collector())
      server = await listen(() => {})
      endRequest = openRequest()
      collectTheirs({ register })
      stop = collectDefaultMetrics({ collector: own.collector, eventLoopMonitoringPrecision: 10 })
      await register.metrics()
      await collectFully()
      spin(150)
      const deadline = performance.now() + 30_000
      do {
        await collectFully()
        theirs = familiesOf(await register.metrics())
        ours = familiesOf(textOf((await own.prometheus()).body))
      } while (Object.keys(theirs).some((name) => !(name in ours)) && performance.now() < deadline)
    })

    after(async () => {
      stop()
      await endRequest()
      await close(server)
      // its timer and its observer cannot be stopped, and keep nothing alive
    })

    test('has no family that is missing here, nor of another type or help', () => {
      const described = (families) =>
        Object.fromEntries(Object.entries(families).map(([name, { type, help }]) => [name, { type, help }]))
      const names = Object.keys(theirs)
      assert.ok(names.length >= 29, `${names.length} families`)
      const mine = described(ours)
      assert.deepEqual(Object.fromEntries(names.map((name) => [name, mine[name]])), described(theirs))
    })

    test('has series with the same labels', () => {
      for (const [name, { samples }] of Object.entries(theirs)) {
        assert.deepEqual(labelNames(ours[name].samples), labelNames(samples), name)
      }
    })

    test('has values that are the same as far as they can be', () => {
      for (const [name, { type, samples }] of Object.entries(theirs)) {
        if (type === 'gauge' || type === 'counter') assertPlausible(name, samples, ours[name].samples)
      }
    })

    test('has histograms of the same buckets, with as many collections and intervals', () => {
      const collections = 'nodejs_gc_duration_seconds'
      const count = `${collections}_count{kind="major"}`
      assert.ok(ours[collections].samples[count] >= theirs[collections].samples[count])
      for (const name of [collections, 'nodejs_eventloop_utilization_histogram']) {
        if (name in theirs) assert.deepEqual(bounds(ours[name]), bounds(theirs[name]), name)
      }
    })

    test('has summaries of the same quantiles', () => {
      const summaries = Object.keys(theirs).filter((name) => theirs[name].type === 'summary')
      assert.equal(summaries.length, client === 'prom-client' ? 0 : 1)
      for (const name of summaries) assert.deepEqual(bounds(ours[name]), bounds(theirs[name]), name)
    })
  })
}

function bounds({ samples }) {
  return [...new Set(Object.keys(samples).flatMap((sample) => /(?:le|quantile)="([^"]*)"/.exec(sample)?.[1] ?? []))]
}
