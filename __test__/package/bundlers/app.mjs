import assert from 'node:assert/strict'
import { metrics } from 'tallystick'

metrics.inc('jobs.done', 2)
metrics.time('jobs.run', () => 'result')
assert.throws(() => metrics.inc(''), { code: 'ERR_TALLYSTICK_NAME' })

const { body } = await metrics.prometheus()
assert.match(new TextDecoder().decode(body), /^jobs_done_total 2$/m)
console.log('recorded and read')
