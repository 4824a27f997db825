'use strict'

// A cluster of two workers whose metrics the primary aggregates.

const cluster = require('node:cluster')
const { once } = require('node:events')
const { AggregatorRegistry, ClusterRegistry, Counter, Gauge, register } = require('../../prom-client')

const help = 'Help'
const jobs = new Counter({ name: 'jobs_total', help, labelNames: ['kind'] })
const level = new Gauge({ name: 'level', help, aggregator: 'max' })

async function primary() {
  const registry = new AggregatorRegistry()
  const all = new ClusterRegistry()
  const none = await registry.clusterMetrics()
  jobs.inc({ kind: 'primary' })
  const workers = [cluster.fork(), cluster.fork()]
  // after its message that it is ready a worker has announced itself
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  await Promise.all(workers.map((worker) => ready(worker)))
  const ofWorkers = await registry.clusterMetrics()
  const ofAll = await all.clusterMetrics()
  const ended = once(workers[0], 'exit')
  workers[0].send('end')
  await ended
  const afterwards = await registry.clusterMetrics()
  workers[1].kill()
  process.stdout.write(JSON.stringify({ none, ofWorkers, ofAll, afterwards }))
}

/** @param {import('node:cluster').Worker} worker */
async function ready(worker) {
  worker.send('ready?')
  for (;;) {
    const [message] = await once(worker, 'message')
    if (message === 'ready') return
  }
}

function worker() {
  const registry = new ClusterRegistry()
  jobs.inc({ kind: 'worker' }, cluster.worker?.id)
  level.set(cluster.worker?.id ?? 0)
  process.on('message', async (message) => {
    if (message === 'ready?') process.send?.('ready')
    if (message === 'end') {
      await registry.shutdown()
      register.clear()
      process.exit()
    }
  })
}

if (cluster.isPrimary) primary()
else worker()
