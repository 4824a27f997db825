'use strict'

// Which format a client gets, and which families and series. What the formats say is tested in exposition.test.js and protobuf.test.js.

const assert = require('node:assert/strict')
const { once } = require('node:events')
const http = require('node:http')
const { after, before, describe, test } = require('node:test')
const { gunzipSync } = require('node:zlib')
const { Collector, createMetrics, createPoolMetrics } = require('../..')
const { samplesOf, textOf } = require('../support/exposition-samples')

const text = 'text/plain; version=0.0.4; charset=utf-8'
const text1 = 'text/plain; version=1.0.0; charset=utf-8'
const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
const openMetrics0 = 'application/openmetrics-text; version=0.0.1; charset=utf-8'

const prometheus3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1'

/** @type {[accept: string | string[] | undefined, contentType: string][]} */
const negotiations = [
  [undefined, text],
  ['', text],
  [',;=,', text],
  ['*/*', text],
  ['text/*', text],
  ['application/*', text],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', text],
  ['image/png', text],
  ['text/plain', text],
  ['text/plain;q=0', text],
  ['text/plain;version=0.0.4', text],
  ['text/plain;version=7.0.0', text],
  ['text/plain;version=1.0.0', text1],
  ['TEXT/Plain; Version="1.0.0"', text1],
  ['text/plain;version=1.0.0;charset=utf-8;escaping=allow-utf-8', `${text1}; escaping=allow-utf-8`],
  ['text/plain;version=0.0.4;escaping=dots', `${text}; escaping=dots`],
  // the older version takes legal names only
  ['text/plain;version=0.0.4;escaping=allow-utf-8', text],
  ['text/plain;version=1.0.0;escaping=rot13', text1],
  ['application/openmetrics-text', openMetrics0],
  ['application/openmetrics-text;version=0.0.1', openMetrics0],
  ['application/openmetrics-text;version=1.0.0', openMetrics],
  ['application/openmetrics-text;version=2.0.0', text],
  ['application/openmetrics-text;version=1.0.0;escaping=values', `${openMetrics}; escaping=values`],
  ['application/openmetrics-text;version=1.0.0;q=0', text],
  ['application/openmetrics-text;version=1.0.0;q=0.1,text/plain;q=0.2', text],
  ['application/openmetrics-text;version=1.0.0,text/plain', openMetrics],
  ['text/plain,application/openmetrics-text;version=1.0.0', text],
  ['*/*,application/openmetrics-text;version=1.0.0', openMetrics],
  ['text/html;a=",application/openmetrics-text;version=1.0.0,"', text],
  [['text/plain;q=0.5', 'application/openmetrics-text;version=1.0.0'], openMetrics],
  [prometheus3, `${openMetrics}; escaping=allow-utf-8`],
]

function sample() {
  const own = createMetrics(new Collector({ labels: { env: 'prod' } }))
  own.inc('http.requests', 2, { method: 'GET', status: '200' })
  own.inc('http.requests', 3, { method: 'POST', status: '500' })
  own.timing('http.duration').observeMillis(3)
  own.gauge('level').set(1)
  own.inc('open', 3)
  own.inc('open', -1)
  return own
}

/** The names of the families. @param {Uint8Array} body */
function familiesOf(body) {
  return [...textOf(body).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
}

describe('prometheus({ accept })', () => {
  test('returns the format that the client likes best, and never none', async () => {
    const own = sample()
    for (const [accept, expected] of negotiations) {
      const { contentType, body } = own.prometheusSync({ accept })
      assert.equal(contentType, expected, String(accept))
      assert.equal(textOf(body).endsWith('# EOF\n'), contentType.startsWith('application/openmetrics'), contentType)
      const later = await own.prometheus({ accept })
      assert.deepEqual([later.contentType, textOf(later.body)], [contentType, textOf(body)])
    }
  })

  test('leaves every other format as it is', () => {
    const own = sample()
    const accepted = negotiations.map(([accept]) => accept)
    const written = (/** @type {typeof accepted} */ list) =>
      list.map((accept) => textOf(own.prometheusSync({ accept }).body))
    assert.deepEqual(written(accepted), written(accepted.toReversed()).toReversed())
    const before = textOf(own.prometheusSync().body)
    own.prometheusSync({ accept: openMetrics })
    assert.equal(textOf(own.prometheusSync().body), before)
    assert.match(before, /^http_requests_total\{/m)
  })

  test('writes names as the client wants them', () => {
    const own = sample()
    for (const [accept, expected] of [
      ['text/plain', 'http_requests_total{method="GET",'],
      ['text/plain;escaping=dots', 'http_dot_requests__total{method="GET",'],
      ['text/plain;escaping=values', 'U__http_2e_requests__total{method="GET",'],
      ['text/plain;version=1.0.0;escaping=allow-utf-8', '{"http.requests_total",method="GET",'],
      ['application/openmetrics-text;version=1.0.0;escaping=allow-utf-8', '{"http.requests_total",method="GET",'],
    ]) {
      const lines = textOf(own.prometheusSync({ accept }).body).split('\n')
      assert.ok(
        lines.some((line) => line.startsWith(expected)),
        `${accept}\n${lines.join('\n')}`,
      )
    }
  })

  test('never exposes two families or labels under one name', () => {
    const own = createMetrics(new Collector())
    for (const name of ['a.b', 'a_dot_b', 'a_b', 'a__b', 'U__a_2e_b', 'a/b']) {
      own.gauge(name).labels({ 'l.m': '1', l_dot_m: '2', l_m: '3', U__l_2e_m: '4' }).set(1)
    }
    for (const escaping of ['underscores', 'dots', 'values', 'allow-utf-8']) {
      const body = textOf(own.prometheusSync({ accept: `text/plain;version=1.0.0;escaping=${escaping}` }).body)
      assert.equal(new Set(familiesOf(Buffer.from(body))).size, 6, body)
      for (const line of body.split('\n').filter((each) => !each.startsWith('#') && each !== '')) {
        const names = [...line.matchAll(/([^{,]+)="\d"/g)].map(([, name]) => name)
        assert.equal(new Set(names).size, 4, line)
      }
    }
  })
})

describe('prometheus({ names })', () => {
  test('has the families of these names, as they were given or are exposed', () => {
    const own = sample()
    for (const [names, expected] of [
      [['http.requests'], ['http_requests_total']],
      [['http_requests'], ['http_requests_total']],
      [
        ['http_requests_total', 'level'],
        ['http_requests_total', 'level'],
      ],
      [['http_duration_seconds_bucket'], ['http_duration_seconds']],
      // the net value of a counter has its own family
      [['open'], ['open_total', 'open']],
      [['open_total'], ['open_total']],
      [['http'], []],
      [[], []],
    ]) {
      assert.deepEqual(familiesOf(own.prometheusSync({ names }).body), expected, names.join())
    }
  })

  test('leaves the names of clashing families as they are', () => {
    const own = createMetrics(new Collector())
    for (const name of ['a.b', 'a_b']) own.gauge(name).set(1)
    assert.equal(textOf(own.prometheusSync({ names: ['a.b'] }).body), '# TYPE a_b gauge\na_b 1\n')
    assert.deepEqual(familiesOf(own.prometheusSync({ names: ['U__a__b'] }).body), ['U__a__b'])
  })
})

describe('prometheus({ match })', () => {
  test('has the series with these labels, their own or the collector’s', () => {
    const own = sample()
    for (const [match, expected] of [
      [{ method: 'GET' }, ['http_requests_total']],
      [{ method: 'GET', status: '500' }, []],
      [{ env: 'prod', status: 500 }, ['http_requests_total']],
      [{ env: 'test' }, []],
      [{ method: '' }, ['http_duration_seconds', 'level', 'open_total', 'open']],
      [{}, ['http_requests_total', 'http_duration_seconds', 'level', 'open_total', 'open']],
    ]) {
      assert.deepEqual(familiesOf(own.prometheusSync({ match }).body), expected, JSON.stringify(match))
    }
    const { body } = own.prometheusSync({ match: { status: '500' } })
    assert.match(textOf(body), /^http_requests_total\{method="POST",status="500",env="prod"\} 3$/m)
    assert.doesNotMatch(textOf(body), /GET/)
  })
})

describe('prometheus({ created })', () => {
  /** When series began, in milliseconds, by sample. @param {import('..').Metrics} own */
  const createdIn = (own) => {
    const samples = samplesOf(own.prometheusSync({ accept: openMetrics, created: true }).body)
    const created = Object.entries(samples).filter(([name]) => /_created(\{|$)/.test(name))
    return Object.fromEntries(created.map(([name, seconds]) => [name, Math.round(seconds * 1000)]))
  }

  test('says when counters and distributions began, and that is never after their first recording', () => {
    const before = Date.now()
    const own = createMetrics(new Collector())
    const record = (/** @type {string} */ of) => {
      own.inc('jobs', 1, { of })
      own.timing('run').labels({ of }).observeMillis(1)
      own.histogram('size').labels({ of }).observe(1)
      own.gauge('level').labels({ of }).set(1)
    }
    record('first')
    const recorded = Date.now()
    const first = createdIn(own)
    assert.deepEqual(Object.keys(first), [
      'jobs_created{of="first"}',
      'run_seconds_created{of="first"}',
      'size_created{of="first"}',
    ])
    for (const created of Object.values(first)) assert.ok(before <= created && created <= recorded)
    record('second')
    const both = createdIn(own)
    assert.equal(Object.keys(both).length, 6)
    for (const [name, created] of Object.entries(both)) {
      if (name in first) assert.equal(created, first[name])
      // the last reading without it
      else assert.ok(recorded <= created && created <= Date.now())
    }
  })

  test('says when a series that was removed began again', () => {
    const own = createMetrics(new Collector())
    const jobs = own.counter('jobs')
    const kept = jobs.labels({ of: 'a' })
    kept.inc()
    const before = createdIn(own)['jobs_created{of="a"}']
    while (Date.now() <= before) {}
    const removed = Date.now()
    jobs.remove({ of: 'a' })
    kept.inc()
    assert.ok(createdIn(own)['jobs_created{of="a"}'] >= removed)
  })

  test('leaves out what would have the name of another family, and other formats as they are', () => {
    const own = createMetrics(new Collector())
    own.inc('jobs', 1)
    own.gauge('jobs_created').set(5)
    own.inc('open', 2)
    own.inc('open', -1)
    const { body } = own.prometheusSync({ accept: openMetrics, created: true })
    assert.deepEqual(samplesOf(body), { jobs_total: 1, jobs_created: 5, open_total: 2, open: 1 })
    assert.deepEqual(own.prometheusSync({ created: true }).body, own.prometheusSync().body)
  })
})

describe('options of prometheus()', () => {
  test('are checked', async () => {
    const own = sample()
    for (const options of [
      { accept: 1 },
      { accept: [1] },
      { names: 'a' },
      { names: [''] },
      { names: [1] },
      { created: 1 },
      { name: 'a' },
    ]) {
      assert.throws(() => own.prometheusSync(options), { code: 'ERR_TALLYSTICK_OPTIONS' }, JSON.stringify(options))
      await assert.rejects(own.prometheus(options), { code: 'ERR_TALLYSTICK_OPTIONS' })
    }
    assert.throws(() => own.prometheusSync({ match: 'a' }), { code: 'ERR_TALLYSTICK_LABELS' })
    const service = createPoolMetrics({ collector: own.collector })
    await assert.rejects(service.prometheus({ match: {} }), { code: 'ERR_TALLYSTICK_OPTIONS' })
  })

  test('do not mix among readings at the same time', async () => {
    const own = sample()
    const [one, same, other] = await Promise.all([
      own.prometheus({ names: ['level'] }),
      own.prometheus({ names: ['level'] }),
      own.prometheus({ names: ['open'] }),
    ])
    assert.deepEqual(
      [one, same, other].map(({ body }) => familiesOf(body)),
      [['level'], ['level'], ['open_total', 'open']],
    )
  })
})

describe('a route', () => {
  const own = sample()
  for (let at = 0; at < 1000; at++) own.inc('many', at, { at })
  const service = createPoolMetrics({ collector: own.collector })
  service.setPool({ size: 2, workers: [{ id: 1, state: 'idle' }] })
  const server = http.createServer((req, res) => (req.url.startsWith('/own') ? own : service).handle(req, res))
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => server.close())

  /** @param {string} path @param {http.OutgoingHttpHeaders} headers */
  async function ask(path, headers) {
    const request = http.get({ port: server.address().port, host: '127.0.0.1', path, headers })
    const [response] = await once(request, 'response')
    const body = Buffer.concat(await response.toArray())
    return { status: response.statusCode, headers: response.headers, body }
  }

  for (const path of ['/own', '/metrics/api/metrics/prometheus']) {
    test(`negotiates the format, and says so (${path})`, async () => {
      for (const [accept, expected] of negotiations) {
        const { status, headers, body } = await ask(path, accept === undefined ? {} : { accept })
        assert.deepEqual([status, headers['content-type'], headers.vary], [200, expected, 'Accept, Accept-Encoding'])
        assert.equal(body.length, Number(headers['content-length']))
        assert.equal(headers['content-encoding'], undefined)
      }
    })

    test(`compresses for clients that accept it, in every format (${path})`, async () => {
      for (const accept of [text, openMetrics]) {
        const plain = await ask(path, { accept })
        const zipped = await ask(path, { accept, 'accept-encoding': 'gzip' })
        assert.equal(zipped.headers['content-encoding'], 'gzip')
        const withoutUptime = (/** @type {Buffer} */ body) => body.toString().replace(/^buntime_uptime.*/m, '')
        assert.equal(withoutUptime(gunzipSync(zipped.body)), withoutUptime(plain.body))
      }
    })

    test(`has the families of ?name[]= (${path})`, async () => {
      const query = '?name[]=level&name%5B%5D=http_requests_total&name[]='
      const { body } = await ask(path + query, {})
      assert.deepEqual(familiesOf(body), ['http_requests_total', 'level'])
      assert.deepEqual(familiesOf((await ask(`${path}?name[]=none`, { accept: openMetrics })).body), [])
    })
  }

  test('says when series began if ?created=true', async () => {
    const { body } = await ask('/own?created=true&name[]=open&name[]=http.requests', { accept: openMetrics })
    assert.match(body.toString(), /^http_requests_created\{method="GET",status="200",env="prod"\} \d+(\.\d+)?$/m)
  })

  test('of a pool selects the pool’s families too', async () => {
    const { body } = await ask('/metrics/api/metrics/prometheus?name[]=buntime_pool_size&name[]=level', {})
    assert.deepEqual(familiesOf(body), ['buntime_pool_size', 'level'])
  })

  test('takes several headers Accept as one', async () => {
    const accept = ['text/plain;q=0.5', 'application/openmetrics-text;version=1.0.0']
    assert.equal((await ask('/own', { accept })).headers['content-type'], openMetrics)
  })

  test('answers in OpenMetrics without a comment while there is no pool', async () => {
    const empty = createPoolMetrics()
    const { body, contentType } = await empty.prometheus({ accept: openMetrics })
    assert.deepEqual([contentType, textOf(body)], [openMetrics, '# EOF\n'])
    assert.match(textOf((await empty.prometheus()).body), /^# Pool not initialized$/m)
  })
})
