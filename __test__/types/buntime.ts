// Typed usages of the Buntime plugin. Never run: see usage.ts.

import metricsPlugin from 'tallystick/buntime'

const plugin: metricsPlugin.MetricsPlugin = metricsPlugin({ sseInterval: 500, prometheus: false })
metricsPlugin()
metricsPlugin({ name: '@buntime/plugin-metrics', enabled: true, menus: [] })
metricsPlugin.metricsPlugin().onInit({})
// @ts-expect-error an interval is a number of milliseconds
metricsPlugin({ sseInterval: '1s' })

plugin.onInit({ pool: {}, config: { base: '/metrics', enabled: true }, globalConfig: { poolSize: 100 } })
// @ts-expect-error a plugin is handed a context
plugin.onInit()
const answer: Response | Promise<Response> = plugin.routes.fetch(new Request('http://localhost/'))
const where: string = `${plugin.name} at ${plugin.base}: ${answer}`
where.length
