'use strict'

const assert = require('node:assert/strict')
const { execFileSync } = require('node:child_process')
const path = require('node:path')
const { after, before, describe, test } = require('node:test')
const { Collector, createMetrics, logStats, metrics } = require('..')

/**
 * Logs a new collector every millisecond. `interval()` waits for the next interval with lines and returns them. All lines of an
 * interval are printed synchronously, so it returns all of them.
 */
function logged(options = {}) {
  const collector = new Collector()
  let lines = []
  let wake = () => {}
  const log = (line) => {
    lines.push(line)
    wake()
  }
  const start = () => logStats({ interval: 1, collector, log, ...options })
  const interval = async () => {
    if (lines.length === 0) {
      await new Promise((resolve) => {
        wake = resolve
      })
    }
    const printed = lines
    lines = []
    return printed
  }
  return { collector, metrics: createMetrics(collector), start, interval }
}

/** The lines of the first interval after `record`. */
async function firstLines(record) {
  const { metrics: own, start, interval } = logged()
  record(own)
  const stop = start()
  const lines = await interval()
  stop()
  return lines
}

/** The process warnings with our code until `run` has ended. */
async function warningsDuring(run) {
  const warnings = []
  const keep = (warning) => warnings.push(warning)
  process.on('warning', keep)
  try {
    await run()
  } finally {
    process.off('warning', keep)
  }
  return warnings.filter(({ code }) => code === 'TALLYSTICK_LOG')
}

// The timers of logStats do not keep this process alive while their lines are awaited.
let alive
before(() => {
  alive = setInterval(() => {}, 60_000)
})
after(() => clearInterval(alive))

describe('logStats', () => {
  test('prints counters and gauges as name=value, sorted by name', async () => {
    const lines = await firstLines((own) => {
      own.inc('b.jobs', 3)
      own.inc('a.jobs', 0.5)
      own.inc('c.jobs', -2)
      own.gauge('b.depth').set(7)
    })
    assert.deepEqual(lines, ['a.jobs=0.5', 'b.depth=7', 'b.jobs=3', 'c.jobs=-2'])
  })

  test('prints timings among them, in milliseconds with at most three decimals', async () => {
    const lines = await firstLines((own) => {
      own.inc('a')
      own.observeMillis('b.draw', 1.2345678)
      own.observeMillis('c.draw', 2)
      own.inc('d')
    })
    assert.deepEqual(lines, [
      'a=1',
      'b.draw count=1 mean=1.235 p99=1.235 max=1.235',
      'c.draw count=1 mean=2 p99=2 max=2',
      'd=1',
    ])
  })

  test('prints histograms in their own unit', async () => {
    const lines = await firstLines((own) => {
      own.histogram('ratio').observe(0.000123456789)
      own.histogram('size').observe(1048576)
    })
    assert.deepEqual(lines, [
      'ratio count=1 mean=0.000123457 p99=0.000123457 max=0.000123457',
      'size count=1 mean=1048580 p99=1048580 max=1048580',
    ])
  })

  test('prints count, mean, p99 and max of several samples', async () => {
    const [line] = await firstLines((own) => {
      for (const milliseconds of [1, 2, 3]) own.observeMillis('draw', milliseconds)
    })
    const [, count, mean, p99, max] = /^draw count=(\d+) mean=([\d.]+) p99=([\d.]+) max=([\d.]+)$/.exec(line)
    assert.deepEqual([count, mean, max], ['3', '2', '3'])
    assert.ok(Math.abs(Number(p99) - 3) <= 0.03, p99)
  })

  test('prints labelled series under their keys', async () => {
    assert.deepEqual(await firstLines((own) => own.inc('http', 1, { method: 'GET' })), ['http{method="GET"}=1'])
  })

  test('prints one line for a name with line breaks and control characters', async () => {
    assert.deepEqual(await firstLines((own) => own.inc('a\nb=2\u001b[2J\u2028')), ['a\\u000ab=2\\u001b[2J\\u2028=1'])
  })

  test('prints in each interval only its activity, and the current gauges', async () => {
    const { metrics: own, start, interval } = logged()
    own.inc('first', 2)
    own.inc('both', 2)
    const stop = start()
    assert.deepEqual(await interval(), ['both=2', 'first=2'])
    own.inc('both', 5)
    assert.deepEqual(await interval(), ['both=5'])
    own.gauge('depth').set(4)
    assert.deepEqual(await interval(), ['depth=4'])
    assert.deepEqual(await interval(), ['depth=4'])
    stop()
  })

  test('does not affect other readers, and they do not affect it', async () => {
    const { metrics: own, start, interval } = logged()
    own.inc('jobs', 2)
    const stop = start()
    assert.equal(own.snapshotAndReset().counters.jobs, 2)
    assert.deepEqual(await interval(), ['jobs=2'])
    own.inc('jobs', 3)
    assert.deepEqual(await interval(), ['jobs=3'])
    assert.equal(own.snapshotAndReset().counters.jobs, 3)
    stop()
  })

  test('prints nothing after stop, which can be called again', async () => {
    const { collector, metrics: own, start, interval } = logged()
    const stopped = []
    const stop = logStats({ interval: 1, collector, log: (line) => stopped.push(line) })
    assert.equal(stop(), undefined)
    assert.equal(stop(), undefined)
    const stopOther = start()
    for (let i = 0; i < 3; i += 1) {
      own.inc('jobs')
      await interval()
    }
    stopOther()
    assert.deepEqual(stopped, [])
  })

  test('logs the default collector with console.log by default', async () => {
    const { log } = console
    metrics.inc('stats-log.default')
    const printed = new Promise((resolve) => {
      console.log = (line) => {
        if (line.startsWith('stats-log.default')) resolve(line)
      }
    })
    const stop = logStats({ interval: 1 })
    try {
      assert.equal(await printed, 'stats-log.default=1')
    } finally {
      stop()
      console.log = log
    }
  })

  test('uses real timers even if those of the global object are replaced', async () => {
    const { setInterval } = globalThis
    globalThis.setInterval = () => assert.fail('a fake timer was used')
    try {
      assert.deepEqual(await firstLines((own) => own.inc('jobs')), ['jobs=1'])
    } finally {
      globalThis.setInterval = setInterval
    }
  })

  test('does not keep the process alive', () => {
    const script = `
      const { logStats, metrics } = require(${JSON.stringify(path.resolve(__dirname, '..'))})
      logStats({ interval: 1 })
      logStats({ interval: 2 ** 31 - 1 })
      metrics.inc('jobs')`
    execFileSync(process.execPath, ['-e', script], { timeout: 60_000 })
  })
})

describe('a log function that fails', () => {
  test('still receives later lines and intervals, and causes one warning', async () => {
    const { collector, metrics: own, start, interval } = logged()
    const failed = []
    const warnings = await warningsDuring(async () => {
      const stopFailing = logStats({
        interval: 1,
        collector,
        log(line) {
          failed.push(line)
          throw new Error(`no room for ${line}`)
        },
      })
      const stop = start()
      for (let i = 0; i < 3; i += 1) {
        own.inc('a')
        own.inc('b')
        await interval()
      }
      stopFailing()
      stop()
    })
    assert.ok(failed.includes('a=1') && failed.includes('b=1'), failed.join())
    assert.ok(failed.length >= 4, failed.join())
    assert.equal(warnings.length, 1)
    assert.match(warnings[0].message, /^the log function of logStats failed: Error: no room for a=1/)
  })

  test('with a rejected promise causes a warning too', async () => {
    const collector = new Collector()
    createMetrics(collector).inc('jobs')
    const warnings = await warningsDuring(
      () =>
        new Promise((resolve) => {
          process.once('warning', resolve)
          const stop = logStats({
            interval: 1,
            collector,
            async log() {
              stop()
              throw new Error('no room')
            },
          })
        }),
    )
    assert.equal(warnings.length, 1)
  })

  test('with a value that is not an error causes a warning too', async () => {
    const collector = new Collector()
    createMetrics(collector).inc('jobs')
    const warnings = await warningsDuring(
      () =>
        new Promise((resolve) => {
          process.once('warning', resolve)
          const stop = logStats({
            interval: 1,
            collector,
            log() {
              stop()
              throw Object.create(null)
            },
          })
        }),
    )
    assert.match(warnings[0].message, /^the log function of logStats failed: object$/)
  })
})

describe('logStats rejects', () => {
  for (const [what, options, name, code] of [
    ['options of null', null, 'TypeError', 'ERR_TALLYSTICK_OPTIONS'],
    ['options that are no object', 1000, 'TypeError', 'ERR_TALLYSTICK_OPTIONS'],
    ['an interval that is no number', { interval: '1s' }, 'TypeError', 'ERR_TALLYSTICK_OPTIONS'],
    ['an interval of null', { interval: null }, 'TypeError', 'ERR_TALLYSTICK_OPTIONS'],
    ['an interval of 0', { interval: 0 }, 'RangeError', 'ERR_TALLYSTICK_OPTIONS'],
    ['an interval of NaN', { interval: Number.NaN }, 'RangeError', 'ERR_TALLYSTICK_OPTIONS'],
    ['an interval beyond timers', { interval: 2 ** 31 }, 'RangeError', 'ERR_TALLYSTICK_OPTIONS'],
    ['a collector that is none', { collector: {} }, 'TypeError', 'ERR_TALLYSTICK_COLLECTOR'],
    ['a collector of null', { collector: null }, 'TypeError', 'ERR_TALLYSTICK_COLLECTOR'],
    ['a log that is no function', { log: 'console' }, 'TypeError', 'ERR_TALLYSTICK_FUNCTION'],
    ['a log of null', { log: null }, 'TypeError', 'ERR_TALLYSTICK_FUNCTION'],
  ]) {
    test(`${what} with ${code}`, () => {
      assert.throws(() => logStats(options), { name, code })
    })
  }
})
