'use strict'

// The families of default metrics: what is measured of a process, and of what only Node measures.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const { afterEach, describe, test } = require('node:test')
const { endAll, measured } = require('../support/default-metrics')
const { textOf } = require('../support/exposition-samples')
const { collectFully } = require('../support/garbage')
const { close, listen, request } = require('../support/http')
const { spin } = require('../support/metrics')
const { until } = require('../support/until')

const isBun = process.versions.bun !== undefined
afterEach(endAll)

/** The names of families and their types. @param {string} text */
function typesOf(text) {
  return Object.fromEntries([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]))
}

const OF_BOTH = {
  process_cpu_user_seconds_total: 'counter',
  process_cpu_system_seconds_total: 'counter',
  process_cpu_seconds_total: 'counter',
  process_start_time_seconds: 'gauge',
  process_resident_memory_bytes: 'gauge',
  process_virtual_memory_bytes: 'gauge',
  ...(process.platform === 'linux' && { process_heap_bytes: 'gauge' }),
  process_open_fds: 'gauge',
  process_max_fds: 'gauge',
  nodejs_version_info: 'gauge',
  nodejs_eventloop_lag_seconds: 'gauge',
  nodejs_eventloop_lag_min_seconds: 'gauge',
  nodejs_eventloop_lag_max_seconds: 'gauge',
  nodejs_eventloop_lag_mean_seconds: 'gauge',
  nodejs_eventloop_lag_stddev_seconds: 'gauge',
  nodejs_eventloop_lag_p50_seconds: 'gauge',
  nodejs_eventloop_lag_p90_seconds: 'gauge',
  nodejs_eventloop_lag_p99_seconds: 'gauge',
  nodejs_eventloop_delay_seconds: 'histogram',
  nodejs_thread_cpu_seconds_total: 'counter',
  nodejs_heap_size_total_bytes: 'gauge',
  nodejs_heap_size_used_bytes: 'gauge',
  nodejs_external_memory_bytes: 'gauge',
}

const OF_NODE = {
  nodejs_eventloop_utilization_summary: 'summary',
  nodejs_eventloop_utilization_histogram: 'histogram',
  nodejs_active_resources: 'gauge',
  nodejs_active_resources_total: 'gauge',
  nodejs_active_handles: 'gauge',
  nodejs_active_handles_total: 'gauge',
  nodejs_active_requests_total: 'gauge',
  nodejs_heap_space_size_total_bytes: 'gauge',
  nodejs_heap_space_size_used_bytes: 'gauge',
  nodejs_heap_space_size_available_bytes: 'gauge',
  nodejs_gc_duration_seconds: 'histogram',
}

const ALL = isBun ? OF_BOTH : { ...OF_BOTH, ...OF_NODE }

describe('a process', () => {
  test('has all families of its runtime, and no others', async () => {
    const { own } = measured()
    const open = fs.watch(__dirname)
    await collectFully()
    let types
    const read = async () => {
      types = typesOf(textOf((await own.prometheus()).body))
      return types
    }
    await until(read, (seen) => Object.keys(ALL).every((name) => name in seen), 'all families are there')
    open.close()
    delete types.nodejs_active_requests // only while there is one
    assert.deepEqual(types, ALL)
  })

  test('has the numbers that the runtime knows in other ways', async () => {
    const { read } = measured()
    const files = Array.from({ length: 50 }, () => fs.openSync(__filename))
    const before = process.cpuUsage()
    const samples = await read()
    const after = process.cpuUsage()
    for (const file of files) fs.closeSync(file)
    for (const kind of ['user', 'system']) {
      const seconds = samples[`process_cpu_${kind}_seconds_total`]
      assert.ok(before[kind] / 1e6 <= seconds + 0.02 && seconds <= after[kind] / 1e6 + 0.02, `${kind} ${seconds}`)
    }
    const { process_cpu_user_seconds_total: user, process_cpu_system_seconds_total: system } = samples
    assert.ok(Math.abs(samples.process_cpu_seconds_total - user - system) < 1e-6)
    assert.ok(Math.abs(samples.process_start_time_seconds - (Date.now() / 1000 - process.uptime())) < 3)
    const { rss, heapTotal } = process.memoryUsage()
    assert.ok(samples.process_resident_memory_bytes > rss / 2 && samples.process_resident_memory_bytes < rss * 2)
    assert.ok(samples.process_virtual_memory_bytes > samples.process_resident_memory_bytes / 2)
    assert.ok(
      samples.nodejs_heap_size_total_bytes > heapTotal / 4 && samples.nodejs_heap_size_total_bytes < heapTotal * 4,
    )
    assert.ok(samples.nodejs_heap_size_used_bytes > 0 && samples.nodejs_external_memory_bytes > 0)
    assert.ok(samples.process_open_fds >= 53 && samples.process_open_fds < samples.process_max_fds)
    assert.equal((await read()).process_open_fds < samples.process_open_fds - 40, true, 'closed files do not count')
    const [major, minor, patch] = process.version.slice(1).split('.')
    const version = `major="${major}",minor="${minor}",patch="${patch}",version="${process.version}"`
    assert.equal(samples[`nodejs_version_info{${version}}`], 1)
  })

  test('is read in snapshots too, where processor time is relative to the window', () => {
    const { own } = measured()
    const first = own.snapshotAndReset()
    assert.ok(first.gauges.process_resident_memory_bytes > 1e6)
    spin(60)
    const { process_cpu_seconds_total: seconds } = own.snapshot().counters
    assert.ok(seconds > 0.01 && seconds < first.counters.process_cpu_seconds_total + 10, `${seconds}`)
    assert.ok(own.value('process_cpu_seconds_total') > seconds)
  })

  test('has the families that a scrape asks for by name, and no others', async () => {
    const { own, read } = measured()
    own.inc('mine')
    const server = await listen((req, res) => own.handle(req, res))
    const delays = 'nodejs_eventloop_delay_seconds_count'
    await until(read, (samples) => samples[delays] > 0, 'there is a beat')
    for (const [name, expected] of [
      ['process_open_fds', 'process_open_fds'],
      ['process_cpu_seconds_total', 'process_cpu_seconds_total'],
      // of the timing of delays
      ['nodejs_eventloop_lag_p99_seconds', 'nodejs_eventloop_lag_p99_seconds'],
      [delays, 'nodejs_eventloop_delay_seconds'],
      ['nodejs_heap_size_used_bytes', 'nodejs_heap_size_used_bytes'],
    ]) {
      const { body } = await request(server.address().port, `/?name[]=${name}&name[]=mine_total`)
      assert.deepEqual(Object.keys(typesOf(body)).sort(), ['mine_total', expected].sort(), name)
    }
    await close(server)
  })

  test('has a prefix and labels on all series', async () => {
    const { read } = measured({ prefix: 'shop_', labels: { app: 'shop', zone: 7 } })
    await collectFully()
    const names = Object.keys(await until(read, (samples) => Object.keys(samples).length > 20, 'there is a beat'))
    const others = names.filter((name) => !/^shop_(process|nodejs)_.*app="shop".*zone="7"/.test(name))
    assert.deepEqual(others, [])
  })
})

describe('in Node', { skip: isBun && 'Bun does not measure these' }, () => {
  test('garbage collections are counted by kind, in the buckets that were asked for', async () => {
    const { read } = measured({ gcDurationBuckets: [0.0005, 1.005] })
    await collectFully()
    const count = 'nodejs_gc_duration_seconds_count{kind="major"}'
    const samples = await until(read, (now) => now[count] >= 5, 'collections are counted')
    const buckets = Object.keys(samples).filter((name) => /gc_duration_seconds_bucket.*"major"/.test(name))
    assert.deepEqual(
      buckets.map((name) => /le="([^"]*)"/.exec(name)[1]),
      ['0.0005', '1.005', '+Inf'],
    )
    const sum = samples['nodejs_gc_duration_seconds_sum{kind="major"}']
    assert.ok(sum > 0 && sum < 60)
  })

  test('what keeps the event loop alive is counted by type, and goes back to 0', async () => {
    const { read } = measured()
    const before = await read()
    const type = 'nodejs_active_handles{type="Server"}'
    const servers = await Promise.all([listen(() => {}), listen(() => {})])
    const during = await until(read, (now) => now[type] === 2, 'they are counted')
    assert.equal(during.nodejs_active_handles_total, before.nodejs_active_handles_total + 2)
    assert.equal(during['nodejs_active_resources{type="TCPServerWrap"}'], 2)
    for (const server of servers) await close(server)
    await until(read, (now) => now[type] === 0, 'they are gone')
  })

  test('heap spaces are measured', async () => {
    const { read } = measured()
    const samples = await read()
    for (const what of ['total', 'used']) {
      assert.ok(samples[`nodejs_heap_space_size_${what}_bytes{space="old"}`] > 100_000)
    }
  })
})
