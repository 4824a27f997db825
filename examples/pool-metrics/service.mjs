// The service that all examples here serve.

import { metrics } from 'tallystick'
import { createPoolMetrics } from 'tallystick/pool'
import { pool } from './pool.mjs'

export const service = createPoolMetrics({ namespace: 'demo', collector: metrics.collector })
service.setPool(pool)
metrics.inc('demo.started')

export const port = Number(process.env.PORT ?? 8080)

export function greet(port) {
  console.log(`http://127.0.0.1:${port}/metrics`)
}
