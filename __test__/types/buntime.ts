// Typed usages of the Buntime plugin. Never run: see usage.ts.

import metricsPlugin from 'tallystick/buntime'

const plugin: metricsPlugin.MetricsPlugin = metricsPlugin({ sseInterval: 500, prometheus: false })
metricsPlugin()
metricsPlugin({ name: '@buntime/plugin-metrics', enabled: true, menus: [] })
metricsPlugin.metricsPlugin().onInit({})
metricsPlugin.default().onShutdown()
// @ts-expect-error an interval is a number of milliseconds
metricsPlugin({ sseInterval: '1s' })
// @ts-expect-error the same in a whole manifest
metricsPlugin({ name: '@buntime/plugin-metrics', sseInterval: '1s' })

plugin.onInit({ pool: {}, config: { base: '/metrics', enabled: true }, globalConfig: { poolSize: 100 } })
// @ts-expect-error a plugin receives a context
plugin.onInit()
const answer: Response | Promise<Response> = plugin.routes.fetch(new Request('http://localhost/'))
const where: string = `${plugin.name} at ${plugin.base}: ${answer}`
where.length

// Buntime's own declarations of a plugin and its context.

interface PluginContext {
  config: Record<string, unknown>
  globalConfig: { poolSize: number; pluginDirs: string[]; workerDirs: string[] }
  logger: Record<'debug' | 'error' | 'info' | 'warn', (message: string, ...args: unknown[]) => void>
  pool?: unknown
  getPlugin<T>(name: string): T | undefined
  runtime: { api: string; version: string }
}

interface PluginImpl {
  routes?: { fetch(request: Request): Response | Promise<Response> }
  onInit?: (context: PluginContext) => Promise<void> | void
  onShutdown?: () => Promise<void> | void
}

type PluginImplFactory = (config?: Record<string, unknown>) => PluginImpl | Promise<PluginImpl>

const factory: PluginImplFactory = metricsPlugin
const loaded: { default: PluginImpl | PluginImplFactory } = { default: metricsPlugin }
declare const context: PluginContext
metricsPlugin(context.config).onInit(context)
factory(context.config)
loaded.default
