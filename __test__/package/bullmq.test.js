'use strict'

// The recipe for a queue's consumer, with BullMQ, a real Redis and the packed package.

const assert = require('node:assert/strict')
const fs = require('node:fs')
const { createRequire } = require('node:module')
const os = require('node:os')
const path = require('node:path')
const { after, before, test } = require('node:test')
const { redisEnvironment, redisPath } = require('../../scripts/redis')
const { request } = require('../support/http')
const { Program, filesOf } = require('../support/recipes')
const { until } = require('../support/until')
const { Project } = require('./project')

const data = fs.mkdtempSync(path.join(os.tmpdir(), 'tallystick-redis-'))
const socket = path.join(data, 'redis.sock')
/** @type {Project} */
let project
/** @type {Program} */
let redis

before(async () => {
  project = new Project('bullmq')
  // at a socket alone: it has no option for any free port
  const options = ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', data]
  redis = new Program(data, String(redisPath()), options, redisEnvironment())
  await redis.printed(/(eady to accept connections)/)
})

after(async () => {
  await redis.stop()
  fs.rmSync(data, { recursive: true, force: true })
})

test('the recipe measures jobs by name and outcome, how long they waited, and how many wait', async () => {
  const [[name, text]] = Object.entries(filesOf("A queue's consumer (BullMQ)"))
  const connection = { path: socket }
  const changed = text.replace("{ host: '127.0.0.1', port: 6379 }", JSON.stringify(connection))
  assert.notEqual(changed, text)
  project.write(name, changed)
  const { Queue } = createRequire(path.join(project.folder, 'index.js'))('bullmq')
  const queue = new Queue('mails', { connection })
  const env = { TALLYSTICK_PORT: '0' }
  const consumer = new Program(project.folder, process.execPath, ['--import', 'tallystick/auto', name], env)
  try {
    const port = Number(await consumer.printed(/metrics at http:\/\/127\.0\.0\.1:(\d+)\/metrics/))
    for (const to of ['ada', 'grace', undefined]) await queue.add('welcome', { to })
    await queue.add('later', { to: 'edsger' }, { delay: 3_600_000 })
    const expected = [
      /^jobs_duration_seconds_count\{job="welcome",outcome="done"\} 2$/m,
      /^jobs_duration_seconds_count\{job="welcome",outcome="failed"\} 1$/m,
      /^jobs_wait_seconds_count\{job="welcome"\} 3$/m,
      /^jobs_waiting\{state="delayed"\} 1$/m,
      /^jobs_waiting\{state="failed"\} 1$/m,
      /^process_cpu_seconds_total \d/m,
      /^nodejs_eventloop_lag_seconds \d/m,
    ]
    const read = async () => ({ body: (await request(port, '/metrics')).body, printed: consumer.lines })
    const isComplete = ({ body }) => expected.every((pattern) => pattern.test(body))
    await until(read, isComplete, `${expected.join()} are there`)
  } finally {
    await consumer.stop()
    await queue.close()
  }
})
