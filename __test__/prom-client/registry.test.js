'use strict'

// Registries with prom-client's interface.

const assert = require('node:assert/strict')
const { describe, test } = require('node:test')
const client = require('../../prom-client')
const { collectFully } = require('../support/garbage')

const { Counter, Gauge, Histogram, Registry, Summary, register } = client
const help = 'Help'
const PROMETHEUS = 'text/plain; version=0.0.4; charset=utf-8'
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8'

/** A metric that users implement. @param {string} name @param {any[]} [values] */
function foreign(name, values = [{ value: 12, labels: { code: '3"03' } }, { value: Number.NaN }]) {
  return { name, get: async () => ({ name, type: 'counter', help: 'with \\ and \n in it', values }) }
}

describe('the module', () => {
  test('has the names of prom-client and of its successor', () => {
    assert.deepEqual(Object.keys(client).sort(), [
      'AggregatorRegistry',
      'ClusterRegistry',
      'Counter',
      'Gauge',
      'Histogram',
      'Pushgateway',
      'Registry',
      'Summary',
      'WorkerRegistry',
      'aggregators',
      'collectDefaultMetrics',
      'contentType',
      'exponentialBuckets',
      'linearBuckets',
      'openMetricsContentType',
      'prometheusContentType',
      'register',
      'validateMetricName',
    ])
    assert.equal(client.validateMetricName('a:b_1'), true)
    assert.equal(client.validateMetricName('1a'), false)
  })

  test('has the content type of the default registry', () => {
    assert.equal(client.contentType, PROMETHEUS)
    client.contentType = OPEN_METRICS
    assert.equal(register.contentType, OPEN_METRICS)
    register.setContentType(PROMETHEUS)
    assert.equal(client.contentType, PROMETHEUS)
    assert.deepEqual([client.prometheusContentType, client.openMetricsContentType], [PROMETHEUS, OPEN_METRICS])
    assert.throws(() => register.setContentType('text/html'), new Error('Content type text/html is unsupported'))
    assert.throws(() => new Registry('text/html'), new TypeError('Content type text/html is unsupported'))
  })

  test('makes bounds', () => {
    assert.deepEqual(client.linearBuckets(0, 50, 4), [0, 50, 100, 150])
    assert.deepEqual(client.exponentialBuckets(1, 2, 4), [1, 2, 4, 8])
    assert.throws(() => client.linearBuckets(0, 50, 0), new Error('Linear buckets needs a positive count'))
    assert.throws(() => client.exponentialBuckets(0, 2, 4), new Error('Exponential buckets needs a positive start'))
    assert.throws(() => client.exponentialBuckets(1, 2, 0), new Error('Exponential buckets needs a positive count'))
    assert.throws(() => client.exponentialBuckets(1, 1, 4), /a factor greater than 1/)
  })
})

describe('a registry', () => {
  test('writes all metrics in the order of their registration, those of users in between', async () => {
    const registry = new Registry()
    const registers = [registry]
    assert.equal(await registry.metrics(), '\n')
    new Counter({ name: 'c', help: 'a \\ and a \n', registers }).inc()
    registry.registerMetric(/** @type {any} */ (foreign('mine')))
    new Gauge({ name: 'g', help, registers, labelNames: ['x'] })
    new Summary({ name: 's', help, registers, percentiles: [0.5] })
    const text = [
      '# HELP c a \\\\ and a \\n\n# TYPE c counter\nc 1',
      '# HELP mine with \\\\ and \\n in it\n# TYPE mine counter\nmine{code="3\\"03"} 12\nmine Nan',
      '# HELP g Help\n# TYPE g gauge',
      '# HELP s Help\n# TYPE s summary\ns{quantile="0.5"} 0\ns_sum 0\ns_count 0',
    ]
    assert.equal(await registry.metrics(), `${text.join('\n\n')}\n`)
    assert.equal(await registry.getSingleMetricAsString('mine'), text[1])
    assert.equal(await registry.getSingleMetricAsString('s'), text[3])
    assert.equal(await registry.getMetricsAsString(registry.getSingleMetric('c')), text[0])
    assert.deepEqual(
      registry.getMetricsAsArray().map(({ name }) => name),
      ['c', 'mine', 'g', 's'],
    )
  })

  test('writes OpenMetrics if it is to', async () => {
    const registry = new Registry(OPEN_METRICS)
    assert.equal(await registry.metrics(), '\n# EOF\n')
    new Counter({ name: 'a_total', help, registers: [registry] }).inc()
    new Counter({ name: 'b', help, registers: [registry] }).inc(2)
    const text = ['# HELP a Help', '# TYPE a counter', 'a_total 1', '# HELP b Help', '# TYPE b counter', 'b_total 2']
    assert.equal(await registry.metrics(), `${text.join('\n')}\n# EOF\n`)
    assert.equal(registry.getSingleMetric('a_total')?.name, 'a')
  })

  test('adds default labels to series that do not have them', async () => {
    const registry = new Registry()
    const registers = [registry]
    registry.setDefaultLabels({ env: 'dev', n: 1 })
    new Counter({ name: 'c', help, registers, labelNames: ['env', 'x'] }).inc({ x: 'a' })
    registry.getSingleMetric('c').inc({ env: 'own' })
    new Histogram({ name: 'h', help, registers, labelNames: ['x'], buckets: [1] }).observe({ x: 'a' }, 1)
    registry.registerMetric(/** @type {any} */ (foreign('mine', [{ value: 1, labels: { env: 'own' } }])))
    const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    assert.deepEqual(lines, [
      'c{x="a",env="dev",n="1"} 1',
      'c{env="own",n="1"} 1',
      'h_bucket{le="1",env="dev",n="1",x="a"} 1',
      'h_bucket{le="+Inf",env="dev",n="1",x="a"} 1',
      'h_sum{env="dev",n="1",x="a"} 1',
      'h_count{env="dev",n="1",x="a"} 1',
      'mine{env="own",n="1"} 1',
    ])
    const [counter] = await registry.getMetricsAsJSON()
    assert.deepEqual(
      counter.values.map(({ labels }) => labels),
      [
        { x: 'a', env: 'dev', n: 1 },
        { env: 'own', n: 1 },
      ],
    )
    assert.deepEqual((await registry.getSingleMetric('c').get()).values[0].labels, { x: 'a' })
  })

  test('keeps the labels of buckets and quantiles where a default label has their name', async () => {
    const registry = new Registry()
    const registers = [registry]
    registry.setDefaultLabels({ le: 'default', quantile: 'default' })
    new Histogram({ name: 'h', help, registers, buckets: [1] }).observe(1)
    new Summary({ name: 's', help, registers, percentiles: [0.5] }).observe(1)
    const [histogram, summary] = await registry.getMetricsAsJSON()
    assert.deepEqual(
      histogram.values.map(({ labels }) => labels.le),
      [1, '+Inf', 'default', 'default'],
    )
    assert.deepEqual(
      summary.values.map(({ labels }) => labels.quantile),
      [0.5, 'default', 'default'],
    )
  })

  test('has labels and help of any names and texts in text and JSON', async () => {
    const registry = new Registry()
    const registers = [registry]
    const labelNames = ['toString', 'constructor']
    const counter = new Counter({ name: 'c', help: 'lone \ud800 surrogate', registers, labelNames })
    counter.inc({ toString: 'a', constructor: 1 })
    counter.inc({ constructor: 'only' })
    registry.setDefaultLabels({ lone: '\udc00' })
    assert.deepEqual((await registry.metrics()).split('\n').slice(0, -1), [
      '# HELP c lone \ufffd surrogate',
      '# TYPE c counter',
      'c{toString="a",constructor="1",lone="\ufffd"} 1',
      'c{constructor="only",lone="\ufffd"} 1',
    ])
    const [{ values }] = await registry.getMetricsAsJSON()
    assert.deepEqual(
      values.map(({ labels }) => Object.entries(labels).slice(0, -1)),
      [
        [
          ['toString', 'a'],
          ['constructor', 1],
        ],
        [['constructor', 'only']],
      ],
    )
  })

  test('calls each collect, and rejects with the first failure alone', async () => {
    for (const read of ['metrics', 'getMetricsAsJSON']) {
      const registry = new Registry()
      const registers = [registry]
      const called = []
      const unhandled = []
      const note = (reason) => unhandled.push(reason)
      process.on('unhandledRejection', note)
      const gauge = (name, collect) =>
        new Gauge({ name, help, registers, collect: () => called.push(name) && collect() })
      gauge('late', () => new Promise((_, reject) => setImmediate(reject, new Error('late'))))
      gauge('thrown', () => {
        throw new Error('thrown')
      })
      gauge('fine', () => 1)
      await assert.rejects(registry[read](), new Error('thrown'))
      // after the other failure
      for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
      process.off('unhandledRejection', note)
      assert.deepEqual(called, ['late', 'thrown', 'fine'])
      assert.deepEqual(unhandled, [])
    }
  })

  test('has a name once', () => {
    const registry = new Registry()
    const counter = new Counter({ name: 'a', help, registers: [registry] })
    registry.registerMetric(counter)
    const taken = new Error('A metric with the name a has already been registered.')
    assert.throws(() => new Gauge({ name: 'a', help, registers: [registry] }), taken)
    const other = new Registry()
    new Counter({ name: 'a', help, registers: [other] })
    assert.throws(() => Registry.merge([registry, other]), taken)
  })

  test('returns JSON of all metrics, or of those with an aggregator', async () => {
    const registry = new Registry()
    new Counter({ name: 'a', help, registers: [registry] }).inc()
    new Gauge({ name: 'b', help, registers: [registry], aggregator: 'max' })
    assert.deepEqual(await registry.getMetricsAsJSON(), [
      { name: 'a', help, type: 'counter', aggregator: 'sum', values: [{ value: 1, labels: {} }] },
      { name: 'b', help, type: 'gauge', aggregator: 'max', values: [{ value: 0, labels: {} }] },
    ])
    assert.deepEqual(
      (await registry.getMetricsAsJSON('max')).map(({ name }) => name),
      ['b'],
    )
    assert.deepEqual(
      registry.getMetricsAsArray('sum').map(({ name }) => name),
      ['a'],
    )
  })

  test('resets and removes its metrics; a metric that is used on is not shown again', async () => {
    const registry = new Registry()
    const one = new Counter({ name: 'a', help, registers: [registry] })
    const two = new Gauge({ name: 'b', help, registers: [registry] })
    one.inc()
    two.set(5)
    registry.resetMetrics()
    assert.match(await registry.metrics(), /^a 0$[\s\S]*^b 0$/m)
    one.inc()
    registry.removeSingleMetric('a')
    one.inc(3)
    assert.equal(await registry.getSingleMetricAsString('b'), '# HELP b Help\n# TYPE b gauge\nb 0')
    assert.doesNotMatch(await registry.metrics(), /^a/m)
    assert.deepEqual((await one.get()).values, [{ value: 4, labels: {} }])
    // the name is free, with other options too
    new Counter({ name: 'a', help, registers: [registry], labelNames: ['x'] }).inc({ x: 1 })
    assert.match(await registry.metrics(), /^a\{x="1"\} 1$/m)
    registry.setDefaultLabels({ x: 2 })
    registry.clear()
    two.set(7)
    assert.equal(await registry.metrics(), '\n')
    registry.registerMetric(two)
    assert.match(await registry.metrics(), /^b 7$/m)
  })

  test('shares a metric with other registries, and merges several', async () => {
    const [one, two] = [new Registry(), new Registry()]
    const both = new Counter({ name: 'a', help, registers: [one, two] })
    both.inc()
    new Counter({ name: 'b', help, registers: [two] }).inc(2)
    const none = new Counter({ name: 'c', help, registers: [] })
    none.inc(3)
    assert.match(await two.metrics(), /^a 1$[\s\S]*^b 2$/m)
    const merged = Registry.merge([one, two])
    merged.registerMetric(none)
    assert.match(await merged.metrics(), /^a 1$[\s\S]*^b 2$[\s\S]*^c 3$/m)
    one.clear()
    assert.equal(await one.metrics(), '\n')
    assert.match(await two.metrics(), /^a 1$[\s\S]*^b 2$/m)
    const open = new Registry(OPEN_METRICS)
    assert.throws(() => Registry.merge([one, /** @type {any} */ (open)]), /same content type/)
    assert.deepEqual(await register.getMetricsAsJSON(), [])
  })

  test('that is the default one keeps a counter that another one removes, also after a reading for OpenMetrics', async () => {
    const other = new Registry()
    const counter = new Counter({ name: 'kept_total', help, registers: [register, other] })
    counter.inc(5)
    register.setContentType(OPEN_METRICS)
    try {
      assert.match(await register.metrics(), /^kept_total 5$/m)
      other.removeSingleMetric('kept_total')
      assert.match(await register.metrics(), /^kept_total 5$/m)
    } finally {
      register.setContentType(PROMETHEUS)
      register.clear()
    }
  })

  test('that is the default one does not show a metric that was removed from it alone', async () => {
    const other = new Registry()
    new Counter({ name: 'a', help, registers: [register, other] }).inc()
    new Counter({ name: 'b', help }).inc(2)
    register.removeSingleMetric('a')
    assert.equal(await register.metrics(), '# HELP b Help\n# TYPE b counter\nb 2\n')
    assert.match(await other.metrics(), /^a 1$/m)
    register.clear()
    assert.deepEqual(await register.getMetricsAsJSON(), [])
    // with other options
    new Counter({ name: 'b', help, labelNames: ['x'] }).inc({ x: 1 })
    assert.equal(await register.metrics(), '# HELP b Help\n# TYPE b counter\nb{x="1"} 1\n')
    register.clear()
    other.clear()
  })

  test('lets a metric replace how it is read', async () => {
    const registry = new Registry()
    const gauge = new Gauge({ name: 'a', help, registers: [registry] })
    gauge.get = async () => /** @type {any} */ ({ name: 'a', help, type: 'gauge', values: [{ value: 42, labels: {} }] })
    assert.match(await registry.metrics(), /^a 42$/m)
    assert.equal((await registry.getMetricsAsJSON())[0].values[0].value, 42)
  })

  test('is collected as garbage with its metrics', async () => {
    const used = async () => {
      const registry = new Registry()
      new Counter({ name: 'a', help, registers: [registry] }).inc()
      await registry.metrics()
      return [new WeakRef(registry), new WeakRef(registry.getSingleMetric('a'))]
    }
    const refs = (await Promise.all(Array.from({ length: 20 }, used))).flat()
    const held = () => refs.filter((ref) => ref.deref() !== undefined).length
    const deadline = performance.now() + 60_000
    // a collector that scans the stack conservatively may find some
    while (held() > 10 && performance.now() < deadline) await collectFully()
    assert.ok(held() <= 10, `${held()} of ${refs.length}`)
  })

  test('that is small is read at once, and does not wait for others', async () => {
    const large = new Registry()
    const counter = new Counter({ name: 'a', help, labelNames: ['n'], registers: [large] })
    for (let n = 0; n < 10_000; n++) counter.inc({ n })
    const small = new Registry()
    new Counter({ name: 'a', help, registers: [small] }).inc()
    const order = []
    const others = Promise.all(Array.from({ length: 5 }, () => large.metrics())).then((texts) => {
      order.push('large')
      assert.equal(texts[0].split('\n').length, 10_000 + 3)
    })
    assert.equal(await small.metrics(), '# HELP a Help\n# TYPE a counter\na 1\n')
    assert.equal((await small.getMetricsAsJSON())[0].values[0].value, 1)
    order.push('small')
    await others
    assert.deepEqual(order, ['small', 'large'])
  })

  test('answers many concurrent scrapes', async () => {
    const registry = new Registry()
    new Counter({ name: 'a', help, registers: [registry] }).inc()
    const texts = await Promise.all(Array.from({ length: 500 }, () => registry.metrics()))
    assert.deepEqual(new Set(texts), new Set(['# HELP a Help\n# TYPE a counter\na 1\n']))
  })
})

describe('aggregators', () => {
  const metrics = [1, 3].map((value) => ({
    help,
    name: 'a',
    type: 'gauge',
    values: [
      { labels: {}, value },
      { labels: { x: 1, y: 'b' }, value: value + 1, metricName: 'a_sum' },
      { labels: { y: 'b', x: '1' }, value: 10, metricName: 'a_sum' },
    ],
  }))

  for (const [name, plain, labelled] of /** @type {const} */ ([
    ['sum', 4, 26],
    ['first', 1, 2],
    ['average', 2, 6.5],
    ['min', 1, 2],
    ['max', 3, 10],
  ])) {
    test(`${name} works sample by sample`, () => {
      const { values, ...rest } = client.aggregators[name](metrics)
      assert.deepEqual(rest, { help, name: 'a', type: 'gauge', aggregator: undefined })
      assert.deepEqual(values, [
        { value: plain, labels: {} },
        { value: labelled, labels: { x: 1, y: 'b' }, metricName: 'a_sum' },
      ])
    })
  }

  test('take samples together whose labels come in another order or form, or of which some are missing', () => {
    const values = [
      { value: 1, labels: { code: 200, path: '/' } },
      { value: 2, labels: { path: '/', code: '200' } },
      { value: 4, labels: { path: '/' } },
      { value: 8, labels: {} },
      { value: 16, labels: { path: '/' }, metricName: 'a_sum' },
      { value: 32, labels: {}, metricName: 'a_sum' },
      { value: 64, labels: {} },
      { value: 128, labels: { path: undefined } },
      { value: 256, labels: { code: '/', path: '200' } },
    ]
    const { values: sums } = client.aggregators.sum([{ name: 'a', help, type: 'counter', values }])
    assert.deepEqual(
      sums.map(({ value }) => value),
      [3, 4, 72, 16, 32, 128, 256],
    )
  })

  test('omit omits the metric', () => {
    assert.equal(client.aggregators.omit(metrics), undefined)
  })

  test('make a registry of the JSON of several', async () => {
    const registry = Registry.aggregate([
      [
        { ...metrics[0], aggregator: 'max' },
        { ...metrics[0], name: 'b', aggregator: 'omit' },
      ],
      [{ ...metrics[1], aggregator: 'max' }],
    ])
    assert.match(await registry.metrics(), /^a 3\na_sum\{x="1",y="b"\} 10\n$/m)
    assert.equal(registry.getSingleMetric('b'), undefined)
    const wrong = [[{ ...metrics[0], aggregator: 'none' }]]
    assert.throws(() => Registry.aggregate(wrong), new Error("'none' is not a defined aggregator."))
  })
})

test('a name that is free in one registry and not in another has values of its own in each', async () => {
  const [one, other] = [new Registry(), new Registry()]
  const options = { name: 'both_total', help }
  const first = new Counter({ ...options, registers: [one, other] })
  first.inc(5)
  one.clear()
  const second = new Counter({ ...options, registers: [one] })
  second.inc(1)
  first.inc(10)
  const value = async (/** @type {any} */ registry) => (await registry.metrics()).split('\n')[2]
  assert.deepEqual([await value(one), await value(other)], ['both_total 1', 'both_total 15'])
  second.reset()
  assert.deepEqual([await value(one), await value(other)], ['both_total 0', 'both_total 15'])
  one.clear()
  other.clear()
  new Counter({ ...options, registers: [one] }).inc()
  assert.equal(await value(one), 'both_total 1')
})

test('a metric that a registry removes before its first use has values of its own from then on', async () => {
  const removals = [(registry) => registry.removeSingleMetric('a'), (registry) => registry.clear()]
  for (const [Kind, remove] of [Counter, Gauge].flatMap((Kind) => removals.map((each) => [Kind, each]))) {
    const [registry, other] = [new Registry(), new Registry()]
    const first = new Kind({ name: 'a', help, labelNames: ['x'], registers: [registry, other] })
    remove(registry)
    const second = new Kind({ name: 'a', help, labelNames: ['x'], registers: [registry] })
    second.inc({ x: 1 })
    first.inc({ x: 1 }, 5)
    first.inc(7)
    assert.match(await registry.metrics(), /^a\{x="1"\} 1$/m)
    assert.match(await other.metrics(), /^a\{x="1"\} 5$/m)
    first.remove({ x: 1 })
    assert.deepEqual((await first.get()).values, [{ value: 7, labels: {} }])
    assert.deepEqual((await second.get()).values, [{ value: 1, labels: { x: 1 } }])
  }
})

test('a metric can be reset, and a series removed, before its first use', async () => {
  for (const Kind of [Counter, Gauge]) {
    const registry = new Registry()
    const metric = new Kind({ name: 'a', help, registers: [registry] })
    metric.reset()
    assert.match(await registry.metrics(), /^a 0$/m)
    const other = new Kind({ name: 'b', help, registers: [registry] })
    other.remove()
    assert.doesNotMatch(await registry.metrics(), /^b/m)
    other.inc()
    assert.match(await registry.metrics(), /^b 1$/m)
  }
})

test('metrics keep their values when a registry is cleared: in a reading under way, and in a merged registry', async () => {
  const [one, other] = [new Registry(), new Registry()]
  const jobs = new Counter({ name: 'jobs_total', help, registers: [one] })
  new Gauge({ name: 'level', help, registers: [other] }).set(3)
  const merged = Registry.merge([one, other])
  jobs.inc(5)
  const underWay = one.metrics()
  one.clear()
  assert.match(await underWay, /^jobs_total 5$/m)
  jobs.inc()
  assert.match(await merged.metrics(), /^jobs_total 6$[\s\S]*^level 3$/m)
  new Counter({ name: 'jobs_total', help, registers: [one] }).inc(100)
  assert.match(await one.metrics(), /^jobs_total 100$/m)
  assert.match(await merged.metrics(), /^jobs_total 6$/m)
  one.removeSingleMetric('jobs_total')
  one.registerMetric(jobs)
  jobs.inc()
  assert.match(await one.metrics(), /^jobs_total 7$/m)
})

test('a metric whose name is taken in one of its registries is in none of them', async () => {
  const [one, other] = [new Registry(), new Registry()]
  new Counter({ name: 'jobs_total', help, registers: [other] }).inc(5)
  const registers = [one, other]
  const isTaken = new Error('A metric with the name jobs_total has already been registered.')
  assert.throws(() => new Counter({ name: 'jobs_total', help, registers }), isTaken)
  assert.equal(await one.metrics(), '\n')
  one.resetMetrics()
  new Gauge({ name: 'jobs_total', help, registers: [one] }).set(1)
  assert.match(await one.metrics(), /^# TYPE jobs_total gauge$/m)
})

describe('other metrics of the default collector', () => {
  const { metrics } = require('../..')

  test('keep the names that they have in other expositions', async () => {
    metrics.inc('clash.jobs', 3)
    metrics.set('clash.jobs', 7)
    metrics.inc('clash.jobs', -1)
    const text = await register.metrics()
    assert.match(text, /^clash_jobs 7$/m)
    assert.match(text, /^clash_jobs_total 3$/m)
  })

  test('share no name with a listed family', async () => {
    const histogram = new Histogram({ name: 'clash_size', help, buckets: [1] })
    histogram.observe(1)
    metrics.set('clash_size_count', 5)
    const samples = (await register.metrics()).split('\n').filter((line) => line.startsWith('clash_size_count'))
    assert.deepEqual(samples, ['clash_size_count 1'])
    register.removeSingleMetric('clash_size')
  })

  test('are read also if the registry fails', async () => {
    const { getMetricsAsArray } = register
    register.getMetricsAsArray = () => {
      throw new Error('cannot')
    }
    try {
      for (let reading = 0; reading < 2; reading++) await metrics.prometheus()
    } finally {
      register.getMetricsAsArray = getMetricsAsArray
    }
  })
})
